import { Badge, Button, Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { BACKTEST } from "./backtest-search.ts";
import type { Backtest } from "./backtest-types.ts";
import { pathOf, useBacktests, useRenewed } from "./use-backtests.ts";

/** Those that are kept, newest first. */
export function PastBacktests() {
  const { t } = useTranslation();
  const backtests = useBacktests();
  const past = backtests.data?.items ?? [];
  return (
    <Card withBorder component="section" aria-labelledby="past-backtests">
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} size="h4" id="past-backtests">
          {t("backtest.past.title")}
        </Title>
        {past.length > 0 && (
          <CsvButton
            size="compact-sm"
            name="backtests"
            isEmpty={false}
            of={t("backtest.past.title")}
            csv={() => csvOfBacktests(past)}
          />
        )}
      </Group>
      {backtests.isError ? (
        <Refusal error={backtests.error} />
      ) : backtests.data === undefined ? (
        <Skeleton height={80} />
      ) : past.length === 0 ? (
        <Text size="sm">{t("backtest.past.none")}</Text>
      ) : (
        <Listed items={past} />
      )}
    </Card>
  );
}

function Listed({ items }: { readonly items: readonly Backtest[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer
      minWidth={520}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("backtest.past.title") } }}
    >
      <Table aria-label={t("backtest.past.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("backtest.past.file")}</Table.Th>
            <Table.Th scope="col">{t("backtest.past.state")}</Table.Th>
            <Table.Th scope="col">{t("backtest.past.at")}</Table.Th>
            <Table.Th scope="col">{t("backtest.past.until")}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((backtest) => (
            <Line key={backtest.id} backtest={backtest} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function csvOfBacktests(items: readonly Backtest[]): string {
  return csvOf(
    ["id", "file", "state", "brought", "run", "expires", "attacks", "rows"],
    items.map(({ id, name, run, createdAt, expiresAt, received, bytes }) => [
      ...[id, name, stateOf({ run, received, bytes }), createdAt, run?.startedAt, expiresAt],
      ...[run?.summary?.incidents, run?.summary?.rows],
    ]),
  );
}

function stateOf({ run, received, bytes }: Pick<Backtest, "run" | "received" | "bytes">) {
  return run?.state ?? (received < bytes ? "partial" : "ready");
}

function Line({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { server } = useWorking();
  const mayDelete = useMay("backtests:write");
  const renewed = useRenewed();
  const remove = useMutation({
    mutationFn: () => server.call({ method: "DELETE", path: pathOf(backtest.id) }),
    onSettled: () => renewed(),
  });
  const { run, name, createdAt, expiresAt } = backtest;
  const state = stateOf(backtest);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <RouteLink to={BACKTEST} search={{ run: backtest.id }} size="sm" style={{ overflowWrap: "anywhere" }}>
          {name}
        </RouteLink>
      </Table.Th>
      <Table.Td>
        <Group gap={6}>
          <Badge variant="light" color={state === "failed" ? "red" : state === "done" ? "teal" : "gray"}>
            {t(`backtest.state.${state}`)}
          </Badge>
          {run?.summary != null && (
            <Text size="sm">
              {t("backtest.past.attacks", { count: run.summary.incidents, formatted: count(run.summary.incidents) })}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <RelativeTime at={run?.startedAt ?? createdAt} size="sm" />
      </Table.Td>
      <Table.Td>
        <RelativeTime at={expiresAt} size="sm" />
      </Table.Td>
      <Table.Td ta="end">
        {mayDelete && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            loading={remove.isPending}
            aria-label={t("backtest.past.deleteNamed", { name })}
            onClick={() => remove.mutate()}
          >
            {t("backtest.past.delete")}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
