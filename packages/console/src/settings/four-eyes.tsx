import { Alert, Checkbox, NumberInput, Stack, Switch, Text } from "@mantine/core";
import type { Account } from "@safeguard/client";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useApprovers } from "../approvals/use-approvers.ts";
import { useWorking } from "../session/session.ts";
import { RouteLink } from "../shared/route-link.tsx";
import { Section } from "../shared/section.tsx";
import { USUAL_HOURS } from "./settings-draft.ts";
import type { PartProps } from "./settings-page.tsx";

export interface FourEyesProps extends PartProps {
  readonly saved: Account["fourEyes"];
  readonly parent: string | null;
  /** Ticked: on, though nobody else of the account could approve. */
  readonly isSure: boolean;
  readonly onSure: (isSure: boolean) => void;
}

/** Whether what loosens waits for a second person. An account cannot take it back by its own hand. */
export function FourEyes({ draft: { fourEyes }, saved, parent, mayWrite, onChange, isSure, onSure }: FourEyesProps) {
  const { t } = useTranslation();
  const { signedIn } = useWorking();
  const approvers = useApprovers();
  const section = useRef<HTMLDivElement>(null);
  const isAbove = parent !== null && signedIn.accounts.some(({ id }) => id === parent);
  const mayTurn = mayWrite && (saved === null || isAbove);
  const isTurning = (saved === null) !== (fourEyes === null);
  const able = approvers.data?.length ?? 0;
  const owners = approvers.data?.filter(({ role }) => role === "owner").length ?? 0;
  useEffect(() => {
    // (the bar that saves comes into sight now, and would stand before it)
    if (isTurning) section.current?.scrollIntoView({ block: "nearest" });
  }, [isTurning]);
  return (
    <div ref={section} style={{ scrollMarginBottom: 140, scrollMarginTop: 72 }}>
      <Section title={t("settings.fourEyes.title")} text={t("settings.fourEyes.text")}>
        <Stack gap="sm" mt="sm">
          <Text size="sm" maw={640}>
            {t("settings.fourEyes.stays")}
          </Text>
          <Switch
            label={t("settings.fourEyes.on")}
            disabled={!mayTurn}
            checked={fourEyes !== null}
            onChange={(event) =>
              onChange({ fourEyes: event.currentTarget.checked ? (saved ?? { expiresAfterHours: USUAL_HOURS }) : null })
            }
          />
          {fourEyes !== null && !approvers.isPending && able < 2 && (
            <Alert
              color="yellow"
              variant="light"
              title={
                approvers.data === undefined
                  ? t("settings.fourEyes.unknown")
                  : t("settings.fourEyes.alone", { count: able })
              }
            >
              <Stack gap="xs">
                <Text size="sm">
                  {t("settings.fourEyes.aloneText")} {saved === null && t("settings.fourEyes.inviteFirst")}{" "}
                  <RouteLink to="/settings/people" size="sm" underline="always" c="bright">
                    {t("people.title")}
                  </RouteLink>
                </Text>
                {saved === null && (
                  <Checkbox
                    label={t("settings.fourEyes.sure")}
                    disabled={!mayWrite}
                    checked={isSure}
                    onChange={(event) => onSure(event.currentTarget.checked)}
                  />
                )}
              </Stack>
            </Alert>
          )}
          {fourEyes !== null && able >= 2 && owners < 2 && (
            <Text size="sm" maw={640}>
              {t("settings.fourEyes.oneOwner")}{" "}
              <RouteLink to="/settings/people" size="sm" underline="always" c="bright">
                {t("people.title")}
              </RouteLink>
            </Text>
          )}
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
    </div>
  );
}
