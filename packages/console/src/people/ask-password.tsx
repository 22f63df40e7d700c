import { Alert, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SignInAnswer } from "../api/server.ts";

type Taken = Extract<SignInAnswer, { readonly ok: true }>;

/** Asks for the password before something about signing in is changed. */
export function AskPassword({
  text,
  go,
  isGrave,
  ask,
  onDone,
  onCancel,
}: {
  readonly text: string;
  readonly go: string;
  readonly isGrave: boolean;
  readonly ask: (password: string) => Promise<SignInAnswer>;
  readonly onDone: (answer: Taken) => Promise<void>;
  /** Absent: there is no way round it. */
  readonly onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const asking = useMutation({
    mutationFn: () => ask(password),
    onSuccess: async (answer) => {
      if (answer.ok) await onDone(answer);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        asking.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        <PasswordInput
          label={t("ownSignIn.password.current")}
          autoComplete="current-password"
          required
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0 }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {asking.data?.ok === false && (
          <Alert color="red" variant="light" role="alert">
            {asking.data.status === 429 ? t("signIn.tooMany") : asking.data.message}
          </Alert>
        )}
        <Group justify="flex-end">
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel}>
              {t("cancel")}
            </Button>
          )}
          <Button
            type="submit"
            {...(isGrave && { color: "red" })}
            loading={asking.isPending}
            disabled={password === ""}
          >
            {go}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
