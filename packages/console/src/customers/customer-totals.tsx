import { Card, SimpleGrid, Text } from "@mantine/core";
import type { Money } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import type { Customers } from "./customer-types.ts";

/** All of them together: what it costs, and how many need a person. */
export function CustomerTotals({ total }: { readonly total: Customers["total"] }) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  const words = useMoneyWords();
  const blocked = total.messages === 0 ? 0 : total.blocked / total.messages;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} mb="md">
      <Figure
        label={t("customers.total.risk")}
        value={words(total.atRiskPerHour)}
        note={t("customers.total.lost", { money: words(total.lost) })}
      />
      <Figure
        label={t("customers.total.incidents")}
        value={count(total.ongoingIncidents)}
        note={t("customers.total.accounts", { count: total.accounts, formatted: count(total.accounts) })}
      />
      <Figure
        label={t("customers.total.watch")}
        value={count(total.feedbackMissing)}
        note={t("customers.total.open", { count: total.openPolicies, formatted: count(total.openPolicies) })}
      />
      <Figure
        label={t("customers.total.messages")}
        value={count(total.messages)}
        note={t("customers.total.blocked", { share: share(blocked) })}
      />
    </SimpleGrid>
  );
}

function Figure({ label, value, note }: { readonly label: string; readonly value: string; readonly note: string }) {
  return (
    <Card withBorder p="sm">
      <Text size="sm">{label}</Text>
      <Text fw={700} fz={{ base: 20, sm: 26 }} className="numbers" style={{ overflowWrap: "anywhere" }}>
        {value}
      </Text>
      <Text size="sm" c="dimmed">
        {note}
      </Text>
    </Card>
  );
}

/** Amounts of several currencies, one after the other; a dash where there are none. */
export function useMoneyWords(): (amounts: readonly Money[]) => string {
  const { money } = useFormat();
  return (amounts) => (amounts.length === 0 ? "–" : amounts.map(money).join(" + "));
}
