import { List, Text } from "@mantine/core";
import type { Money, PolicyImpact } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";

/** What the change would have done to the traffic that there was. */
export function ImpactWords({ impact }: { readonly impact: PolicyImpact }) {
  const { t } = useTranslation();
  const { count, money } = useFormat();
  const { stopped, opened, days } = impact;
  const sums = (amounts: readonly Money[]) =>
    amounts.length === 0 ? "" : ` (${amounts.map((amount) => money(amount)).join(" + ")})`;
  if (stopped.destinations.length + opened.destinations.length === 0) {
    return <Text size="sm">{t("destinations.impact.sameSides")}</Text>;
  }
  return (
    <List size="sm" spacing={2} withPadding={false} listStyleType="none">
      {stopped.destinations.length > 0 && (
        <List.Item data-impact="stopped">
          <strong>{t("destinations.impact.stops", { count: stopped.destinations.length })}</strong>{" "}
          {stopped.messages === 0
            ? t("destinations.impact.nothingSent", { days })
            : t("destinations.impact.wouldStop", {
                count: stopped.messages,
                messages: count(stopped.messages),
                money: sums(stopped.spend),
                days,
              })}{" "}
          {stopped.verified > 0 && (
            <Text span inherit fw={600} c="var(--mantine-color-red-text)">
              {t("destinations.impact.realUsers", { count: stopped.verified, verified: count(stopped.verified) })}
            </Text>
          )}
        </List.Item>
      )}
      {opened.destinations.length > 0 && (
        <List.Item data-impact="opened">
          <strong>{t("destinations.impact.opens", { count: opened.destinations.length })}</strong>{" "}
          {opened.messages === 0
            ? t("destinations.impact.nothingBlocked", { days })
            : t("destinations.impact.wouldPass", {
                count: opened.messages,
                messages: count(opened.messages),
                days,
              })}{" "}
          {opened.incidents > 0 && (
            <Text span inherit fw={600} c="var(--mantine-color-red-text)">
              {t("destinations.impact.incidents", { count: opened.incidents })}
            </Text>
          )}
        </List.Item>
      )}
    </List>
  );
}
