import { Button, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Account } from "@safeguard/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useApprovers } from "../approvals/use-approvers.ts";
import { useMay, useWorking } from "../session/session.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { AnswerSettings } from "./answer-settings.tsx";
import { FourEyes } from "./four-eyes.tsx";
import { GeneralSettings } from "./general-settings.tsx";
import { InstallationFacts } from "./installation-facts.tsx";
import { SendingSettings } from "./sending-settings.tsx";
import { changeOf, draftOf, type SettingsDraft } from "./settings-draft.ts";

/** What the account says of itself, and what is the same for all. */
export function SettingsPage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const settings = useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.accounts.get(account.id),
  });
  return (
    <>
      <PageHead title={t("settings.title")} />
      <Refusal error={settings.error} />
      <Stack gap="md" maw={860}>
        {settings.isPending && <Skeleton height={320} aria-busy="true" aria-label={t("loading")} />}
        {settings.data !== undefined && <SettingsForm key={account.id} account={settings.data} />}
        <InstallationFacts />
      </Stack>
    </>
  );
}

/** Of each part: what stands in it, and how it is changed. */
export interface PartProps {
  readonly draft: SettingsDraft;
  /** False: it is shown only. */
  readonly mayWrite: boolean;
  readonly onChange: (change: Partial<SettingsDraft>) => void;
}

function SettingsForm({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const queries = useQueryClient();
  const mayWrite = useMay("accounts:write");
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOf(account));
  const [isSure, setIsSure] = useState(false);
  const approvers = useApprovers();
  const isLockedOut =
    account.fourEyes === null && draft.fourEyes !== null && (approvers.data?.length ?? 0) < 2 && !isSure;
  const change = changeOf(account, draft);
  const isChanged = Object.keys(change).length > 0;
  useBlocker({ shouldBlockFn: () => isChanged && !window.confirm(t("settings.leave")), enableBeforeUnload: isChanged });
  const save = useMutation({
    mutationFn: () => server.accounts.update(account.id, change),
    onSuccess: async (saved) => {
      queries.setQueryData(["account", account.id], saved);
      setDraft(draftOf(saved));
      notifications.show({ color: "teal", message: t("settings.saved") });
      await queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  const part: PartProps = {
    draft,
    mayWrite,
    onChange: (some) => {
      setDraft({ ...draft, ...some });
      if (some.fourEyes === null) setIsSure(false);
    },
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isLockedOut) save.mutate();
      }}
    >
      <Stack gap="md">
        {!mayWrite && <Text size="sm">{t("settings.mayNot")}</Text>}
        <GeneralSettings {...part} />
        <SendingSettings {...part} />
        <AnswerSettings {...part} />
        <FourEyes {...part} saved={account.fourEyes} parent={account.parent} isSure={isSure} onSure={setIsSure} />
        <Refusal error={save.error} />
        {isChanged && (
          <Paper withBorder shadow="md" p="sm" pos="sticky" bottom={12} style={{ zIndex: 2 }}>
            <Group justify="space-between">
              <Text size="sm" role="status">
                {t("settings.unsaved", { count: Object.keys(change).length })}
                {isLockedOut && !approvers.isPending && `. ${t("settings.fourEyes.tickFirst")}`}
              </Text>
              <Group gap="xs">
                <Button
                  variant="default"
                  onClick={() => {
                    setDraft(draftOf(account));
                    setIsSure(false);
                  }}
                >
                  {t("settings.undo")}
                </Button>
                <Button type="submit" disabled={isLockedOut} loading={save.isPending}>
                  {t("settings.save")}
                </Button>
              </Group>
            </Group>
          </Paper>
        )}
      </Stack>
    </form>
  );
}
