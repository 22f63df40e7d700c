import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";

/** Nobody else of the account can approve a proposal: who can, and how. */
export function NobodyElse({ argument }: { readonly argument: string }) {
  const { t } = useTranslation();
  const { account } = useWorking();
  const command = `npx safeguard approvals approve ${argument} --account ${account.id}`;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t("approvals.nobodyElse")}
      </Text>
      <Text size="sm">{t("approvals.nobodyElseText")}</Text>
      <Group gap="xs">
        <Code className="break">{command}</Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {t(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
