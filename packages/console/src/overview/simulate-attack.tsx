import { Alert, Button, Group, Loader, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSignInState, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RouteLink } from "../shared/route-link.tsx";

/** Shows what an attack looks like, where there is a sandbox: nobody gets a message. */
export function SimulateAttack() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const mayChange = useMay("messages:send");
  const isSandbox = useSignInState().data?.sandbox === true;
  const queries = useQueryClient();
  const [startedAt, setStartedAt] = useState<number | undefined>();
  const attack = useMutation({
    mutationFn: () =>
      server.call<{ readonly sent: number; readonly stopped: number }>({
        method: "POST",
        path: "/v1/sandbox/attack",
        body: {},
      }),
    onMutate: () => setStartedAt(Date.now()),
    onSettled: () =>
      Promise.all(
        ["incidents", "usage", "seen"].map((name) => queries.invalidateQueries({ queryKey: [name, account.id] })),
      ),
  });
  // The incident is there before the last message is.
  const found = useQuery({
    queryKey: ["incidents", account.id, "simulated", startedAt],
    queryFn: async () => {
      const { items } = await server.incidents.list({ state: "all", limit: 10 });
      return items.find(({ lastSeenAt }) => Date.parse(lastSeenAt) >= (startedAt ?? 0) - CLOCKS_MS) ?? null;
    },
    enabled: startedAt !== undefined && !attack.isError,
    refetchInterval: (query) => (query.state.data == null ? 700 : false),
  });
  if (!isSandbox || !mayChange) return null;
  return (
    <div>
      <Group gap="sm">
        <Button variant="light" onClick={() => attack.mutate()} disabled={attack.isPending}>
          {t("simulate.button")}
        </Button>
        <Text size="sm" maw={420}>
          {t("simulate.text")}
        </Text>
      </Group>
      <Refusal error={attack.error} />
      {startedAt !== undefined && !attack.isError && (
        <Alert variant="light" mt="sm" role="status" data-testid="simulated">
          <Group gap="sm">
            {attack.isPending && <Loader size="xs" aria-hidden="true" />}
            <Text size="sm">
              {attack.data === undefined
                ? t("simulate.running")
                : t("simulate.done", { sent: attack.data.sent, stopped: attack.data.stopped })}
            </Text>
            {found.data != null && (
              <RouteLink
                to="/channels/incidents/$number"
                params={{ number: String(found.data.number) }}
                size="sm"
                fw={600}
              >
                {t("simulate.open", { number: found.data.number })}
              </RouteLink>
            )}
          </Group>
        </Alert>
      )}
    </div>
  );
}

/** The browser's clock and the server's need not agree to the second. */
const CLOCKS_MS = 2_000;
