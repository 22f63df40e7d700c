import { Card, Group, NumberInput, Radio, SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import type { DetectionSettings, EffectiveDetection } from "@safeguard/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Edit } from "../saving/policy-edits.ts";
import { detectionEdit } from "./detection-draft.ts";

export interface OtherSettingsProps {
  readonly said: DetectionSettings;
  readonly effective: EffectiveDetection;
  readonly inherited: EffectiveDetection;
  readonly isReadOnly: boolean;
  onChange(key: string, edit: Edit): void;
}

const WHEN_FAILED = ["rules_only", "closed"] as const;
const WHEN_OUTCOMES_MISSING = ["open_said", "challenge_new"] as const;
const AUDIT = { share: 0.01, maximumPerDay: 20 };

/** Threshold, waiting, what holds when something fails, audit releases, shared evidence. */
export function OtherSettings({ said, effective, inherited, isReadOnly, onChange }: OtherSettingsProps) {
  const { t } = useTranslation();
  const set = <F extends keyof DetectionSettings>(field: F, value: DetectionSettings[F] | undefined): void =>
    onChange(`detection.${field}`, detectionEdit(field, value));
  const number = (field: "scoreThreshold" | "holdSeconds", min: number, max: number): ReactNode => (
    <NumberInput
      aria-label={t(`detection.${field}.title`)}
      w={140}
      min={min}
      max={max}
      allowDecimal={false}
      clampBehavior="strict"
      disabled={isReadOnly}
      placeholder={t("detection.placeholder", { value: inherited[field] })}
      value={said[field] ?? ""}
      onChange={(value) => set(field, value === "" ? undefined : Number(value))}
    />
  );
  /** What is as inherited is not said. */
  const orInherited = <T,>(chosen: T | undefined, usual: T): T | undefined => (chosen === usual ? undefined : chosen);
  const { audit } = effective;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
      <Setting name="scoreThreshold">{number("scoreThreshold", 1, 100)}</Setting>
      <Setting name="holdSeconds">{number("holdSeconds", 0, 60)}</Setting>
      <Setting name="shareEvidence">
        <Switch
          label={t("detection.shareEvidence.on")}
          disabled={isReadOnly}
          checked={effective.shareEvidence}
          onChange={({ currentTarget: { checked } }) =>
            set("shareEvidence", checked === inherited.shareEvidence ? undefined : checked)
          }
        />
      </Setting>
      <Setting name="whenFailed">
        <Choice
          name="whenFailed"
          values={WHEN_FAILED}
          value={effective.whenFailed}
          isReadOnly={isReadOnly}
          onChange={(value) => set("whenFailed", orInherited(value, inherited.whenFailed))}
        />
      </Setting>
      <Setting name="whenOutcomesMissing">
        <Choice
          name="whenOutcomesMissing"
          values={WHEN_OUTCOMES_MISSING}
          value={effective.whenOutcomesMissing}
          isReadOnly={isReadOnly}
          onChange={(value) => set("whenOutcomesMissing", orInherited(value, inherited.whenOutcomesMissing))}
        />
      </Setting>
      <Setting name="audit">
        <Switch
          label={t("detection.audit.on")}
          disabled={isReadOnly}
          checked={audit !== null}
          onChange={({ currentTarget: { checked } }) =>
            set("audit", checked ? AUDIT : inherited.audit === null ? undefined : { ...AUDIT, maximumPerDay: 0 })
          }
        />
        {audit !== null && (
          <Group gap="xs" mt="xs">
            <NumberInput
              label={t("detection.audit.share")}
              w={130}
              suffix=" %"
              min={0.0001}
              max={10}
              decimalScale={4}
              disabled={isReadOnly}
              value={Number((audit.share * 100).toPrecision(6))}
              onChange={(value) => {
                if (Number(value) > 0) set("audit", { ...audit, share: Number((Number(value) / 100).toPrecision(6)) });
              }}
            />
            <NumberInput
              label={t("detection.audit.maximumPerDay")}
              w={130}
              min={1}
              max={100_000}
              allowDecimal={false}
              disabled={isReadOnly}
              value={audit.maximumPerDay}
              onChange={(value) => {
                if (Number(value) >= 1) set("audit", { ...audit, maximumPerDay: Number(value) });
              }}
            />
          </Group>
        )}
      </Setting>
    </SimpleGrid>
  );
}

function Setting({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="sm">
      <Title order={3} size="h5">
        {t(`detection.${name}.title`)}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t(`detection.${name}.text`)}
      </Text>
      {children}
    </Card>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly isReadOnly: boolean;
  onChange(value: T | undefined): void;
}

function Choice<T extends string>({ name, values, value, isReadOnly, onChange }: ChoiceProps<T>) {
  const { t } = useTranslation();
  const words = (key: string): string => t(`detection.${name}.${key}`);
  return (
    <Radio.Group
      aria-label={words("title")}
      value={value}
      onChange={(chosen) => onChange(values.find((one) => one === chosen))}
    >
      <Stack gap={6}>
        {values.map((one) => (
          <Radio key={one} value={one} label={words(one)} disabled={isReadOnly} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
