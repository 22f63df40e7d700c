import { Button, Code, CopyButton, Group, Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** The same change for a shell or a file. */
export function CopyTabs({ texts }: { readonly texts: readonly (readonly [name: string, text: string])[] }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen) {
    return (
      <Group>
        <Button size="compact-xs" variant="subtle" onClick={() => setIsOpen(true)}>
          {t("destinations.copy.name")}
        </Button>
      </Group>
    );
  }
  return (
    <Tabs defaultValue={texts[0]?.[0] ?? null} variant="outline">
      <Tabs.List aria-label={t("destinations.copy.name")}>
        {texts.map(([name]) => (
          <Tabs.Tab key={name} value={name}>
            {t(`destinations.copy.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {texts.map(([name, text]) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <Code block mah={180} className="break" tabIndex={0}>
            {text}
          </Code>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="compact-xs" mt={4} variant="default" onClick={copy}>
                {t(copied ? "destinations.copy.done" : "destinations.copy.go")}
              </Button>
            )}
          </CopyButton>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
