import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { Message } from "@safeguard/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { LIVE_MS } from "../shared/live.ts";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { MESSAGES } from "./messages-search.ts";
import { SettleDialog } from "./settle-dialog.tsx";

const SHOWN = 5;
const ASKED_FOR = 100;

/** Messages that a provider may have or not: above all others, until somebody says which. */
export function InDoubt() {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const maySettle = useMay("messages:send");
  const [settling, setSettling] = useState<Message>();
  const inDoubt = useQuery({
    queryKey: ["messages", account.id, "in doubt"],
    queryFn: () => server.messages.list({ status: "in_doubt", limit: ASKED_FOR }),
    refetchInterval: LIVE_MS,
  });
  const items = inDoubt.data?.items ?? [];
  if (items.length === 0) return null;
  const number = `${count(items.length)}${inDoubt.data?.next == null ? "" : "+"}`;
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="md"
      title={t("messages.doubt.title", { count: items.length, formatted: number })}
    >
      <Text size="sm">{t("messages.doubt.text")}</Text>
      <Stack component="ul" gap={6} my="sm" p={0} style={{ listStyle: "none" }}>
        {items.slice(0, SHOWN).map((message) => (
          <Group key={message.id} component="li" gap="sm">
            <RouteLink
              to={MESSAGES}
              search={(old) => ({ ...old, message: message.id })}
              size="sm"
              fw={600}
              c="bright"
              underline="always"
            >
              {message.to}
            </RouteLink>
            <Text size="sm">{message.provider ?? ""}</Text>
            <Text size="sm" component="div">
              <RelativeTime at={message.at} />
            </Text>
            {maySettle && (
              <Button size="compact-sm" variant="default" onClick={() => setSettling(message)}>
                {t("messages.settle.open")}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {items.length > SHOWN && (
        <RouteLink to={MESSAGES} search={{ q: "status:in_doubt" }} size="sm" c="bright" underline="always">
          {t("messages.doubt.all")}
        </RouteLink>
      )}
      {!maySettle && <Text size="sm">{t("messages.mayNotSend")}</Text>}
      {settling !== undefined && (
        <SettleDialog
          message={settling}
          onSettled={() => void queries.invalidateQueries({ queryKey: ["messages", account.id] })}
          onClose={() => setSettling(undefined)}
        />
      )}
    </Alert>
  );
}
