import { Card, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** In the place of what this person may not do here: why. */
export function NotPermitted({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="xl" role="note">
      <Text fw={600}>{t("notPermitted")}</Text>
      <Text size="sm" mt={4} maw={640}>
        {text}
      </Text>
    </Card>
  );
}
