import { Badge, Group, SegmentedControl, Skeleton, Table, Text } from "@mantine/core";
import type { DetectionAlert } from "@safeguard/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { Grouped } from "../shared/grouped.tsx";
import { EmptyList, MoreButton } from "../shared/list-states.tsx";
import { LIVE_MS } from "../shared/live.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";

const route = getRouteApi("/frame/channels/settings/business-messaging/alerts");

/** What a person should know now, and what was so. */
export function OpenAlerts() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const { alerts: state = "open" } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["alerts", account.id, state],
    queryFn: ({ pageParam }) =>
      server.alerts.list({ state, limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: LIVE_MS,
  });
  const alerts = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <Group justify="space-between" mb="md">
        <SegmentedControl
          aria-label={t("alerts.which")}
          value={state}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, alerts: value === "all" ? "all" : undefined }) })
          }
          data={(["open", "all"] as const).map((value) => ({ value, label: t(`alerts.state.${value}`) }))}
        />
        <CsvButton name="alerts" isEmpty={alerts.length === 0} csv={() => csvOfAlerts(alerts)} />
      </Group>
      <Refusal error={list.error} />
      {list.isPending && <Skeleton height={160} aria-label={t("loading")} />}
      {list.data !== undefined && alerts.length === 0 && (
        <EmptyList title={t(state === "open" ? "alerts.noneOpen" : "alerts.none")} text={t("alerts.noneText")} />
      )}
      {alerts.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t("alerts.title")} styles={{ td: { verticalAlign: "top" } }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("alerts.column.alert")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("alerts.column.raised")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {alerts.map((alert) => (
              <Table.Tr key={alert.id}>
                <Table.Td>
                  <Group gap="xs" wrap="wrap" mb={2}>
                    <Text fw={600} size="sm">
                      {t(`alerts.code.${alert.code}.title`)}
                    </Text>
                    <Badge variant="light" c="bright" color={alert.resolvedAt === null ? "red" : "gray"}>
                      {t(alert.resolvedAt === null ? "alerts.isOpen" : "alerts.isOver")}
                    </Badge>
                    {alert.incident !== null && (
                      <RouteLink to="/channels/incidents/$number" params={{ number: String(alert.incident) }} size="sm">
                        {t("incidents.name", { number: alert.incident })}
                      </RouteLink>
                    )}
                  </Group>
                  <Text size="sm" lang="en" style={{ overflowWrap: "anywhere" }}>
                    <Grouped text={alert.sentence} />
                  </Text>
                  <RelativeTime at={alert.raisedAt} size="sm" c="dimmed" hiddenFrom="sm" />
                </Table.Td>
                <Table.Td visibleFrom="sm" style={{ whiteSpace: "nowrap" }}>
                  <RelativeTime at={alert.raisedAt} size="sm" />
                  {alert.resolvedAt !== null && (
                    <Text size="sm" c="dimmed">
                      {t("alerts.over")} <RelativeTime at={alert.resolvedAt} />
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton list={list} />
    </>
  );
}

function csvOfAlerts(alerts: readonly DetectionAlert[]): string {
  return csvOf(
    ["id", "code", "raised", "resolved", "incident", "sentence"],
    alerts.map(({ id, code, raisedAt, resolvedAt, incident, sentence }) => [
      ...[id, code, raisedAt, resolvedAt, incident, sentence],
    ]),
  );
}
