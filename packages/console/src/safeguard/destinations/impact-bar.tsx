import { Button, Group, Paper, Select, Stack, Text } from "@mantine/core";
import type { PolicyImpact } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import type { ImpactDays } from "../use-policy.ts";
import { ImpactWords } from "./impact-words.tsx";

export const DAYS: readonly ImpactDays[] = [7, 30, 90];

export interface ImpactBarProps {
  readonly changes: number;
  /** undefined: the server is counting. */
  readonly impact: PolicyImpact | undefined;
  readonly days: ImpactDays;
  onDays(days: ImpactDays): void;
  onDiscard(): void;
  onReview(): void;
}

/** In sight as soon as anything is changed: what that would have done. */
export function ImpactBar({ changes, impact, days, onDays, onDiscard, onReview }: ImpactBarProps) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      shadow="lg"
      p="sm"
      className="impact-bar"
      component="section"
      aria-label={t("destinations.impact.name")}
    >
      <Group justify="space-between" gap="sm" wrap="wrap">
        <Stack gap={2} flex={1} miw={230} aria-live="polite">
          <Text fw={600} size="sm">
            {t("destinations.impact.changes", { count: changes })}
          </Text>
          {impact === undefined ? (
            <Text size="sm">{t("destinations.impact.counting")}</Text>
          ) : (
            <ImpactWords impact={impact} />
          )}
        </Stack>
        <Group gap="xs">
          <Select
            size="xs"
            w={130}
            aria-label={t("destinations.impact.span")}
            allowDeselect={false}
            value={String(days)}
            data={DAYS.map((value) => ({
              value: String(value),
              label: t("destinations.impact.days", { count: value }),
            }))}
            onChange={(value) => onDays(DAYS.find((one) => String(one) === value) ?? 30)}
          />
          <Button size="xs" variant="default" onClick={onDiscard}>
            {t("destinations.impact.discard")}
          </Button>
          <Button size="xs" onClick={onReview}>
            {t("destinations.impact.review")}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
