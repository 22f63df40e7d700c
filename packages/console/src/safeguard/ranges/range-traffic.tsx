import { Alert, Skeleton, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { RangeUsage } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Refusal } from "../../shared/refusal.tsx";

const DAYS = 30;
const MOST_NAMED = 4;

/** Where a range lies, how many numbers it has, and what went there: before a rule for it is made. */
export function RangeTraffic({ range }: { readonly range: string }) {
  const { t } = useTranslation();
  const { count, money, place } = useFormat();
  const { server, account } = useWorking();
  const mayRead = useMay("usage:read");
  const [asked] = useDebouncedValue(range, 250);
  const usage = useQuery({
    queryKey: ["range-usage", account.id, asked],
    queryFn: () =>
      server.call<RangeUsage>({ method: "POST", path: "/v1/usage/range", body: { range: asked, days: DAYS } }),
    enabled: mayRead,
    staleTime: 30_000,
  });
  if (!mayRead) return <Text size="sm">{t("ranges.mayNotRead")}</Text>;
  if (usage.error !== null) return <Refusal error={usage.error} />;
  const { data } = usage;
  if (data === undefined || asked !== range) return <Skeleton height={86} />;
  const { destinations } = data;
  const names = destinations.slice(0, MOST_NAMED).map(place).join(", ");
  const more = destinations.length - MOST_NAMED;
  const numbers = data.free.reduce((sum, free) => sum + 10 ** free, 0);
  return (
    <Alert
      variant="light"
      color={data.verified > 0 ? "yellow" : "gray"}
      title={
        destinations.length === 0
          ? t("ranges.nowhere")
          : more > 0
            ? t("ranges.inMore", { names, count: more })
            : t("ranges.in", { names })
      }
      data-testid="range-traffic"
    >
      <Text size="sm">
        {data.free.length === 0
          ? t("ranges.noNumbers")
          : t("ranges.numbers", { count: numbers, numbers: count(numbers) })}{" "}
        {data.messages === 0
          ? t("ranges.noTraffic", { days: DAYS })
          : t("ranges.traffic", {
              count: data.messages,
              messages: count(data.messages),
              numbers: count(data.numbers),
              days: DAYS,
              money: data.spend.length === 0 ? "" : `, ${data.spend.map((sum) => money(sum)).join(" + ")}`,
            })}
        {data.blocked > 0 && ` ${t("ranges.ofBlocked", { count: data.blocked, blocked: count(data.blocked) })}`}
      </Text>
      {data.verified > 0 && (
        <Text size="sm" fw={600}>
          {t("ranges.realUsers", { count: data.verified, verified: count(data.verified) })}
        </Text>
      )}
      {!data.complete && (
        <Text size="xs">{t("ranges.incomplete", { count: data.examined, examined: count(data.examined) })}</Text>
      )}
    </Alert>
  );
}
