import { Button, Group, Radio, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Message } from "@safeguard/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Refusal } from "../shared/refusal.tsx";

const OUTCOMES = ["sent", "not_sent"] as const;
type Outcome = (typeof OUTCOMES)[number];

export interface SettleDialogProps {
  readonly message: Pick<Message, "id" | "to" | "provider">;
  readonly onSettled: (message: Message) => void;
  readonly onClose: () => void;
}

/** Says what became of a message in doubt. Nothing is sent by saying so. */
export function SettleDialog({ message, onSettled, onClose }: SettleDialogProps) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const [outcome, setOutcome] = useState<Outcome>();
  const [reason, setReason] = useState("");
  const settle = useMutation({
    mutationFn: (said: Outcome) => server.messages.settle(message.id, said, reason),
    onSuccess: (changed) => {
      notifications.show({ color: "teal", message: t("messages.settle.done") });
      onSettled(changed);
      onClose();
    },
  });
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("messages.settle.title", { to: message.to })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (outcome !== undefined) settle.mutate(outcome);
        }}
      >
        <Stack gap="sm">
          <Radio.Group
            label={t("messages.settle.label")}
            description={t("messages.settle.text", { provider: message.provider ?? "–" })}
            value={outcome ?? null}
            onChange={(value) => setOutcome(OUTCOMES.find((one) => one === value))}
          >
            <Stack gap="xs" mt="xs">
              {OUTCOMES.map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={t(`messages.settle.${one}`)}
                  description={t(`messages.settle.${one}Text`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Textarea
            label={t("messages.settle.reason")}
            description={t("reason.text")}
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Refusal error={settle.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={settle.isPending} disabled={outcome === undefined || reason.trim() === ""}>
              {t("messages.settle.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
