import { Alert, Badge, Button, CopyButton, Divider, Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Decision, Message, Verdict } from "@safeguard/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Grouped } from "../shared/grouped.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { useFocusBack } from "../shared/use-focus-back.ts";
import { CheckList } from "./check-list.tsx";
import { MessageFacts } from "./message-facts.tsx";
import { SettleDialog } from "./settle-dialog.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { useVerdictSentence } from "./use-verdict-sentence.ts";

/** The answer of `/v1/decisions/{id}/explanation`. */
interface Explanation {
  readonly agrees: boolean;
  readonly problem: string | null;
  readonly recorded: Decision;
}

/** One message: what was decided and why, what became of it, and what can be done about it. */
export function MessageDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  useFocusBack();
  const message = useQuery({
    queryKey: ["message", account.id, id],
    queryFn: () => server.messages.get(id),
    retry: false,
  });
  const explanation = useQuery({
    queryKey: ["explanation", account.id, id],
    queryFn: () => server.call<Explanation>({ method: "GET", path: `/v1/decisions/${id}/explanation` }),
    retry: false,
  });
  return (
    <Drawer
      opened
      onClose={onClose}
      returnFocus={false}
      position="right"
      size="xl"
      title={t("messages.one")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Refusal error={message.error} />
      {message.isPending && <Skeleton height={240} aria-label={t("loading")} />}
      {message.data !== undefined && (
        <Stack gap="md">
          <Head message={message.data} />
          <Actions message={message.data} />
          <Divider />
          <section aria-labelledby="decision">
            <Title order={2} size="h5" id="decision" mb="xs">
              {t("messages.checks.title")}
            </Title>
            <Refusal error={explanation.error} />
            {explanation.data === undefined ? (
              explanation.isPending && <Skeleton height={220} />
            ) : (
              <>
                <CheckList decision={explanation.data.recorded} />
                <Text size="sm" c="dimmed" mt="xs">
                  {explanation.data.agrees
                    ? t("messages.agrees")
                    : t("messages.disagrees", { problem: explanation.data.problem ?? "" })}
                </Text>
              </>
            )}
          </section>
          <Divider />
          <MessageFacts message={message.data} />
        </Stack>
      )}
    </Drawer>
  );
}

function Head({ message }: { readonly message: Message }) {
  const { t } = useTranslation();
  const sentenceOf = useVerdictSentence();
  const { server } = useWorking();
  const mayReveal = useMay("numbers:reveal");
  const reveal = useMutation({
    mutationFn: () =>
      server.call<{ readonly to: string }>({ method: "POST", path: `/v1/messages/${message.id}/reveal`, body: {} }),
  });
  const number = reveal.data?.to ?? message.to;
  return (
    <div>
      <Group gap="sm" mb={4}>
        <Text size="xl" fw={600} className="numbers" data-testid="number">
          <Grouped text={number} />
        </Text>
        <StatusBadge status={message.status} />
        {reveal.data === undefined ? (
          mayReveal && (
            <Button variant="default" size="compact-sm" loading={reveal.isPending} onClick={() => reveal.mutate()}>
              {t("messages.reveal")}
            </Button>
          )
        ) : (
          <Button variant="default" size="compact-sm" onClick={() => reveal.reset()}>
            {t("messages.mask")}
          </Button>
        )}
      </Group>
      {!mayReveal && (
        <Text size="sm" c="dimmed">
          {t("messages.mayNotReveal")}
        </Text>
      )}
      {reveal.data !== undefined && (
        <Text size="sm" c="dimmed" role="status">
          {t("messages.revealed")}
        </Text>
      )}
      <Refusal error={reveal.error} />
      <Text mt="xs" data-testid="sentence">
        <Grouped text={sentenceOf(message)} />
      </Text>
      <CopyButton value={message.id}>
        {({ copied, copy }) => (
          <Button variant="subtle" size="compact-xs" ff="monospace" onClick={copy} mt={4} ml={-8} maw="100%">
            {copied ? t("copied") : message.id}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function Actions({ message }: { readonly message: Message }) {
  const { t } = useTranslation();
  const sentenceOf = useVerdictSentence();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const maySend = useMay("messages:send");
  const [isSettling, setIsSettling] = useState(false);
  const show = (changed: Message): void => {
    queries.setQueryData(["message", account.id, message.id], changed);
    void queries.invalidateQueries({ queryKey: ["messages", account.id] });
  };
  const check = useMutation({
    mutationFn: () => server.call<Verdict>({ method: "GET", path: `/v1/messages/${message.id}/check` }),
  });
  const cancel = useMutation({
    mutationFn: () => server.messages.cancel(message.id),
    onSuccess: (changed) => {
      show(changed);
      notifications.show({ color: "teal", message: t("messages.canceled") });
    },
  });
  const isInDoubt = message.status === "in_doubt";
  return (
    <>
      <Group gap="xs">
        {isInDoubt && maySend && <Button onClick={() => setIsSettling(true)}>{t("messages.settle.open")}</Button>}
        {message.waiting !== null && maySend && (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("messages.cancelSending")}
          </Button>
        )}
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t("messages.check")}
        </Button>
      </Group>
      {(isInDoubt || message.waiting !== null) && !maySend && (
        <Text size="sm" c="dimmed">
          {t("messages.mayNotSend")}
        </Text>
      )}
      <Refusal error={check.error ?? cancel.error} />
      {check.data !== undefined && (
        <Alert
          variant="light"
          color={check.data.action === "allow" ? "teal" : "red"}
          role="status"
          title={t("messages.now")}
          data-testid="check"
        >
          <Text size="sm">
            <Grouped text={sentenceOf({ ...check.data, destination: message.destination })} />
          </Text>
          <Group gap="xs" mt={4}>
            <Badge variant="default">
              {t(check.data.action === message.action ? "messages.same" : "messages.other")}
            </Badge>
            <Text size="sm">{t("messages.checkText")}</Text>
          </Group>
        </Alert>
      )}
      {isSettling && <SettleDialog message={message} onSettled={show} onClose={() => setIsSettling(false)} />}
    </>
  );
}
