import { Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { IncidentStateBadge } from "../incidents/incident-state.tsx";
import { atRiskNow, byRisk } from "../incidents/order-incidents.ts";
import { SparkLine } from "../incidents/pictures/spark-line.tsx";
import { useHeadline } from "../incidents/use-headline.ts";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { LIVE_MS } from "../shared/live.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";

const SHOWN = 5;

/** The attacks that go on, the dearest first. */
export function OpenIncidents() {
  const { t } = useTranslation();
  const { place, money, count } = useFormat();
  const headlineOf = useHeadline();
  const { server, account } = useWorking();
  const ongoing = useQuery({
    queryKey: ["incidents", account.id, "ongoing", "overview"],
    queryFn: () => server.incidents.list({ state: "ongoing", limit: 100 }),
    refetchInterval: LIVE_MS,
  });
  const incidents = byRisk(ongoing.data?.items ?? []);
  return (
    <Card withBorder component="section" aria-labelledby="open-incidents">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="open-incidents">
          {t("overview.incidents")}
        </Title>
        <RouteLink to="/channels/incidents" size="sm">
          {t("overview.allIncidents")}
        </RouteLink>
      </Group>
      <Refusal error={ongoing.error} />
      {ongoing.isPending && <Skeleton height={60} />}
      {ongoing.data !== undefined && incidents.length === 0 && <Text size="sm">{t("overview.noIncidents")}</Text>}
      <Stack gap="md">
        {incidents
          .slice(0, SHOWN)
          .map((incident) => ({ incident, ...incident, risk: atRiskNow(incident, Date.now()) }))
          .map(({ incident, number, state, releasedAt, destinations, risk, pace, lastSeenAt, counts }) => (
            <div key={number}>
              <Group gap="xs" mb={4}>
                <RouteLink to="/channels/incidents/$number" params={{ number: String(number) }} fw={600}>
                  {t("incidents.name", { number })}
                </RouteLink>
                <IncidentStateBadge state={state} releasedAt={releasedAt} />
                <Text size="sm">{destinations.map(place).join(", ")}</Text>
                {pace !== null && (
                  <SparkLine
                    counts={pace.counts}
                    label={t("incidents.attempts", { count: counts.attempts, formatted: count(counts.attempts) })}
                  />
                )}
              </Group>
              <Text size="sm">
                <Grouped text={headlineOf(incident)} />
              </Text>
              <Text size="sm" c="dimmed">
                <RelativeTime at={lastSeenAt} />
                {risk !== null && ` · ${t("incidents.risk", { money: money(risk) })}`}
              </Text>
            </div>
          ))}
      </Stack>
    </Card>
  );
}
