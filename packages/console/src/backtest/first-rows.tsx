import { List, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import type { TrafficLook } from "./backtest-types.ts";

/** The first rows as they are read, and those that cannot be. */
export function FirstRows({ look }: { readonly look: TrafficLook }) {
  const { t } = useTranslation();
  const { count, instant, place, clock } = useFormat();
  const { rows, problems, looked, whole, skipped } = look;
  const left = skipped.inbound + skipped.other_channel;
  return (
    <>
      {rows.length > 0 && (
        <Table.ScrollContainer
          minWidth={640}
          mt="sm"
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("backtest.look.rows") } }}
        >
          <Table aria-label={t("backtest.look.rows")} className="numbers">
            <Table.Thead>
              <Table.Tr>
                {(["line", "time", "to", "destination", "delivered", "converted", "price"] as const).map((name) => (
                  <Table.Th key={name} scope="col">
                    {t(`backtest.row.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.line}>
                  <Table.Th scope="row" fw={400}>
                    {count(row.line)}
                  </Table.Th>
                  <Table.Td>{instant(row.time)}</Table.Td>
                  <Table.Td>{row.to}</Table.Td>
                  <Table.Td>{row.destination === null ? t("backtest.row.noNumber") : place(row.destination)}</Table.Td>
                  <Table.Td>{row.deliveredAt === null ? "–" : clock(row.deliveredAt)}</Table.Td>
                  <Table.Td>{row.convertedAt === null ? "–" : clock(row.convertedAt)}</Table.Td>
                  <Table.Td>{row.price === null ? "–" : `${row.price} ${row.currency}`}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Text size="sm" mt="xs">
        {t(whole ? "backtest.look.lookedAll" : "backtest.look.looked", { count: looked, formatted: count(looked) })}{" "}
        {left > 0 && t("backtest.look.skipped", { count: left, formatted: count(left) })}
      </Text>
      {problems.length > 0 && (
        <>
          <Title order={3} size="h5" mt="sm">
            {t("backtest.look.problems")}
          </Title>
          <List size="sm" data-testid="row-problems">
            {problems.map(({ problem, dropped, count: rowsOf, examples }) => (
              <List.Item key={problem}>
                {t(dropped ? "backtest.look.dropped" : "backtest.look.valueLeft", {
                  count: rowsOf,
                  formatted: count(rowsOf),
                })}
                <List size="sm" withPadding>
                  {examples.map(({ line, text }) => (
                    <List.Item key={line}>
                      {t("backtest.look.line", { line: count(line) })} {text}
                    </List.Item>
                  ))}
                </List>
              </List.Item>
            ))}
          </List>
        </>
      )}
    </>
  );
}
