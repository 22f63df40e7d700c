import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../shared/section.tsx";
import { PURPOSES } from "./settings-draft.ts";
import type { PartProps } from "./settings-page.tsx";

/** Name, currency, and what messages are for that do not say. */
export function GeneralSettings({ draft, mayWrite, onChange }: PartProps) {
  const { t, i18n } = useTranslation();
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: "currency" });
    return Intl.supportedValuesOf("currency").map((value) => ({
      value,
      label: `${value} – ${names.of(value) ?? value}`,
    }));
  }, [i18n.language]);
  return (
    <Section title={t("settings.general.title")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
        <TextInput
          label={t("settings.general.name")}
          required
          maxLength={200}
          disabled={!mayWrite}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <Select
          label={t("settings.general.currency")}
          description={t("settings.general.currencyText")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          searchable
          allowDeselect={false}
          disabled={!mayWrite}
          data={currencies}
          value={draft.currency}
          onChange={(value) => onChange({ currency: value ?? draft.currency })}
        />
        <Select
          label={t("settings.general.purpose")}
          description={t("settings.general.purposeText")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          allowDeselect={false}
          disabled={!mayWrite}
          data={PURPOSES.map((value) => ({ value, label: t(`keys.purpose.${value}`) }))}
          value={draft.defaultPurpose}
          onChange={(value) =>
            onChange({ defaultPurpose: PURPOSES.find((one) => one === value) ?? draft.defaultPurpose })
          }
        />
      </SimpleGrid>
    </Section>
  );
}
