import { Alert, Button, Checkbox, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../shared/dialog.tsx";

/** Signing secrets of webhooks, this once: it stays until the reader has copied one, or says that they are kept. */
export function ChannelSecrets({
  secrets,
  onDone,
}: {
  readonly secrets: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const [isKept, setIsKept] = useState(false);
  const made = Object.entries(secrets);
  return (
    <Dialog
      opened={made.length > 0}
      onClose={onDone}
      size="lg"
      title={t("alerts.secrets.title")}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={isKept}
    >
      <Stack gap="sm">
        <Alert variant="light" color="yellow" title={t("keys.minted.once")}>
          {t("alerts.secrets.text")}
        </Alert>
        {made.map(([channel, secret]) => (
          <Stack key={channel} gap={4}>
            <Text size="sm" fw={600}>
              {channel}
            </Text>
            <Group gap="xs" wrap="nowrap">
              <Code style={{ overflowWrap: "anywhere", flexGrow: 1 }}>{secret}</Code>
              <CopyButton value={secret}>
                {({ copied, copy }) => (
                  <Button
                    variant="default"
                    size="compact-sm"
                    style={{ flexShrink: 0 }}
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
          </Stack>
        ))}
        <Group justify="space-between">
          <Checkbox
            label={t("keys.minted.kept")}
            checked={isKept}
            onChange={(event) => setIsKept(event.currentTarget.checked)}
          />
          <Button
            disabled={!isKept}
            onClick={() => {
              setIsKept(false);
              onDone();
            }}
          >
            {t("keys.minted.done")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
