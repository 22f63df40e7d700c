import { Alert, Button, Divider, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn, type SignInAnswer } from "../api/server.ts";
import { Outside } from "./outside.tsx";
import { refusedWords } from "./refused-words.ts";
import { useForgetAll, useSignInState } from "./session.ts";

const route = getRouteApi("/sign-in");

/** Password, second factor, or the identity provider. */
export function SignInPage() {
  const { t } = useTranslation();
  const state = useSignInState();
  const { to = "/overview", error } = route.useSearch();
  const router = useRouter();
  const forgetAll = useForgetAll();
  const [step, setStep] = useState<"password" | "code">("password");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const enter = async (): Promise<void> => {
    forgetAll();
    await router.navigate({ href: to, replace: true });
  };
  const byPassword = useMutation({
    mutationFn: () => askSignIn("/sign-in/email", { email: email.trim(), password }),
    onSuccess: async (answer) => {
      if (answer.ok && answer.needsSecondFactor) setStep("code");
      else if (answer.ok) await enter();
    },
  });
  const byCode = useMutation({
    mutationFn: (code: string) =>
      askSignIn(/^\d{6}$/.test(code) ? "/two-factor/verify-totp" : "/two-factor/verify-backup-code", { code }),
    onSuccess: async (answer) => {
      if (answer.ok) await enter();
    },
  });
  const byProvider = useMutation({
    mutationFn: () => askSignIn("/sign-in/social", { callbackURL: to, errorCallbackURL: "/sign-in" }),
    onSuccess: (answer) => {
      if (answer.ok && answer.url !== undefined) window.location.assign(answer.url);
    },
  });

  const answered = step === "code" ? byCode.data : (byPassword.data ?? byProvider.data);
  if (state.data?.needsSetup === true) {
    return (
      <Outside title={t("signIn.setupTitle")} text={t("signIn.setupText")}>
        <Text size="sm" ff="monospace">
          npm start
        </Text>
      </Outside>
    );
  }
  return (
    <Outside title={t("signIn.title")} text={step === "code" ? t("signIn.codeText") : undefined}>
      {answered === undefined && error !== undefined ? <RefusedThere error={error} /> : <Refused answer={answered} />}
      {step === "password" ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            byPassword.mutate();
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t("signIn.email")}
              type="email"
              autoComplete="username"
              required
              data-autofocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("signIn.password")}
              autoComplete="current-password"
              required
              visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0 }}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" fullWidth mt="xs" loading={byPassword.isPending}>
              {t("signIn.go")}
            </Button>
          </Stack>
        </form>
      ) : (
        <SecondFactor isBusy={byCode.isPending} onCode={(code) => byCode.mutate(code)} />
      )}
      {step === "password" && state.data?.identityProvider != null && (
        <>
          <Divider label={t("signIn.or")} />
          <Button variant="default" onClick={() => byProvider.mutate()} loading={byProvider.isPending}>
            {t("signIn.by", { provider: state.data.identityProvider })}
          </Button>
        </>
      )}
      <Text size="xs" c="dimmed">
        {t("signIn.forgotten")}
      </Text>
    </Outside>
  );
}

function SecondFactor({ isBusy, onCode }: { readonly isBusy: boolean; readonly onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const [isBackup, setIsBackup] = useState(false);
  const [code, setCode] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code.trim());
      }}
    >
      <Stack gap="sm">
        {isBackup ? (
          <TextInput
            label={t("signIn.backupCode")}
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        ) : (
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            autoFocus
            aria-label={t("signIn.code")}
            value={code}
            onChange={setCode}
            onComplete={onCode}
          />
        )}
        <Button type="submit" loading={isBusy}>
          {t("signIn.go")}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => setIsBackup(!isBackup)}>
          {t(isBackup ? "signIn.useCode" : "signIn.useBackup")}
        </Button>
      </Stack>
    </form>
  );
}

const OF_PROVIDER = {
  not_strong_enough: "signIn.notStrongEnough",
  issuer_mismatch: "signIn.issuerMismatch",
} as const;

/** Who comes back from the identity provider without having come in. */
function RefusedThere({ error }: { readonly error: string }) {
  const { t } = useTranslation();
  const provider = useSignInState().data?.identityProvider ?? "OpenID Connect";
  const [, known = "signIn.notByProvider"] = Object.entries(OF_PROVIDER).find(([code]) => code === error) ?? [];
  return (
    <Alert color="red" variant="light" role="alert">
      {t(known, { provider })}
    </Alert>
  );
}

function Refused({ answer }: { readonly answer: SignInAnswer | undefined }) {
  const { t } = useTranslation();
  if (answer === undefined || answer.ok) return null;
  if (answer.code === "ISSUER_MISMATCH") return <RefusedThere error="issuer_mismatch" />;
  return (
    <Alert color="red" variant="light" role="alert">
      {refusedWords(t, answer, t("signIn.wrong"))}
    </Alert>
  );
}
