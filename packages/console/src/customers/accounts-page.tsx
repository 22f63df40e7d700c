import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Group,
  Menu,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { useFormat } from "../shared/format.ts";
import { LoadingRows, MoreButton } from "../shared/list-states.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { saveFile } from "../shared/save-file.ts";
import { CustomerTotals, useMoneyWords } from "./customer-totals.tsx";
import type { Customer } from "./customer-types.ts";
import { type CustomerSort, NARROWED } from "./customers-search.ts";
import { SuspendDialog } from "./suspend-dialog.tsx";
import { once, useCustomers } from "./use-customers.ts";

const route = getRouteApi("/frame/customers/");

/** The accounts below: what each has at risk, and where a person is needed. */
export function AccountsPage() {
  const { t } = useTranslation();
  const { q = "", show = "all", sort = "at_risk", up = false } = route.useSearch();
  const navigate = route.useNavigate();
  const order = (sort === "name") === up ? "descending" : "ascending";
  const { list, everyOne } = useCustomers({ show, sort, order, ...(q.trim() !== "" && { q: q.trim() }) });
  const [changing, setChanging] = useState<Customer>();
  const save = useMutation({
    mutationFn: async () => saveFile("customers.csv", csvOfCustomers(await everyOne()), "text/csv"),
  });
  const total = list.data?.pages[0]?.total;
  const shown = once(list.data?.pages.flatMap(({ items }) => items) ?? [], ({ id }) => id);
  const onSort = (to: CustomerSort): void =>
    void navigate({
      search: (old) => ({
        ...old,
        sort: to === "at_risk" ? undefined : to,
        up: to === sort && !up ? true : undefined,
      }),
      replace: true,
    });
  return (
    <>
      {total !== undefined && total.accounts > 0 && <CustomerTotals total={total} />}
      <Group mb="md" gap="sm" align="flex-end" justify="space-between">
        <Group gap="sm" align="flex-end">
          <TextInput
            type="search"
            label={t("customers.search")}
            w={{ base: "100%", xs: 240 }}
            value={q}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
            }
          />
          <Select
            label={t("customers.show")}
            w={{ base: "100%", xs: 220 }}
            allowDeselect={false}
            value={show}
            data={["all", ...NARROWED].map((value) => ({ value, label: t(`customers.shown.${value}`) }))}
            onChange={(value) =>
              void navigate({
                search: (old) => ({
                  ...old,
                  show: NARROWED.find((one) => one === value),
                }),
              })
            }
          />
        </Group>
        <Button variant="default" disabled={shown.length === 0} loading={save.isPending} onClick={() => save.mutate()}>
          {t("incidents.csv")}
        </Button>
      </Group>
      <Refusal error={list.error ?? save.error} />
      {list.isPending && <LoadingRows height={56} />}
      {total !== undefined && shown.length === 0 && <Nothing hasAny={total.accounts > 0} />}
      {shown.length > 0 && (
        <CustomerTable customers={shown} sort={sort} up={up} onSort={onSort} onChange={setChanging} />
      )}
      <MoreButton list={list} />
      {changing !== undefined && <SuspendDialog of={changing} onClose={() => setChanging(undefined)} />}
    </>
  );
}

interface TableProps {
  readonly customers: readonly Customer[];
  readonly sort: CustomerSort;
  readonly up: boolean;
  onSort(sort: CustomerSort): void;
  onChange(customer: Customer): void;
}

