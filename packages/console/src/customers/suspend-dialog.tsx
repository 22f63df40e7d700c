import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { Customer } from "./customer-types.ts";

/** Says what it stops, asks why, and suspends an account, or lets it in again. */
export function SuspendDialog({ of, onClose }: { readonly of: Customer; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const verb = of.suspendedAt === null ? "suspend" : "resume";
  const save = useMutation({
    mutationFn: () =>
      server.call({
        method: "POST",
        path: `/v1/accounts/${encodeURIComponent(of.id)}/${verb}`,
        body: { reason: reason.trim() },
      }),
    onSuccess: async () => {
      onClose();
      notifications.show({ color: "teal", message: t(`customers.${verb}.done`, { name: of.name }) });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["customers"] }),
        queries.invalidateQueries({ queryKey: ["session"] }),
      ]);
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`customers.${verb}.title`, { name: of.name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          <Alert variant="light" color={verb === "suspend" ? "red" : "gray"} title={t("keys.do.means")}>
            <Text size="sm">{t(`customers.${verb}.means`)}</Text>
          </Alert>
          <Textarea
            label={t("reason.label")}
            description={t("reason.text")}
            required
            data-autofocus
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Refusal error={save.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button
              type="submit"
              {...(verb === "suspend" && { color: "red" })}
              loading={save.isPending}
              disabled={reason.trim() === ""}
            >
              {t(`customers.${verb}.go`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
