import { NumberInput, Stack, Switch, Text } from "@mantine/core";
import type { Account } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Section } from "../shared/section.tsx";
import { USUAL_HOURS } from "./settings-draft.ts";
import type { PartProps } from "./settings-page.tsx";

/** Whether what loosens waits for a second person. An account cannot take it back by its own hand. */
export function FourEyes({
  draft: { fourEyes },
  saved,
  parent,
  mayWrite,
  onChange,
}: PartProps & { readonly saved: Account["fourEyes"]; readonly parent: string | null }) {
  const { t } = useTranslation();
  const { signedIn } = useWorking();
  const isAbove = parent !== null && signedIn.accounts.some(({ id }) => id === parent);
  const mayTurn = mayWrite && (saved === null || isAbove);
  return (
    <Section title={t("settings.fourEyes.title")} text={t("settings.fourEyes.text")}>
      <Stack gap="sm" mt="sm">
        <Switch
          label={t("settings.fourEyes.on")}
          disabled={!mayTurn}
          checked={fourEyes !== null}
          onChange={(event) =>
            onChange({ fourEyes: event.currentTarget.checked ? (saved ?? { expiresAfterHours: USUAL_HOURS }) : null })
          }
        />
        {(saved !== null || fourEyes !== null) && !isAbove && <Text size="sm">{t("settings.fourEyes.stays")}</Text>}
        {fourEyes !== null && (
          <NumberInput
            label={t("settings.fourEyes.hours")}
            description={t("settings.fourEyes.hoursText")}
            maw={300}
            min={1}
            max={720}
            clampBehavior="strict"
            allowDecimal={false}
            disabled={!mayWrite}
            value={fourEyes.expiresAfterHours}
            onChange={(value) => onChange({ fourEyes: { expiresAfterHours: Number(value) } })}
          />
        )}
      </Stack>
    </Section>
  );
}
