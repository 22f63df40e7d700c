import { Button, Code, CopyButton, Group, Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type SnippetFacts, snippetsFor } from "./snippets.ts";

/** The first message, by each kind of client. */
export function SnippetTabs({ facts }: { readonly facts: SnippetFacts }) {
  const { t } = useTranslation();
  const snippets = snippetsFor(facts);
  return (
    <Tabs defaultValue="curl" keepMounted={false}>
      <Tabs.List aria-label={t("keys.snippets.title")}>
        {snippets.map(({ name }) => (
          <Tabs.Tab key={name} value={name}>
            {t(`keys.snippets.${name}.name`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ name, code }) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <Stack gap="xs">
            <Text size="sm">{t(`keys.snippets.${name}.text`)}</Text>
            <Code block tabIndex={0} aria-label={t(`keys.snippets.${name}.name`)} style={{ overflowX: "auto" }}>
              {code}
            </Code>
            <Group>
              <CopyButton value={code}>
                {({ copied, copy }) => (
                  <Button size="compact-sm" variant="default" onClick={copy}>
                    {t(copied ? "copied" : "copy")}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
