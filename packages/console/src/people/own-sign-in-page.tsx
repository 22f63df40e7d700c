import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { PageHead } from "../shared/page-head.tsx";
import { OwnPassword } from "./own-password.tsx";
import { OwnSessions } from "./own-sessions.tsx";
import { SecondFactor } from "./second-factor.tsx";

/** One's own password, second factor and sessions: the same in every account. */
export function OwnSignInPage() {
  const { t } = useTranslation();
  const { name, email } = useWorking().signedIn.person;
  return (
    <>
      <PageHead title={t("ownSignIn.title")} />
      <Text mb="md" maw={720}>
        {t("ownSignIn.text", { name, email })}
      </Text>
      <Stack gap="md" maw={860}>
        <OwnPassword />
        <SecondFactor />
        <OwnSessions />
      </Stack>
    </>
  );
}
