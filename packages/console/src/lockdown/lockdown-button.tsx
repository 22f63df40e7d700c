import { Button, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { ReasonDialog } from "../shared/reason-dialog.tsx";
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
  const [seconds, setSeconds] = useState(7_200);
  const lock = useMutation({
    mutationFn: (reason: string) => server.detection.lockDown({ reason, forSeconds: seconds }),
    onSuccess: (status) => {
      queries.setQueryData(["detection", account.id], status);
      close();
    },
  });
  if (!mayLock || detection === undefined || detection.lockdown !== null) return null;
  return (
    <>
      <Button color="red" variant="outline" onClick={open}>
        {t("lockdown.button")}
      </Button>
      {isOpen && (
        <ReasonDialog
          title={t("lockdown.title")}
          go={t("lockdown.button")}
          color="red"
          isPending={lock.isPending}
          error={lock.error}
          onGo={lock.mutate}
          onClose={close}
        >
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
        </ReasonDialog>
      )}
    </>
  );
}
