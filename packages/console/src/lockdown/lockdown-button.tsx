import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { useDetection } from "./use-detection.ts";

const SPANS = [1_800, 7_200, 28_800, 86_400, 604_800] as const;

/** Only verified numbers get messages, for a while: for when everything burns. */
export function LockdownButton() {
  const { t } = useTranslation();
  const { instant } = useFormat();
  const { server, account } = useWorking();
  const mayLock = useMay("incidents:write");
  const { data: detection } = useDetection();
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const [reason, setReason] = useState("");
  const [seconds, setSeconds] = useState(7_200);
  const lock = useMutation({
    mutationFn: () => server.detection.lockDown({ reason, forSeconds: seconds }),
    onSuccess: (status) => {
      queries.setQueryData(["detection", account.id], status);
      setReason("");
      close();
    },
  });
  if (!mayLock || detection === undefined || detection.lockdown !== null) return null;
  return (
    <>
      <Button color="red" variant="outline" onClick={open}>
        {t("lockdown.button")}
      </Button>
      <Dialog
        opened={isOpen}
        onClose={close}
        title={t("lockdown.title")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            lock.mutate();
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{t("lockdown.meaning")}</Text>
            <Select
              label={t("lockdown.span")}
              allowDeselect={false}
              value={String(seconds)}
              data={SPANS.map((value) => ({ value: String(value), label: t(`span.${value}`) }))}
              onChange={(value) => setSeconds(Number(value))}
              description={t("lockdown.ends", { at: instant(Date.now() + seconds * 1000) })}
              inputWrapperOrder={["label", "input", "description", "error"]}
            />
            <Textarea
              label={t("reason.label")}
              description={t("reason.text")}
              required
              data-autofocus
              maxLength={1000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Refusal error={lock.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t("cancel")}
              </Button>
              <Button type="submit" color="red" loading={lock.isPending} disabled={reason.trim() === ""}>
                {t("lockdown.button")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
