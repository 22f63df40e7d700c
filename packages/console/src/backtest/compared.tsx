import { Card, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { moneyOf } from "./amounts.ts";
import type { Backtest, BacktestComparison } from "./backtest-types.ts";
import { useFound } from "./use-backtests.ts";

/** What the second policy does otherwise. */
export function Compared({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const { count, money } = useFormat();
  const found = useFound<BacktestComparison>(backtest, "comparison");
  if (found.isError) return <Refusal error={found.error} />;
  if (found.data === undefined) return <Skeleton height={140} />;
  const { before, after, messages, saved, usersHit, attacks, leakedBeforeFirstStop } = found.data;
  const oneIn = (budget: number): string => t("detection.budget.short", { oneIn: count(Math.round(1 / budget)) });
  const sums = (side: "before" | "after"): string => moneyOf(saved[side]).map(money).join(" + ") || "–";
  const isTold = (backtest.run?.summary?.verified ?? 0) > 0;
  const rows: readonly (readonly [string, string, string])[] = [
    [t("backtest.compared.budget"), oneIn(before.falseBlockBudget), oneIn(after.falseBlockBudget)],
    ...(["block", "challenge", "hold"] as const).map(
      (action) =>
        [t(`backtest.action.${action}`), count(messages[action].before), count(messages[action].after)] as const,
    ),
    [t("backtest.found.saved"), sums("before"), sums("after")],
    [
      t("backtest.found.hit"),
      ...(isTold ? ([count(usersHit.before), count(usersHit.after)] as const) : (["–", "–"] as const)),
    ],
    [t("backtest.compared.attacks"), count(attacks.before), count(attacks.after)],
    [t("backtest.attack.firstStop"), count(leakedBeforeFirstStop.before), count(leakedBeforeFirstStop.after)],
  ];
  const isSame = rows.slice(1).every(([, one, other]) => one === other);
  return (
    <Card withBorder component="section" aria-labelledby="compared">
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} size="h4" id="compared">
          {t("backtest.compared.title")}
        </Title>
        <CsvButton
          className="no-print"
          size="compact-sm"
          name="backtest-compared"
          isEmpty={false}
          of={t("backtest.compared.title")}
          csv={() => csvOf(["", before.name, after.name], rows)}
        />
      </Group>
      {isSame && <Text size="sm">{t("backtest.compared.same")}</Text>}
      <Table.ScrollContainer
        minWidth={360}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("backtest.compared.title") } }}
      >
        <Table aria-label={t("backtest.compared.title")} className="numbers" maw={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Td />
              <Table.Th scope="col" ta="end">
                {before.name}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {after.name}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([label, one, other]) => (
              <Table.Tr key={label}>
                <Table.Th scope="row" fw={400}>
                  {label}
                </Table.Th>
                <Table.Td ta="end">{one}</Table.Td>
                <Table.Td ta="end" fw={one === other ? 400 : 700}>
                  {other}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
