import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { Section } from "../shared/section.tsx";
import { browserOf } from "./browser-of.ts";

interface OpenSession {
  readonly id: string;
  readonly isThisOne: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Where one is signed in, and the way to end it there. */
export function OwnSessions() {
  const { t } = useTranslation();
  const { server } = useWorking();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["own-sessions"],
    queryFn: () => server.call<{ readonly items: readonly OpenSession[] }>({ method: "GET", path: "/v1/session/all" }),
  });
  const end = useMutation({
    /** Undefined: all but this one. */
    mutationFn: (id: string | undefined) =>
      server.call({ method: "DELETE", path: id === undefined ? "/v1/session/all" : `/v1/session/all/${id}` }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["own-sessions"] }),
  });
  const items = [...(sessions.data?.items ?? [])].sort(
    (a, b) => Number(b.isThisOne) - Number(a.isThisOne) || b.createdAt.localeCompare(a.createdAt),
  );
  const others = items.filter(({ isThisOne }) => !isThisOne);
  return (
    <Section
      title={t("ownSessions.title")}
      text={t("ownSessions.text")}
      acts={
        <Group gap="xs">
          <CsvButton name="sessions" isEmpty={items.length === 0} csv={() => csvOfSessions(items)} />
          <Button
            variant="default"
            disabled={others.length === 0}
            loading={end.isPending && end.variables === undefined}
            onClick={() => end.mutate(undefined)}
          >
            {t("ownSessions.endOthers")}
          </Button>
        </Group>
      }
    >
      <Refusal error={sessions.error ?? end.error} />
      {sessions.isPending && <Skeleton mt="sm" height={56} aria-busy="true" aria-label={t("loading")} />}
      <Stack
        component="ul"
        gap={0}
        mt="sm"
        mb={0}
        p={0}
        style={{ listStyle: "none" }}
        aria-label={t("ownSessions.title")}
      >
        {items.map((session) => {
          const { browser, system } = browserOf(session.userAgent);
          const name =
            browser === undefined
              ? t("ownSessions.unknown")
              : system === undefined
                ? browser
                : t("ownSessions.on", { browser, system });
          return (
            <Group
              key={session.id}
              component="li"
              justify="space-between"
              gap="sm"
              py="sm"
              style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}
            >
              <div>
                <Group gap="xs">
                  <Text fw={600}>{name}</Text>
                  {session.isThisOne && (
                    <Badge variant="light" color="teal" tt="none">
                      {t("ownSessions.thisOne")}
                    </Badge>
                  )}
                </Group>
                <Text size="sm" c="dimmed">
                  {session.address ?? t("ownSessions.nowhere")} · {t("ownSessions.began")}{" "}
                  <RelativeTime at={session.createdAt} /> · {t("ownSessions.ends")}{" "}
                  <RelativeTime at={session.expiresAt} />
                </Text>
              </div>
              {!session.isThisOne && (
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={end.isPending && end.variables === session.id}
                  onClick={() => end.mutate(session.id)}
                >
                  {t("ownSessions.end")}
                </Button>
              )}
            </Group>
          );
        })}
      </Stack>
    </Section>
  );
}

function csvOfSessions(sessions: readonly OpenSession[]): string {
  return csvOf(
    ["created_at", "expires_at", "address", "user_agent", "this_one"],
    sessions.map((one) => [one.createdAt, one.expiresAt, one.address, one.userAgent, one.isThisOne ? "yes" : "no"]),
  );
}
