import { Alert, Button, Card, Group, List, NumberInput, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { Backtest, RunRequest, TrafficLook } from "./backtest-types.ts";
import {
  type ColumnChoice,
  isWhollyRecognised,
  MAPPED,
  needsOffset,
  OFFSETS,
  offsetText,
  proposedChoice,
  whyNotYet,
  withColumn,
} from "./column-choice.ts";
import { FirstRows } from "./first-rows.tsx";
import { ChosenPolicies, type PolicyChoice, testedOf } from "./policy-choice.tsx";
import { pathOf, useRenewed } from "./use-backtests.ts";

/** What the file is read as, by which policy it is run, and the start. */
export function Prepare({ backtest, onStarted }: { readonly backtest: Backtest; readonly onStarted: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const [chosen, setChosen] = useState<ColumnChoice | undefined>();
  const [offset, setOffset] = useState<number | undefined>();
  const look = useLook(backtest, undefined, undefined);
  const proposed = look.data === undefined || look.data.format !== null ? undefined : proposedChoice(look.data);
  const columns = chosen ?? proposed;
  const mapped = useLook(backtest, columns, offset, look.data !== undefined);
  const [isMapping, setIsMapping] = useState(false);
  const [policies, setPolicies] = useState<PolicyChoice>({ policy: "in_force", preset: "own", compare: "none" });
  const [days, setDays] = useState<number | undefined>();
  const renewed = useRenewed();
  const start = useMutation({
    mutationFn: () => {
      const compare = testedOf(policies.compare, policies.comparePreset);
      const request: RunRequest = {
        ...(columns !== undefined && { columns }),
        ...(offset !== undefined && { offset }),
        ...(days !== undefined && { days }),
        policy: testedOf(policies.policy, policies.preset) ?? { type: "starting" },
        ...(compare !== undefined && { compare }),
      };
      return server.call<Backtest>({ method: "POST", path: `${pathOf(backtest.id)}/run`, body: request });
    },
    onSuccess: async (started) => {
      await renewed(started);
      onStarted();
    },
  });
  if (look.isError) return <Refusal error={look.error} />;
  const seen = mapped.data ?? look.data;
  if (seen === undefined || look.data === undefined) {
    return (
      <Stack aria-busy="true" aria-label={t("loading")}>
        <Skeleton height={120} />
        <Skeleton height={160} />
      </Stack>
    );
  }
  const notYet = whyNotYet(seen);
  const asksForColumns = isMapping || look.data.format === null || !isWhollyRecognised(seen);
  return (
    <>
      <Card withBorder component="section" aria-labelledby="columns">
        <Group justify="space-between" gap="sm">
          <Title order={2} size="h4" id="columns">
            {seen.format === null
              ? t("backtest.look.unknown")
              : look.data.format === null
                ? t("backtest.look.mapped")
                : t("backtest.look.known", { format: seen.format.title })}
          </Title>
          {!asksForColumns && (
            <Button size="compact-sm" variant="subtle" onClick={() => setIsMapping(true)}>
              {t("backtest.look.change")}
            </Button>
          )}
        </Group>
        {look.data.format === null && (
          <Text size="sm">{t(chosen === undefined ? "backtest.look.unknownText" : "backtest.look.chosenText")}</Text>
        )}
        {seen.problem !== null && (
          <Alert color="yellow" variant="light" mt="sm">
            {seen.problem}
          </Alert>
        )}
        {asksForColumns && (
          <ColumnSelects
            look={seen}
            columns={columns ?? onlyMapped(look.data)}
            onChange={setChosen}
            offset={offset}
            asksForOffset={needsOffset(seen) || offset !== undefined}
            onOffset={setOffset}
          />
        )}
        {seen.format !== null && <FirstRows look={seen} />}
        {[...seen.lacks, ...seen.assumptions].length > 0 && (
          <List size="sm" mt="sm">
            {[...seen.lacks, ...seen.assumptions].map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        )}
      </Card>
      <Card withBorder component="section" aria-labelledby="by-which">
        <Title order={2} size="h4" mb="sm" id="by-which">
          {t("backtest.policy.title")}
        </Title>
        <ChosenPolicies choice={policies} onChange={setPolicies} accountName={account.name} />
        <NumberInput
          mt="sm"
          maw={260}
          label={t("backtest.policy.days")}
          description={t("backtest.policy.daysText")}
          placeholder={t("backtest.policy.allDays")}
          min={1}
          max={3660}
          allowDecimal={false}
          value={days ?? ""}
          onChange={(value) => setDays(typeof value === "number" ? value : undefined)}
        />
        <Group mt="lg" gap="sm">
          <Button disabled={notYet !== undefined} loading={start.isPending} onClick={() => start.mutate()}>
            {t("backtest.start")}
          </Button>
          {notYet !== undefined && <Text size="sm">{t(`backtest.notYet.${notYet}`)}</Text>}
        </Group>
        <div style={{ marginTop: start.isError ? 12 : 0 }}>
          <Refusal error={start.error} />
        </div>
      </Card>
    </>
  );
}

function useLook({ id }: Backtest, columns: ColumnChoice | undefined, offset: number | undefined, isWanted = true) {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["backtest", account.id, id, "look", columns ?? null, offset ?? null],
    queryFn: () =>
      server.call<TrafficLook>({
        method: "POST",
        path: `${pathOf(id)}/look`,
        body: { ...(columns !== undefined && { columns }), ...(offset !== undefined && { offset }) },
      }),
    enabled: isWanted,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** What a recognised file is read as, as the beginning of a choice of one's own. */
function onlyMapped({ mapping }: TrafficLook): ColumnChoice {
  return proposedChoice({ proposed: mapping });
}

function ColumnSelects({
  look,
  columns,
  onChange,
  offset,
  asksForOffset,
  onOffset,
}: {
  readonly look: TrafficLook;
  readonly columns: ColumnChoice;
  readonly onChange: (columns: ColumnChoice) => void;
  readonly offset: number | undefined;
  readonly asksForOffset: boolean;
  readonly onOffset: (offset: number | undefined) => void;
}) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const names = [...new Set(look.columns.map(({ name }) => name))].filter((name) => name !== "");
  const samplesOf = (name: string | undefined): string =>
    look.columns
      .find((column) => column.name === name)
      ?.samples.slice(0, 2)
      .join(" · ") ?? "";
  return (
    <>
      <Group mt="sm" gap="sm" align="flex-start">
        {MAPPED.map((column) => (
          <Select
            key={column}
            w={240}
            size="sm"
            label={t(`backtest.column.${column}`)}
            description={samplesOf(columns[column]) || t("backtest.look.none")}
            inputWrapperOrder={["label", "input", "description"]}
            withAsterisk={column === "time" || column === "to"}
            searchable
            clearable
            clearButtonProps={{ "aria-label": t("backtest.look.clear") }}
            placeholder={t("backtest.look.choose")}
            data={names}
            value={columns[column] ?? null}
            onChange={(name) => onChange(withColumn(columns, column, name))}
          />
        ))}
        {asksForOffset && (
          <Select
            w={240}
            size="sm"
            label={t("backtest.look.offset")}
            description={t("backtest.look.offsetText")}
            inputWrapperOrder={["label", "input", "description"]}
            clearable
            clearButtonProps={{ "aria-label": t("backtest.look.clear") }}
            placeholder={t("backtest.look.choose")}
            data={OFFSETS.map((minutes) => ({ value: String(minutes), label: `UTC${offsetText(minutes)}` }))}
            value={offset === undefined ? null : String(offset)}
            onChange={(value) => onOffset(value === null ? undefined : Number(value))}
          />
        )}
      </Group>
      {look.columns.length > names.length && (
        <Text size="sm" mt="xs">
          {t("backtest.look.twice", { count: look.columns.length, formatted: count(look.columns.length) })}
        </Text>
      )}
    </>
  );
}
