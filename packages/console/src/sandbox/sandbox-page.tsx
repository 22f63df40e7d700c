import { Button, Card, CopyButton, Group, Paper, SimpleGrid, Skeleton, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SimulateAttack } from "../overview/simulate-attack.tsx";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { Grouped } from "../shared/grouped.tsx";
import { LIVE_MS } from "../shared/live.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { codeIn } from "./code-in.ts";

const route = getRouteApi("/frame/sandbox");
const FIRST = 24;

interface SandboxMessage {
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly from: string;
  readonly text: string | null;
  readonly outcome: string;
}

/** What the simulated phones show. */
export function SandboxPage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const { to = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [isWhole, setIsWhole] = useState(false);
  const inbox = useQuery({
    queryKey: ["sandbox", account.id],
    queryFn: () =>
      server.call<{ readonly items: readonly SandboxMessage[] }>({ method: "GET", path: "/v1/sandbox/messages" }),
    refetchInterval: LIVE_MS,
  });
  const digits = to.replaceAll(/[^\d]/g, "");
  const found = (inbox.data?.items ?? []).filter((message) => message.to.includes(digits));
  const shown = isWhole ? found : found.slice(0, FIRST);
  return (
    <>
      <PageHead title={t("sandbox.title")}>
        <CsvButton name="sandbox" isEmpty={found.length === 0} csv={() => csvOfInbox(found)} />
      </PageHead>
      <Text mb="md" maw={720}>
        {t("sandbox.text")}
      </Text>
      <TextInput
        label={t("sandbox.filter")}
        type="search"
        maw={280}
        mb="md"
        value={to}
        onChange={(event) => navigate({ search: { to: event.currentTarget.value || undefined }, replace: true })}
      />
      <Refusal error={inbox.error} />
      {inbox.isPending && <Skeleton height={160} />}
      {inbox.data !== undefined && found.length === 0 && (
        <Card withBorder p="lg">
          <Text fw={600} mb="sm">
            {t(inbox.data.items.length === 0 ? "sandbox.none" : "sandbox.noneSuch")}
          </Text>
          {inbox.data.items.length === 0 && <SimulateAttack />}
        </Card>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }} aria-label={t("sandbox.title")}>
        {shown.map((message) => (
          <Phone key={message.id} message={message} />
        ))}
      </SimpleGrid>
      {shown.length < found.length && (
        <Button mt="md" variant="default" onClick={() => setIsWhole(true)}>
          {t("sandbox.all", { count: found.length })}
        </Button>
      )}
    </>
  );
}

function Phone({ message: { id, at, to, from, text, outcome } }: { readonly message: SandboxMessage }) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const mayReport = useMay("events:write");
  const code = text === null ? undefined : codeIn(text);
  const enter = useMutation({ mutationFn: () => server.reportOutcome({ kind: "verified", id }) });
  return (
    <Card withBorder component="article" aria-label={t("sandbox.phone", { to })}>
      <Group justify="space-between" mb={6}>
        <Text fw={600} className="numbers">
          <Grouped text={to} />
        </Text>
        <RelativeTime at={at} fz="sm" c="dimmed" />
      </Group>
      <Paper bg="var(--mantine-color-default-hover)" p="sm" radius="lg" style={{ borderBottomLeftRadius: 4 }}>
        <Text size="xs" fw={600}>
          {from}
        </Text>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {text ?? t("sandbox.noText")}
        </Text>
      </Paper>
      <Group mt="sm" gap="xs" justify="space-between">
        <Text size="sm">{outcome}</Text>
        <Group gap="xs">
          {code !== undefined && (
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button size="compact-sm" variant="default" onClick={copy}>
                  {t(copied ? "copied" : "sandbox.copy", { code })}
                </Button>
              )}
            </CopyButton>
          )}
          {code !== undefined && mayReport && (
            <Button
              size="compact-sm"
              variant="light"
              loading={enter.isPending}
              disabled={enter.isSuccess}
              onClick={() => enter.mutate()}
            >
              {t(enter.isSuccess ? "sandbox.entered" : "sandbox.enter")}
            </Button>
          )}
        </Group>
      </Group>
      <Refusal error={enter.error} />
    </Card>
  );
}

function csvOfInbox(messages: readonly SandboxMessage[]): string {
  return csvOf(
    ["id", "at", "to", "from", "text", "outcome"],
    messages.map(({ id, at, to, from, text, outcome }) => [id, at, to, from, text, outcome]),
  );
}
