import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../shared/section.tsx";
import type { PartProps } from "./settings-page.tsx";

const CHOICES = {
  sendMode: ["sync", "async"],
  onInDoubt: ["keep", "resend"],
  onSameReference: ["send", "once"],
} as const;

/** When clients are answered, and what becomes of messages that may have been sent already. */
export function SendingSettings({ draft, mayWrite, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.sending.title")}>
      <Stack gap="md" mt="sm">
        {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((field) => (
          <Radio.Group
            key={field}
            label={t(`settings.sending.${field}.label`)}
            value={draft[field]}
            onChange={(value) => onChange({ [field]: value })}
          >
            <Stack gap={6} mt={6}>
              {CHOICES[field].map((value) => (
                <Radio
                  key={value}
                  value={value}
                  disabled={!mayWrite}
                  label={t(`settings.sending.${field}.${value}`)}
                  description={t(`settings.sending.${field}.${value}Text`)}
                />
              ))}
            </Stack>
          </Radio.Group>
        ))}
      </Stack>
    </Section>
  );
}
