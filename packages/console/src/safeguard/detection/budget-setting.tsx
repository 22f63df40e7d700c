import { Button, Card, Group, SegmentedControl, Slider, Text, Title } from "@mantine/core";
import type { DetectionSettings, EffectiveDetection } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import type { Edit } from "../saving/policy-edits.ts";
import { BudgetWords } from "./budget-words.tsx";
import { BUDGETS, budgetEdit, PRESETS, type Preset, positionOf, presetOf } from "./detection-draft.ts";

export interface BudgetSettingProps {
  readonly said: DetectionSettings;
  readonly effective: EffectiveDetection;
  readonly isReadOnly: boolean;
  onChange(key: string, edit: Edit): void;
}

/** Marks that have their number written below: more do not fit a phone. */
const LABELLED: readonly number[] = [0, 6, 15];

/** The one dial: how many legitimate messages may be stopped by mistake. */
export function BudgetSetting({ said, effective, isReadOnly, onChange }: BudgetSettingProps) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const { falseBlockBudget: budget, scoreThreshold } = effective;
  const isSaid = said.preset !== undefined || said.falseBlockBudget !== undefined;
  const set = (value: number | undefined): void => onChange("detection.falseBlockBudget", budgetEdit(value));
  const oneIn = (value: number): string => t("detection.budget.short", { oneIn: count(Math.round(1 / value)) });
  return (
    <Card withBorder p="md" component="section" aria-labelledby="budget">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" id="budget">
          {t("detection.budget.title")}
        </Title>
        {isSaid && !isReadOnly && (
          <Button size="compact-xs" variant="subtle" onClick={() => set(undefined)}>
            {t("detection.asAbove")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" maw={680}>
        {t("detection.budget.text")}
      </Text>
      <SegmentedControl
        mt="sm"
        fullWidth
        aria-label={t("detection.budget.preset")}
        disabled={isReadOnly}
        value={presetOf(budget) ?? "own"}
        data={[
          ...(Object.keys(PRESETS) as Preset[]).map((value) => ({
            value: value as string,
            label: t(`detection.budget.${value}`),
          })),
          { value: "own", label: t("detection.budget.ownBudget"), disabled: presetOf(budget) !== undefined },
        ]}
        onChange={(value) => {
          if (value in PRESETS) set(PRESETS[value as Preset]);
        }}
      />
      <Slider
        mt="xl"
        mb={44}
        mx="lg"
        thumbLabel={t("detection.budget.title")}
        min={0}
        max={BUDGETS.length - 1}
        step={1}
        disabled={isReadOnly}
        value={positionOf(budget)}
        label={(position) => oneIn(BUDGETS[position] ?? budget)}
        thumbProps={{ "aria-valuetext": oneIn(budget) }}
        marks={[0, 3, 6, 9, 12, 15].map((value) => ({
          value,
          label: LABELLED.includes(value) ? `1 : ${short(Math.round(1 / (BUDGETS[value] ?? budget)))}` : undefined,
        }))}
        onChange={(position) => set(BUDGETS[position] ?? budget)}
      />
      <BudgetWords budget={budget} scoreThreshold={scoreThreshold} />
    </Card>
  );
}
