import { Accordion, Alert, Badge, Button, Group, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { WebhookDelivery } from "@safeguard/client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { EmptyList } from "../shared/list-states.tsx";
import { LIVE_MS } from "../shared/live.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { DELIVERY_STATES } from "./alerts-search.ts";

const route = getRouteApi("/frame/channels/settings/business-messaging/alerts");
const COLOURS = { waiting: "yellow", taken: "teal", failed: "red" } as const;
const DAY_MS = 86_400_000;

/** What customers' servers and channels were told, how that went, and telling it once more. */
export function DeliveryLog() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const mayRead = useMay("messages:read");
  const mayWrite = useMay("alerts:write");
  const { state, receiver } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(
      ["receivers", "deliveries", "alert-settings"].map((name) =>
        queries.invalidateQueries({ queryKey: [name, account.id] }),
      ),
    );
  const receivers = useQuery({
    queryKey: ["receivers", account.id],
    queryFn: () => server.webhooks.receivers(),
    enabled: mayRead,
    refetchInterval: LIVE_MS * 2,
  });
  const list = useInfiniteQuery({
    queryKey: ["deliveries", account.id, state],
    queryFn: ({ pageParam }) =>
      server.webhooks.deliveries({
        limit: 100,
        ...(state !== undefined && { state }),
        ...(pageParam !== undefined && { cursor: pageParam }),
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: mayRead,
    refetchInterval: LIVE_MS,
  });
  const resume = useMutation({
    mutationFn: (paused: string) => server.webhooks.resume(paused),
    onSuccess: async (_, paused) => {
      notifications.show({ color: "teal", message: t("alerts.deliveries.resumed", { receiver: paused }) });
      await refresh();
    },
  });
  const replayFailed = useMutation({
    mutationFn: () => server.webhooks.replayFailed(new Date(Date.now() - 7 * DAY_MS).toISOString()),
    onSuccess: async (count) => {
      notifications.show({ color: "teal", message: t("alerts.deliveries.replayedAll", { count }) });
      await refresh();
    },
  });
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = all.filter((one) => receiver === undefined || one.receiver === receiver);
  const known = new Set([
    ...(receivers.data ?? []).map((one) => one.receiver),
    ...all.map((one) => one.receiver),
    ...(receiver === undefined ? [] : [receiver]),
  ]);
  const paused = receivers.data?.filter(({ pausedSince }) => pausedSince !== null) ?? [];
  return (
    <Stack gap="md">
      <Text size="sm" maw={720}>
        {t("alerts.deliveries.text")}
      </Text>
      {paused.map(({ receiver: name, pausedSince }) => (
        <Alert key={name} color="red" variant="light" title={t("alerts.deliveries.paused", { receiver: name })}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" style={{ flex: "1 1 260px" }}>
              {t("alerts.deliveries.pausedText")}{" "}
              {pausedSince !== null && (
                <>
                  {t("alerts.deliveries.since")} <RelativeTime at={pausedSince} />
                </>
              )}
            </Text>
            {mayWrite && (
              <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate(name)}>
                {t("alerts.deliveries.resume")}
              </Button>
            )}
          </Group>
        </Alert>
      ))}
      <Group gap="sm" align="flex-end">
        <Select
          label={t("alerts.deliveries.state")}
          w={{ base: "100%", xs: 180 }}
          clearable
          placeholder={t("alerts.deliveries.any")}
          value={state ?? null}
          data={DELIVERY_STATES.map((value) => ({ value, label: t(`alerts.deliveries.is.${value}`) }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, state: DELIVERY_STATES.find((one) => one === value) }) })
          }
        />
        <Select
          label={t("alerts.deliveries.receiver")}
          w={{ base: "100%", xs: 260 }}
          clearable
          placeholder={t("alerts.deliveries.any")}
          value={receiver ?? null}
          data={[...known]}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, receiver: value ?? undefined }) })}
        />
        <CsvButton name="deliveries" isEmpty={shown.length === 0} csv={() => csvOfDeliveries(shown)} />
        {mayWrite && all.some((one) => one.state === "failed") && (
          <Button variant="default" loading={replayFailed.isPending} onClick={() => replayFailed.mutate()}>
            {t("alerts.deliveries.replayAll")}
          </Button>
        )}
      </Group>
      <Refusal error={receivers.error ?? list.error ?? resume.error ?? replayFailed.error} />
      {list.isPending && <Skeleton height={200} aria-label={t("loading")} />}
      {list.data !== undefined && shown.length === 0 && (
        <EmptyList title={t("alerts.deliveries.none")} text={t("alerts.deliveries.noneText")} />
      )}
      {shown.length > 0 && (
        <Accordion variant="contained" keepMounted={false} order={2}>
          {shown.map((delivery) => (
            <Accordion.Item key={delivery.delivery} value={delivery.delivery}>
              <Accordion.Control>
                <Group gap="xs" wrap="wrap">
                  <Badge variant="light" c="bright" color={COLOURS[delivery.state]}>
                    {t(`alerts.deliveries.is.${delivery.state}`)}
                  </Badge>
                  <Text size="sm" fw={600}>
                    {delivery.type}
                  </Text>
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    {delivery.receiver}
                  </Text>
                  <Queued at={delivery.queuedAt} />
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Opened delivery={delivery} mayWrite={mayWrite} onReplayed={refresh} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("incidents.more")}
        </Button>
      )}
    </Stack>
  );
}

