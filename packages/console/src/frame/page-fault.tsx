import { Alert, Button, Center, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** What is shown of a page that cannot be shown. */
export function PageFault({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const { message, requestId } = error as { readonly message: string; readonly requestId?: string };
  return (
    <Center mih="50vh" p="md">
      <Alert color="red" variant="light" title={t("fault.title")} maw={560} role="alert">
        <Stack gap="sm" align="flex-start">
          <Text>{message}</Text>
          {requestId !== undefined && <Text size="sm">{t("fault.request", { requestId })}</Text>}
          <Button variant="default" onClick={() => window.location.reload()}>
            {t("fault.again")}
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}
