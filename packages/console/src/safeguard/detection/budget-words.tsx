import { List, Skeleton, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Refusal } from "../../shared/refusal.tsx";

interface Consequences {
  readonly days: number;
  readonly ordinary: number | null;
  readonly stoppedAtMost: number | null;
  readonly incidents: {
    readonly found: number;
    readonly reached: number;
    readonly falseAlarms: number;
    readonly falseAlarmsReached: number;
  } | null;
}

const DAYS_OF_YEAR = 365;

/** What a budget means, in words and for the account's own last days. */
export function BudgetWords({ budget, scoreThreshold }: { readonly budget: number; readonly scoreThreshold: number }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { server, account } = useWorking();
  const [asked] = useDebouncedValue(`${budget} ${scoreThreshold}`, 200);
  const consequences = useQuery({
    queryKey: ["budget", account.id, asked],
    queryFn: () => {
      const [falseBlockBudget = "", score = ""] = asked.split(" ");
      return server.call<Consequences>({
        method: "GET",
        path: "/v1/detection/budget",
        query: { falseBlockBudget, scoreThreshold: score, days: "90" },
      });
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const { data } = consequences;
  const oneIn = count(Math.round(1 / budget));
  return (
    <div aria-live="polite" data-testid="budget-words">
      <Text size="sm" fw={600}>
        {t("detection.budget.oneIn", { oneIn })}
      </Text>
      <Refusal error={consequences.error} />
      {data === undefined ? (
        consequences.error === null && <Skeleton height={44} mt={4} />
      ) : (
        <List size="sm" mt={4} withPadding={false} listStyleType="none" spacing={2}>
          {data.ordinary !== null && data.stoppedAtMost !== null && (
            <List.Item>
              {data.ordinary === 0
                ? t("detection.budget.noTraffic", { days: data.days })
                : t("detection.budget.own", {
                    count: data.ordinary,
                    ordinary: count(data.ordinary),
                    days: data.days,
                    often: often(data.stoppedAtMost / data.days),
                  })}
            </List.Item>
          )}
          {data.incidents !== null && data.incidents.found > 0 && (
            <List.Item>
              {t("detection.budget.incidents", { count: data.incidents.found, reached: data.incidents.reached })}{" "}
              {data.incidents.reached < data.incidents.found && t("detection.budget.later")}
            </List.Item>
          )}
          {data.incidents !== null && data.incidents.falseAlarms > 0 && (
            <List.Item>
              {t("detection.budget.falseAlarms", {
                count: data.incidents.falseAlarms,
                reached: data.incidents.falseAlarmsReached,
              })}
            </List.Item>
          )}
        </List>
      )}
    </div>
  );

  /** How often, at most: so many a day, or one in so many days, months or years. */
  function often(perDay: number): string {
    if (perDay >= 1)
      return t("detection.budget.perDay", { count: Math.ceil(perDay), messages: count(Math.ceil(perDay)) });
    const days = 1 / perDay;
    if (days < 60) return t("detection.budget.inDays", { count: Math.round(days), days: count(Math.round(days)) });
    if (days < 2 * DAYS_OF_YEAR) return t("detection.budget.inMonths", { count: Math.round(days / 30) });
    const years = Math.round(days / DAYS_OF_YEAR);
    if (years > 100) return t("detection.budget.rarely");
    return t("detection.budget.inYears", { count: years, years: count(years) });
  }
}
