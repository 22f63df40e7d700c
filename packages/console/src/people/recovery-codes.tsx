import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { saveFile } from "../shared/save-file.ts";

/** Shown this once: each lets in one time, when the app is not there. */
export function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const text = `${codes.join("\n")}\n`;
  return (
    <Stack gap="sm">
      <Alert variant="light" color="yellow" title={t("secondFactor.codes.once")}>
        {t("secondFactor.codes.text")}
      </Alert>
      <SimpleGrid cols={{ base: 2, xs: 2 }} spacing="xs" data-testid="recovery-codes">
        {codes.map((code) => (
          <Code key={code} fz="md" ta="center">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <Group gap="xs">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={() => saveFile("safeguard-recovery-codes.txt", text)}>
            {t("secondFactor.codes.save")}
          </Button>
        </Group>
        <Button onClick={onDone}>{t("secondFactor.codes.done")}</Button>
      </Group>
    </Stack>
  );
}
