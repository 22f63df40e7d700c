import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../messages/messages-search.ts";
import { useFormat } from "../shared/format.ts";
import { RouteLink } from "../shared/route-link.tsx";
import { ACTIONS } from "./live-search.ts";
import type { Second } from "./live-window.ts";

export interface LiveTableProps {
  readonly minutes: readonly Second[];
  /** What looks for the messages of a span. */
  readonly searchOf: (span: { readonly from: number; readonly until: number }) => string;
}

/** The same numbers in words, minute by minute; each leads to its messages. */
export function LiveTable({ minutes, searchOf }: LiveTableProps) {
  const { t } = useTranslation();
  const { clock, count } = useFormat();
  return (
    <Table className="numbers" mt="sm" aria-label={t("live.chart")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("live.minute")}</Table.Th>
          {ACTIONS.map((action) => (
            <Table.Th key={action} ta="right">
              {t(`live.action.${action}`)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {minutes.map((minute) => (
          <Table.Tr key={minute.at}>
            <Table.Td>
              <RouteLink to={MESSAGES} search={{ q: searchOf({ from: minute.at, until: minute.at + 60 }) }} size="sm">
                {clock(minute.at * 1000)}
              </RouteLink>
            </Table.Td>
            {ACTIONS.map((action) => (
              <Table.Td key={action} ta="right">
                {count(minute[action])}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
