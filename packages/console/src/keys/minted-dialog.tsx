import { Alert, Button, Checkbox, CopyButton, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import type { MintedKey } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { SnippetTabs } from "./snippet-tabs.tsx";

const FACES = ["secret", "productToken", "authToken"] as const;

/** The secrets of a key, this once: the dialog stays until one is copied, or the reader says that they are kept. */
export function MintedDialog({ minted, onDone }: { readonly minted: MintedKey; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const [isKept, setIsKept] = useState(false);
  const settings = useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.accounts.get(account.id),
    staleTime: 60_000,
  });
  useBlocker({ shouldBlockFn: () => !isKept, enableBeforeUnload: () => !isKept });
  const twilioSid = settings.data?.twilioSid ?? "AC…";
  return (
    <Dialog
      opened
      size="xl"
      title={t("keys.minted.title", { name: minted.name })}
      onClose={onDone}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={isKept}
    >
      <Stack gap="sm">
        <Alert variant="light" color="yellow" title={t("keys.minted.once")}>
          {t("keys.minted.text")}
        </Alert>
        {FACES.map((face) => (
          <Group key={face} gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              style={{ flexGrow: 1, minWidth: 0 }}
              label={t(`keys.face.${face}.name`)}
              description={t(`keys.face.${face}.for`, { sid: twilioSid })}
              readOnly
              value={minted[face]}
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
            <CopyButton value={minted[face]}>
              {({ copied, copy }) => (
                <Button
                  variant="default"
                  style={{ flexShrink: 0 }}
                  {...(face === "secret" && { "data-autofocus": true })}
                  aria-label={t("keys.minted.copy", { face: t(`keys.face.${face}.name`) })}
                  onClick={() => {
                    copy();
                    setIsKept(true);
                  }}
                >
                  {t(copied ? "copied" : "copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        ))}
        <Title order={3} size="h5" mt="xs">
          {t("keys.snippets.title")}
        </Title>
        <Text size="sm">{t("keys.snippets.text")}</Text>
        <SnippetTabs facts={{ url: window.location.origin, ...minted, twilioSid }} />
        <Group justify="space-between" mt="xs">
          <Checkbox
            label={t("keys.minted.kept")}
            checked={isKept}
            onChange={(event) => setIsKept(event.currentTarget.checked)}
          />
          <Button disabled={!isKept} onClick={onDone}>
            {t("keys.minted.done")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
