import { Checkbox, Fieldset, Select, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../shared/section.tsx";
import type { PartProps } from "./settings-page.tsx";

const ANSWERS = ["reject", "report"] as const;

/** How clients of each dialect are told of a block: at once, or later as a failed delivery. */
export function AnswerSettings({ draft: { answers }, mayWrite, onChange }: PartProps) {
  const { t } = useTranslation();
  const { cm, twilio } = answers;
  const choice = (label: string, value: string, choose: (value: (typeof ANSWERS)[number]) => void) => (
    <Select
      key={label}
      label={t(`settings.answers.${label}`)}
      allowDeselect={false}
      disabled={!mayWrite}
      data={ANSWERS.map((one) => ({ value: one, label: t(`settings.answers.${one}`) }))}
      value={value}
      onChange={(chosen) => choose(ANSWERS.find((one) => one === chosen) ?? "report")}
    />
  );
  const setCm = (some: Partial<typeof cm>) => onChange({ answers: { ...answers, cm: { ...cm, ...some } } });
  const setTwilio = (some: Partial<typeof twilio>) =>
    onChange({ answers: { ...answers, twilio: { ...twilio, ...some } } });
  return (
    <Section title={t("settings.answers.title")} text={t("settings.answers.text")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
        <Fieldset legend="CM.com">
          <Stack gap="sm">
            {(["destination", "limit", "detection"] as const).map((what) =>
              choice(what, cm[what], (value) => setCm({ [what]: value })),
            )}
            <Checkbox
              label={t("settings.answers.alwaysOk")}
              disabled={!mayWrite}
              checked={cm.alwaysOk}
              onChange={(event) => setCm({ alwaysOk: event.currentTarget.checked })}
            />
            <Checkbox
              label={t("settings.answers.gatewayGet")}
              description={t("settings.answers.gatewayGetText")}
              disabled={!mayWrite}
              checked={cm.gatewayGet}
              onChange={(event) => setCm({ gatewayGet: event.currentTarget.checked })}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend="Twilio">
          <Stack gap="sm">
            {(["destination", "detection"] as const).map((what) =>
              choice(what, twilio[what], (value) => setTwilio({ [what]: value })),
            )}
          </Stack>
        </Fieldset>
      </SimpleGrid>
    </Section>
  );
}
