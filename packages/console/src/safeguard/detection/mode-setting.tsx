import { Badge, Button, Group, NativeSelect, Radio, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { EffectiveDetection, PolicyDocument } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { ChoiceCard } from "../../shared/choice-card.tsx";
import { RouteLink } from "../../shared/route-link.tsx";
import type { Edit } from "../saving/policy-edits.ts";
import { SAFEGUARD } from "../tabs.ts";
import { detectionEdit, MODES, PURPOSES, purposeEdit, weaker } from "./detection-draft.ts";

export interface ModeSettingProps {
  readonly document: PolicyDocument;
  readonly effective: EffectiveDetection;
  readonly inherited: EffectiveDetection;
  readonly isReadOnly: boolean;
  onChange(key: string, edit: Edit): void;
}

const COLOURS = { off: "gray", monitor: "blue", enforce: "teal" } as const;

/** The most that detection may do: in the account, for a purpose, and by destination. */
export function ModeSetting({ document, effective, inherited, isReadOnly, onChange }: ModeSettingProps) {
  const { t } = useTranslation();
  const { detection = {}, destinations = {} } = document;
  const words = Object.values(destinations).map(({ action }) => action);
  const [monitored, unwatched] = [words.filter((is) => is === "monitor"), words.filter((is) => is === "allow")];
  return (
    <section aria-labelledby="detection-mode">
      <Group justify="space-between" gap="xs" mb={4}>
        <Title order={2} size="h4" id="detection-mode">
          {t("detection.mode.title")}
        </Title>
        {detection.mode !== undefined && !isReadOnly && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onChange("detection.mode", detectionEdit("mode", undefined))}
          >
            {t("detection.asAbove")}
          </Button>
        )}
      </Group>
      <Radio.Group
        aria-labelledby="detection-mode"
        value={effective.mode}
        onChange={(value) =>
          onChange(
            "detection.mode",
            detectionEdit(
              "mode",
              MODES.find((one) => one === value),
            ),
          )
        }
      >
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
          {MODES.map((mode) => (
            <ChoiceCard
              key={mode}
              value={mode}
              name={t(`mode.${mode}.name`)}
              meaning={t(`mode.${mode}.meaning`)}
              isReadOnly={isReadOnly}
            />
          ))}
        </SimpleGrid>
      </Radio.Group>
      <Title order={3} size="h5" mt="md">
        {t("detection.mode.purposes")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("detection.mode.purposesText")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
        {PURPOSES.map((purpose) => {
          const acts = weaker(effective.mode, effective.purposes[purpose]);
          return (
            <Stack key={purpose} gap={4} align="flex-start">
              <NativeSelect
                w="100%"
                label={t(`ranges.purpose.${purpose}`)}
                disabled={isReadOnly}
                value={detection.purposes?.[purpose] ?? ""}
                data={[
                  { value: "", label: t("detection.unsaid", { mode: t(`mode.${inherited.purposes[purpose]}.name`) }) },
                  ...MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}.name`) })),
                ]}
                onChange={({ currentTarget: { value } }) =>
                  onChange(
                    `detection.purposes.${purpose}`,
                    purposeEdit(
                      purpose,
                      MODES.find((one) => one === value),
                    ),
                  )
                }
              />
              <Badge variant="light" c="bright" color={COLOURS[acts]}>
                {t("detection.mode.acts", { mode: t(`mode.${acts}.name`) })}
              </Badge>
            </Stack>
          );
        })}
      </SimpleGrid>
      <Title order={3} size="h5" mt="md">
        {t("detection.mode.destinations")}
      </Title>
      <Text size="sm">
        {monitored.length > 0 && `${t("detection.mode.monitored", { count: monitored.length })} `}
        {unwatched.length > 0 && `${t("detection.mode.unwatched", { count: unwatched.length })} `}
        {monitored.length + unwatched.length === 0 && `${t("detection.mode.alike")} `}
        <RouteLink to={SAFEGUARD} size="sm" underline="always">
          {t("detection.mode.change")}
        </RouteLink>
      </Text>
    </section>
  );
}
