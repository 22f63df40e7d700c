import { Card, Group, Select, Table, Text } from "@mantine/core";
import type { Incident } from "@safeguard/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LockdownBanner } from "../lockdown/lockdown-banner.tsx";
import { LockdownButton } from "../lockdown/lockdown-button.tsx";
import { useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { LoadingRows, MoreButton } from "../shared/list-states.tsx";
import { LIVE_MS } from "../shared/live.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { IncidentStateBadge } from "./incident-state.tsx";
import { STATES } from "./incidents-search.ts";
import { atRiskNow, byRisk } from "./order-incidents.ts";
import { SparkLine } from "./pictures/spark-line.tsx";
import { useHeadline } from "./use-headline.ts";

const route = getRouteApi("/frame/channels/incidents");

/** The queue: what goes on, what it costs, and what was. */
export function IncidentsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { server, account } = useWorking();
  const { state = "ongoing", destination, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({
    queryKey: ["incidents", account.id, state],
    queryFn: ({ pageParam }) =>
      server.incidents.list({ state, limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LIVE_MS,
  });
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const places = [...new Set(all.flatMap(({ destinations }) => destinations))];
  const there = all.filter(({ destinations }) => destination === undefined || destinations.includes(destination));
  const shown = sort === "risk" ? byRisk(there) : there;
  return (
    <>
      <PageHead title={t("incidents.title")}>
        <CsvButton name="incidents" isEmpty={shown.length === 0} csv={() => csvOfIncidents(shown)} />
        <LockdownButton />
      </PageHead>
      <LockdownBanner />
      <Group mb="md" gap="sm" align="flex-end">
        <Select
          label={t("incidents.filter.state")}
          w={{ base: "100%", xs: 170 }}
          allowDeselect={false}
          value={state}
          data={STATES.map((value) => ({ value, label: t(`incidents.state.${value}`) }))}
          onChange={(value) => navigate({ search: (old) => ({ ...old, state: value as (typeof STATES)[number] }) })}
        />
        <Select
          label={t("incidents.filter.destination")}
          w={{ base: "100%", xs: 200 }}
          clearable
          searchable
          placeholder={t("incidents.filter.everywhere")}
          value={destination ?? null}
          data={[...new Set([...places, ...(destination === undefined ? [] : [destination])])].map((code) => ({
            value: code,
            label: format.place(code),
          }))}
          onChange={(value) => navigate({ search: (old) => ({ ...old, destination: value ?? undefined }) })}
        />
        <Select
          label={t("incidents.filter.sort")}
          w={{ base: "100%", xs: 180 }}
          allowDeselect={false}
          value={sort ?? "newest"}
          data={["newest", "risk"].map((value) => ({ value, label: t(`incidents.sort.${value}`) }))}
          onChange={(value) => navigate({ search: (old) => ({ ...old, sort: value === "risk" ? "risk" : undefined }) })}
        />
      </Group>
      <Refusal error={list.error} />
      {list.isPending ? (
        <LoadingRows height={64} />
      ) : shown.length === 0 ? (
        !list.isError && <Nothing isFiltered={state !== "ongoing" || destination !== undefined} />
      ) : (
        <Queue incidents={shown} />
      )}
      <MoreButton list={list} />
    </>
  );
}

function Queue({ incidents }: { readonly incidents: readonly Incident[] }) {
  const { t } = useTranslation();
  const { count, money, place } = useFormat();
  const headlineOf = useHeadline();
  return (
    <Table verticalSpacing="sm" className="numbers" aria-label={t("incidents.title")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("incidents.column.incident")}</Table.Th>
          <Table.Th visibleFrom="md">{t("incidents.column.pace")}</Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            {t("incidents.column.attempts")}
          </Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            {t("incidents.column.risk")}
          </Table.Th>
          <Table.Th visibleFrom="lg" ta="right">
            {t("incidents.column.saved")}
          </Table.Th>
          <Table.Th visibleFrom="md">{t("incidents.column.seen")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {incidents.map((incident) => {
          const { number, state, releasedAt, destinations, counts, pace, lastSeenAt } = incident;
          const risk = atRiskNow(incident, Date.now());
          return (
            <Table.Tr key={number}>
              <Table.Td>
                <Group gap="xs" wrap="wrap" mb={4}>
                  <RouteLink to="/channels/incidents/$number" params={{ number: String(number) }} fw={600}>
                    {t("incidents.name", { number })}
                  </RouteLink>
                  <IncidentStateBadge state={state} releasedAt={releasedAt} />
                  <Text size="sm">{destinations.map(place).join(", ")}</Text>
                </Group>
                <Text size="sm" c="dimmed" lineClamp={2}>
                  <Grouped text={headlineOf(incident)} />
                </Text>
                <Text size="sm" hiddenFrom="sm" mt={4}>
                  {[
                    t("incidents.attempts", { count: counts.attempts, formatted: count(counts.attempts) }),
                    ...(risk === null ? [] : [t("incidents.risk", { money: money(risk) })]),
                  ].join(" · ")}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">
                {pace !== null && (
                  <SparkLine
                    counts={pace.counts}
                    label={t("incidents.attempts", { count: counts.attempts, formatted: count(counts.attempts) })}
                  />
                )}
              </Table.Td>
              <Table.Td visibleFrom="sm" ta="right">
                {count(counts.attempts)}
              </Table.Td>
              <Table.Td visibleFrom="sm" ta="right" style={{ whiteSpace: "nowrap" }}>
                {risk === null ? "–" : t("incidents.perHour", { money: money(risk) })}
              </Table.Td>
              <Table.Td visibleFrom="lg" ta="right">
                {incident.money.saved === null ? "–" : money(incident.money.saved)}
              </Table.Td>
              <Table.Td visibleFrom="md" style={{ whiteSpace: "nowrap" }}>
                <RelativeTime at={lastSeenAt} size="sm" />
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="xl">
      <Text fw={600}>{t(isFiltered ? "incidents.noneSuch" : "incidents.none")}</Text>
      <Text size="sm" mt={4} maw={640}>
        {t("incidents.noneText")}
      </Text>
      {isFiltered ? null : (
        <RouteLink to="/channels/incidents" search={{ state: "all" }} size="sm" mt="sm">
          {t("incidents.showAll")}
        </RouteLink>
      )}
    </Card>
  );
}

function csvOfIncidents(incidents: readonly Incident[]): string {
  return csvOf(
    [
      ...[
        "number",
        "state",
        "opened",
        "last_seen",
        "closed",
        "destinations",
        "ranges",
        "attempts",
        "leaked",
        "converted",
      ],
      ...["held", "challenged", "blocked", "would_stop", "verified", "lost", "saved", "at_risk_per_hour", "currency"],
      "sentence",
    ],
    incidents.map(({ counts, money, ...incident }) => [
      incident.number,
      incident.state,
      incident.openedAt,
      incident.lastSeenAt,
      incident.closedAt,
      incident.destinations.join(" "),
      incident.ranges.map(({ range }) => range).join("; "),
      ...[counts.attempts, counts.leaked, counts.converted, counts.held, counts.challenged, counts.blocked],
      ...[counts.wouldStop, counts.verified],
      ...[money.lost?.amount, money.saved?.amount, money.atRiskPerHour?.amount, money.lost?.currency],
      incident.sentence,
    ]),
  );
}
