import { Badge, Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn } from "../api/server.ts";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Section } from "../shared/section.tsx";
import { AskPassword } from "./ask-password.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { TryCode } from "./try-code.tsx";

type Step =
  | { readonly at: "password"; readonly for: "enable" | "disable" | "codes" }
  | { readonly at: "code"; readonly uri: string; readonly codes: readonly string[] }
  | { readonly at: "codes"; readonly codes: readonly string[] };

const PATHS = {
  enable: "/two-factor/enable",
  disable: "/two-factor/disable",
  codes: "/two-factor/generate-backup-codes",
} as const;

/** Sets up a code from an app beside the password, and takes it away. Each time the password is asked for. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { twoFactor } = useWorking().signedIn.person;
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>();
  const changed = async (word: "on" | "off"): Promise<void> => {
    notifications.show({ color: "teal", message: t(`secondFactor.${word}Done`) });
    await queries.invalidateQueries({ queryKey: ["session"] });
    await queries.invalidateQueries({ queryKey: ["own-sessions"] });
  };
  const open = (what: keyof typeof PATHS) => () => setStep({ at: "password", for: what });
  const close = () => setStep(undefined);
  return (
    <Section
      title={t("secondFactor.title")}
      text={
        <>
          <Badge variant="light" color={twoFactor ? "teal" : "gray"} tt="none" mb={6}>
            {t(twoFactor ? "secondFactor.on" : "secondFactor.off")}
          </Badge>
          <br />
          {t(twoFactor ? "secondFactor.onText" : "secondFactor.offText")}
        </>
      }
      acts={
        twoFactor ? (
          <>
            <Button variant="default" onClick={open("codes")}>
              {t("secondFactor.newCodes")}
            </Button>
            <Button variant="outline" color="red" onClick={open("disable")}>
              {t("secondFactor.disable")}
            </Button>
          </>
        ) : (
          <Button onClick={open("enable")}>{t("secondFactor.enable")}</Button>
        )
      }
    >
      <Dialog
        opened={step !== undefined}
        onClose={close}
        size="lg"
        closeOnClickOutside={false}
        title={t(step?.at === "codes" ? "secondFactor.codes.title" : "secondFactor.title")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {step?.at === "password" && (
          <AskPassword
            text={t(`secondFactor.ask.${step.for}`)}
            isGrave={step.for === "disable"}
            go={t(step.for === "disable" ? "secondFactor.disable" : "secondFactor.next")}
            onCancel={close}
            ask={(password) => askSignIn(PATHS[step.for], { password })}
            onDone={async ({ totpUri, recoveryCodes }) => {
              if (step.for === "disable") {
                close();
                await changed("off");
              } else if (totpUri === undefined) setStep({ at: "codes", codes: recoveryCodes });
              else setStep({ at: "code", uri: totpUri, codes: recoveryCodes });
            }}
          />
        )}
        {step?.at === "code" && (
          <TryCode
            uri={step.uri}
            onCancel={close}
            onDone={async () => {
              setStep({ at: "codes", codes: step.codes });
              await changed("on");
            }}
          />
        )}
        {step?.at === "codes" && <RecoveryCodes codes={step.codes} onDone={close} />}
      </Dialog>
    </Section>
  );
}
