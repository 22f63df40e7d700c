import { Button, Card, Code, CopyButton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** What there is before the first message: how to send it, and how to see an attack at once. */
export function FirstMessage() {
  const { t } = useTranslation();
  const snippet = [
    `curl ${window.location.origin}/v1/messages \\`,
    `  -H "Authorization: Bearer $SAFEGUARD_KEY" -H "Content-Type: application/json" \\`,
    `  -d '{"to": "+31612345678", "from": "Demo", "text": "Your code is 123456", "purpose": "otp"}'; echo`,
  ].join("\n");
  return (
    <Card withBorder p="lg" component="section" aria-labelledby="first-message">
      <Stack gap="sm" align="stretch">
        <Title order={2} size="h4" id="first-message">
          {t("overview.first.title")}
        </Title>
        <Text size="sm" maw={720}>
          {t("overview.first.text")}
        </Text>
        <Code block tabIndex={0} aria-label="curl">
          {snippet}
        </Code>
        <CopyButton value={snippet}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-sm" onClick={copy} style={{ alignSelf: "flex-start" }}>
              {t(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Card>
  );
}
