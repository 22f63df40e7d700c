import { Alert, Button, Group, Text, TextInput } from "@mantine/core";
import type { DetectionSwitched } from "@safeguard/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { useDetection } from "./use-detection.ts";

/** Says that a lockdown or a bypass is in force, why, until when; and ends it. */
export function LockdownBanner() {
  const { data } = useDetection();
  return (
    <>
      {data?.lockdown != null && <Switched name="lockdown" switched={data.lockdown} />}
      {data?.bypass != null && <Switched name="bypass" switched={data.bypass} />}
    </>
  );
}

function Switched({ name, switched }: { readonly name: "lockdown" | "bypass"; readonly switched: DetectionSwitched }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const mayEnd = useMay("incidents:write");
  const queries = useQueryClient();
  const [reason, setReason] = useState<string | undefined>();
  const end = useMutation({
    mutationFn: (why: string) =>
      name === "lockdown" ? server.detection.endLockdown(why) : server.detection.endBypass(why),
    onSuccess: (status) => queries.setQueryData(["detection", account.id], status),
  });
  return (
    <Alert
      color={name === "lockdown" ? "red" : "yellow"}
      variant="light"
      mb="md"
      title={t(`lockdown.${name}.title`)}
      role="status"
    >
      <Text size="sm">
        {t(`lockdown.${name}.text`)} {t("lockdown.endsItself")} <RelativeTime at={switched.until} fw={600} />.
        {switched.reason !== null && ` ${t("lockdown.because", { reason: switched.reason })}`}
      </Text>
      <Refusal error={end.error} />
      {mayEnd && (
        <form
          className="no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason === undefined) setReason("");
            else end.mutate(reason);
          }}
        >
          <Group mt="sm" gap="xs" align="flex-end">
            {reason !== undefined && (
              <TextInput
                label={t("reason.label")}
                required
                autoFocus
                value={reason}
                maxLength={1000}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            )}
            <Button
              type="submit"
              variant="default"
              loading={end.isPending}
              disabled={reason !== undefined && reason.trim() === ""}
            >
              {t(`lockdown.${name}.end`)}
            </Button>
          </Group>
        </form>
      )}
    </Alert>
  );
}
