import { Group, Select, Table, Text, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { IncidentStateBadge } from "../incidents/incident-state.tsx";
import { useHeadline } from "../incidents/use-headline.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { EmptyList, LoadingRows, MoreButton } from "../shared/list-states.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import type { CustomerIncident } from "./customer-types.ts";
import { CUSTOMER_INCIDENT_STATES } from "./customers-search.ts";
import { once, useCustomerIncidents } from "./use-customers.ts";

const route = getRouteApi("/frame/customers/incidents");

/** What goes on in all accounts below, in one queue: each leads to its account's case. */
export function CustomerIncidentsPage() {
  const { t } = useTranslation();
  const { place } = useFormat();
  const { q = "", state = "ongoing", destination, sort = "at_risk" } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useCustomerIncidents({
    state,
    sort,
    ...(q.trim() !== "" && { q: q.trim() }),
    ...(destination !== undefined && { destination }),
  });
  const shown = once(
    list.data?.pages.flatMap(({ items }) => items) ?? [],
    ({ account, number }) => `${account} ${number}`,
  );
  const places = new Set([
    ...shown.flatMap((one) => one.destinations),
    ...(destination === undefined ? [] : [destination]),
  ]);
  return (
    <>
      <Group mb="md" gap="sm" align="flex-end" justify="space-between">
        <Group gap="sm" align="flex-end">
          <TextInput
            type="search"
            label={t("customers.search")}
            w={{ base: "100%", xs: 220 }}
            value={q}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
            }
          />
          <Select
            label={t("incidents.filter.state")}
            w={{ base: "100%", xs: 160 }}
            allowDeselect={false}
            value={state}
            data={CUSTOMER_INCIDENT_STATES.map((value) => ({ value, label: t(`incidents.state.${value}`) }))}
            onChange={(value) =>
              void navigate({
                search: (old) => ({
                  ...old,
                  state: (["open", "acknowledged", "contained"] as const).find((one) => one === value),
                }),
              })
            }
          />
          <Select
            label={t("incidents.filter.destination")}
            w={{ base: "100%", xs: 180 }}
            clearable
            searchable
            clearButtonProps={{ "aria-label": t("setup.clear") }}
            placeholder={t("incidents.filter.everywhere")}
            value={destination ?? null}
            data={[...places].map((code) => ({ value: code, label: place(code) }))}
            onChange={(value) => void navigate({ search: (old) => ({ ...old, destination: value ?? undefined }) })}
          />
          <Select
            label={t("incidents.filter.sort")}
            w={{ base: "100%", xs: 170 }}
            allowDeselect={false}
            value={sort}
            data={[
              { value: "at_risk", label: t("incidents.sort.risk") },
              { value: "newest", label: t("incidents.sort.newest") },
            ]}
            onChange={(value) =>
              void navigate({ search: (old) => ({ ...old, sort: value === "newest" ? "newest" : undefined }) })
            }
          />
        </Group>
        <CsvButton name="customer-incidents" isEmpty={shown.length === 0} csv={() => csvOfIncidents(shown)} />
      </Group>
      <Refusal error={list.error} />
      {list.isPending && <LoadingRows height={64} />}
      {list.data !== undefined && shown.length === 0 && (
        <EmptyList title={t("customers.noIncidents")} text={t("customers.noIncidentsText")} />
      )}
      {shown.length > 0 && <Queue incidents={shown} />}
      <MoreButton list={list} />
    </>
  );
}

function Queue({ incidents }: { readonly incidents: readonly CustomerIncident[] }) {
  const { t } = useTranslation();
  const { count, money, place } = useFormat();
  const headlineOf = useHeadline();
  return (
    <Table verticalSpacing="sm" className="numbers" aria-label={t("customers.tab.incidents")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("incidents.column.incident")}</Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            {t("incidents.column.attempts")}
          </Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            {t("incidents.column.risk")}
          </Table.Th>
          <Table.Th visibleFrom="md">{t("incidents.column.seen")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {incidents.map((incident) => {
          const { account, accountName, number, state, destinations, counts, lastSeenAt, ...one } = incident;
          const risk = one.money.atRiskPerHour;
          return (
            <Table.Tr key={`${account} ${number}`}>
              <Table.Td>
                <Group gap="xs" wrap="wrap" mb={4}>
                  <RouteLink
                    to="/channels/incidents/$number"
                    params={{ number: String(number) }}
                    search={{ account }}
                    fw={600}
                    style={{ overflowWrap: "anywhere" }}
                  >
                    {t("customers.incidentOf", { name: accountName, number })}
                  </RouteLink>
                  <IncidentStateBadge state={state} />
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
              <Table.Td visibleFrom="sm" ta="right">
                {count(counts.attempts)}
              </Table.Td>
              <Table.Td visibleFrom="sm" ta="right" style={{ whiteSpace: "nowrap" }}>
                {risk === null ? "–" : t("incidents.perHour", { money: money(risk) })}
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

function csvOfIncidents(incidents: readonly CustomerIncident[]): string {
  return csvOf(
    [
      ...["account", "account_name", "number", "state", "opened", "last_seen", "destinations", "ranges", "attempts"],
      ...["leaked", "blocked", "lost", "at_risk_per_hour", "currency", "sentence"],
    ],
    incidents.map(({ counts, money, ...one }) => [
      ...[one.account, one.accountName, one.number, one.state, one.openedAt, one.lastSeenAt],
      ...[one.destinations.join(" "), one.ranges.map(({ range }) => range).join("; "), counts.attempts, counts.leaked],
      ...[counts.blocked, money.lost?.amount, money.atRiskPerHour?.amount, money.lost?.currency, one.sentence],
    ]),
  );
}
