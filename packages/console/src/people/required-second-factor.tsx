import { Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn } from "../api/server.ts";
import { Outside } from "../session/outside.tsx";
import { type SignedIn, useForgetAll } from "../session/session.ts";
import { AskPassword } from "./ask-password.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { TryCode } from "./try-code.tsx";

type Step =
  | { readonly at: "password" }
  | { readonly at: "code" | "codes"; readonly uri: string; readonly codes: readonly string[] };

/** In the place of every page, where a second factor is required and this person has none yet. */
export function RequiredSecondFactor({ person }: Pick<SignedIn, "person">) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const forgetAll = useForgetAll();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>({ at: "password" });
  const signOut = async (): Promise<void> => {
    await askSignIn("/sign-out", {});
    forgetAll();
    await navigate({ to: "/sign-in" });
  };
  const { name, email } = person;
  return (
    <Outside
      title={t(step.at === "codes" ? "secondFactor.codes.title" : "requiredFactor.title")}
      text={step.at === "codes" ? undefined : t("requiredFactor.text")}
    >
      {step.at === "password" && (
        <AskPassword
          text={t("secondFactor.ask.enable")}
          isGrave={false}
          go={t("secondFactor.next")}
          ask={(password) => askSignIn("/two-factor/enable", { password })}
          onDone={async ({ totpUri = "", recoveryCodes }) =>
            setStep({ at: "code", uri: totpUri, codes: recoveryCodes })
          }
        />
      )}
      {step.at === "code" && (
        <TryCode
          uri={step.uri}
          onCancel={() => setStep({ at: "password" })}
          onDone={async () => setStep({ ...step, at: "codes" })}
        />
      )}
      {step.at === "codes" && (
        <RecoveryCodes codes={step.codes} onDone={() => void queries.invalidateQueries({ queryKey: ["session"] })} />
      )}
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {t("requiredFactor.who", { name, email })}
        </Text>
        {step.at !== "codes" && (
          <Button variant="subtle" size="compact-sm" onClick={signOut}>
            {t("person.signOut")}
          </Button>
        )}
      </Group>
    </Outside>
  );
}