function Queued({ at }: { readonly at: string }) {
  const { since, instant } = useFormat();
  return (
    <Text size="sm" c="dimmed" title={instant(at)}>
      {since(at, Date.now())}
    </Text>
  );
}

/** How the telling of one thing goes: its tries, and the last answer. */
function Opened({
  delivery,
  mayWrite,
  onReplayed,
}: {
  readonly delivery: WebhookDelivery;
  readonly mayWrite: boolean;
  readonly onReplayed: () => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const { instant } = useFormat();
  const { state, attempts, lastStatus, lastError, nextAttemptAt } = delivery;
  const replay = useMutation({
    mutationFn: () => server.webhooks.replay(delivery.delivery),
    onSuccess: async () => {
      notifications.show({ color: "teal", message: t("alerts.deliveries.replayed") });
      await onReplayed();
    },
  });
  const wordsOf = (status: number | null, error: string | null): string =>
    [status === null ? t("alerts.deliveries.noAnswer") : `HTTP ${status}`, ...(error === null ? [] : [error])].join(
      " · ",
    );
  const answer = attempts === 0 ? t("alerts.deliveries.notYet") : wordsOf(lastStatus, lastError);
  const lines: readonly (readonly [string, string])[] = [
    ["tries", t("alerts.deliveries.tries", { count: attempts })],
    ["answer", answer],
    ["queued", instant(delivery.queuedAt)],
    ["updated", instant(delivery.updatedAt)],
    ...(nextAttemptAt === null || state !== "waiting" ? [] : [["next", instant(nextAttemptAt)] as const]),
    ["webhookId", delivery.id],
    ...(delivery.message === null ? [] : [["message", delivery.message] as const]),
  ];
  return (
    <Stack gap="sm">
      <Text size="sm">{t(`alerts.deliveries.meaning.${state}`)}</Text>
      <Table variant="vertical" withTableBorder aria-label={t("alerts.deliveries.one")} fz="sm">
        <Table.Tbody>
          {lines.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={150}>
                {t(`alerts.deliveries.line.${name}`)}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {delivery.tries.length > 1 && (
        <Table withTableBorder className="numbers" aria-label={t("alerts.deliveries.each")} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={40}>#</Table.Th>
              <Table.Th>{t("alerts.deliveries.tried")}</Table.Th>
              <Table.Th>{t("alerts.deliveries.answer")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {delivery.tries.map((one, index) => (
              <Table.Tr key={one.at}>
                <Table.Td>{attempts - delivery.tries.length + index + 1}</Table.Td>
                <Table.Td>{instant(one.at)}</Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{wordsOf(one.status, one.error)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Refusal error={replay.error} />
      {mayWrite && (
        <Button
          variant="default"
          style={{ alignSelf: "flex-start" }}
          loading={replay.isPending}
          onClick={() => replay.mutate()}
        >
          {t("alerts.deliveries.replay")}
        </Button>
      )}
    </Stack>
  );
}

function csvOfDeliveries(deliveries: readonly WebhookDelivery[]): string {
  return csvOf(
    [
      "id",
      "delivery",
      "type",
      "message",
      "receiver",
      "state",
      "attempts",
      "queued",
      "updated",
      "next",
      "status",
      "error",
    ],
    deliveries.map((one) => [
      ...[one.id, one.delivery, one.type, one.message, one.receiver, one.state, one.attempts, one.queuedAt],
      ...[one.updatedAt, one.nextAttemptAt, one.lastStatus, one.lastError],
    ]),
  );
}
