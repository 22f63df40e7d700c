import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../shared/relative-time.tsx";
import { addressOf, type MadeLink } from "./member.ts";

/** A link to hand to a person. It is shown once; another can be made. */
export function LinkShown({ link, name }: { readonly link: MadeLink; readonly name: string }) {
  const { t } = useTranslation();
  const address = addressOf(link, window.location.origin);
  return (
    <Stack gap="sm">
      <Alert variant="light" color="yellow" title={t("people.link.title", { name })}>
        {t("people.link.text")}
      </Alert>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          style={{ flexGrow: 1, minWidth: 0 }}
          label={t("people.link.label")}
          readOnly
          value={address}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button style={{ flexShrink: 0 }} data-autofocus onClick={copy}>
              {t(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text size="sm">
        {t("people.link.until")} <RelativeTime at={link.until} />
      </Text>
    </Stack>
  );
}