function CustomerTable({ customers, sort, up, onSort, onChange }: TableProps) {
  const { t } = useTranslation();
  const mayWrite = useMay("accounts:write");
  const isRising = (sort === "name") !== up;
  const head = (name: CustomerSort, from?: "sm" | "md" | "lg", isNumber = false): ReactNode => (
    <Table.Th
      {...(from !== undefined && { visibleFrom: from })}
      {...(isNumber && { ta: "right" as const })}
      aria-sort={sort === name ? (isRising ? "ascending" : "descending") : "none"}
    >
      <UnstyledButton fz="sm" fw={700} ta="inherit" onClick={() => onSort(name)}>
        {t(`customers.column.${name}`)}
        {sort === name && <span aria-hidden="true">{isRising ? " ▲" : " ▼"}</span>}
      </UnstyledButton>
    </Table.Th>
  );
  return (
    <Table
      verticalSpacing="xs"
      className="numbers"
      aria-label={t("customers.tab.accounts")}
      styles={{ td: { verticalAlign: "top" } }}
    >
      <Table.Thead>
        <Table.Tr>
          {head("name")}
          {head("at_risk", "sm", true)}
          {head("lost", "lg", true)}
          {head("incidents", "md", true)}
          {head("feedback", "md")}
          {head("policy", "md")}
          {head("messages", "sm", true)}
          {head("blocked", "lg", true)}
          {head("state", "lg")}
          <Table.Th>
            <VisuallyHidden>{t("keys.column.acts")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {customers.map((customer) => (
          <Row key={customer.id} customer={customer} mayWrite={mayWrite} onChange={onChange} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({
  customer,
  mayWrite,
  onChange,
}: {
  readonly customer: Customer;
  readonly mayWrite: boolean;
  readonly onChange: (customer: Customer) => void;
}) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  const words = useMoneyWords();
  const { id, name, incidents, usage, suspended, suspendedAt } = customer;
  const blocked = usage === null || usage.messages === 0 ? 0 : usage.blocked / usage.messages;
  return (
    <Table.Tr>
      <Table.Td>
        <RouteLink to="/overview" search={{ account: id }} fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
          {name}
        </RouteLink>
        <Group gap={6} mt={2} hiddenFrom="lg">
          <StateBadge customer={customer} onlyWhenBad />
        </Group>
        <Stack gap={2} hiddenFrom="md" mt={4} align="flex-start">
          {incidents !== null && incidents.ongoing > 0 && (
            <Text size="sm">
              {t("customers.ongoing", { count: incidents.ongoing })} · {words(incidents.atRiskPerHour)}
              {t("customers.perHour")}
            </Text>
          )}
          <FeedbackWords customer={customer} onlyWhenBad />
          <PolicyWords customer={customer} onlyWhenBad />
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {incidents === null ? "–" : words(incidents.atRiskPerHour)}
      </Table.Td>
      <Table.Td visibleFrom="lg" ta="right">
        {incidents === null ? "–" : words(incidents.lost)}
      </Table.Td>
      <Table.Td visibleFrom="md" ta="right">
        {incidents === null || incidents.ongoing === 0 ? (
          (incidents?.ongoing ?? "–")
        ) : (
          <RouteLink to="/channels/incidents" search={{ account: id }}>
            {count(incidents.ongoing)}
          </RouteLink>
        )}
      </Table.Td>
      <Table.Td visibleFrom="md">
        <FeedbackWords customer={customer} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <PolicyWords customer={customer} />
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {usage === null ? "–" : count(usage.messages)}
      </Table.Td>
      <Table.Td visibleFrom="lg" ta="right">
        {usage === null || usage.messages === 0 ? "–" : share(blocked)}
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <StateBadge customer={customer} />
      </Table.Td>
      <Table.Td ta="right">
        {mayWrite && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                c="bright"
                size="lg"
                aria-label={t("customers.actsOf", { name })}
              >
                ⋯
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                disabled={suspended && suspendedAt === null}
                {...(suspendedAt === null && { color: "red" })}
                onClick={() => onChange(customer)}
              >
                {t(`customers.${suspendedAt === null ? "suspend" : "resume"}.name`)}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface PartProps {
  readonly customer: Customer;
  /** On a narrow page only what needs somebody is said. */
  readonly onlyWhenBad?: boolean;
}

function StateBadge({ customer: { suspended, suspendedAt }, onlyWhenBad = false }: PartProps) {
  const { t } = useTranslation();
  if (!suspended) return onlyWhenBad ? null : <Text size="sm">{t("customers.state.active")}</Text>;
  return (
    <Badge variant="light" color="yellow" c="bright">
      {t(`customers.state.${suspendedAt === null ? "above" : "suspended"}`)}
    </Badge>
  );
}

function FeedbackWords({ customer: { feedback }, onlyWhenBad = false }: PartProps) {
  const { t } = useTranslation();
  if (feedback === "missing") {
    return (
      <Badge variant="light" color="red" c="bright">
        {t("customers.feedback.missing")}
      </Badge>
    );
  }
  if (onlyWhenBad) return null;
  return <Text size="sm">{feedback === null ? "–" : t(`customers.feedback.${feedback}`)}</Text>;
}

function PolicyWords({ customer: { policy }, onlyWhenBad = false }: PartProps) {
  const { t } = useTranslation();
  if (policy === null) return onlyWhenBad ? null : <Text size="sm">–</Text>;
  if (policy.open.length === 0) {
    if (onlyWhenBad) return null;
    return (
      <Text size="sm">
        {t(`customers.list.${policy.listMode}`)}, {t(`customers.detection.${policy.detection}`)}
      </Text>
    );
  }
  return (
    <Group gap={4}>
      {policy.open.map((why) => (
        <Badge key={why} variant="light" color="red" c="bright" tt="none" style={{ flexShrink: 0 }}>
          {t(`customers.open.${why}`)}
        </Badge>
      ))}
    </Group>
  );
}

function Nothing({ hasAny }: { readonly hasAny: boolean }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="xl">
      <Text fw={600}>{t(hasAny ? "customers.noneSuch" : "customers.none")}</Text>
      {!hasAny && (
        <>
          <Text size="sm" mt={4} maw={640}>
            {t("customers.noneText")}
          </Text>
          <Text size="sm" ff="monospace" mt="sm" style={{ overflowWrap: "anywhere" }}>
            npx safeguard accounts create 'Customer 7'
          </Text>
        </>
      )}
    </Card>
  );
}

function csvOfCustomers(customers: readonly Customer[]): string {
  const amounts = (of: "lost" | "atRiskPerHour", { incidents }: Customer): string | undefined =>
    incidents?.[of].map(({ amount, currency }) => `${amount} ${currency}`).join("; ");
  return csvOf(
    [
      ...[
        "id",
        "name",
        "parent",
        "suspended",
        "ongoing_incidents",
        "at_risk_per_hour",
        "lost",
        "feedback",
        "list_mode",
      ],
      ...["detection", "open_policy", "messages_7_days", "blocked_7_days", "verified_7_days", "created"],
    ],
    customers.map((customer) => {
      const { id, name, parent, suspended, incidents, feedback, policy, usage, createdAt } = customer;
      return [
        ...[id, name, parent, suspended ? "yes" : "no", incidents?.ongoing, amounts("atRiskPerHour", customer)],
        ...[amounts("lost", customer), feedback, policy?.listMode, policy?.detection, policy?.open.join(" ")],
        ...[usage?.messages, usage?.blocked, usage?.verified, createdAt],
      ];
    }),
  );
}
