import { Alert, Anchor, Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn } from "../api/server.ts";
import { refusedWords } from "../session/refused-words.ts";
import { QrPicture } from "./qr/qr-picture.tsx";
import { secretOf } from "./secret-of.ts";

/** The secret for the app, and the first code that it shows: only then is it on. */
export function TryCode({
  uri,
  onDone,
  onCancel,
}: {
  readonly uri: string;
  readonly onDone: () => Promise<void>;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const secret = secretOf(uri);
  const trying = useMutation({
    mutationFn: () => askSignIn("/two-factor/verify-totp", { code: code.replaceAll(" ", "") }),
    onSuccess: async (answer) => {
      if (answer.ok) await onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        trying.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {t("secondFactor.try.app")}{" "}
          <Anchor href={uri} inherit underline="always">
            {t("secondFactor.try.open")}
          </Anchor>
        </Text>
        <QrPicture text={uri} label={t("secondFactor.try.picture")} />
        <Text size="sm">{t("secondFactor.try.secret")}</Text>
        <Group gap="xs">
          <Code fz="md" data-testid="secret" style={{ overflowWrap: "anywhere" }}>
            {secret.match(/.{1,4}/g)?.join(" ")}
          </Code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {t(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
        <TextInput
          label={t("secondFactor.try.code")}
          description={t("secondFactor.try.codeText")}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          required
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {trying.data?.ok === false && (
          <Alert color="red" variant="light" role="alert">
            {refusedWords(t, trying.data, t("secondFactor.try.wrong"))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={trying.isPending} disabled={!/^\d{3} ?\d{3}$/.test(code)}>
            {t("secondFactor.try.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
