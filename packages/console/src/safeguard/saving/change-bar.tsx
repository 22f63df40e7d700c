import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useClearSight } from "./use-clear-sight.ts";

export interface ChangeBarProps {
  readonly changes: number;
  /** What they would do. */
  readonly children?: ReactNode;
  /** Before the buttons. */
  readonly choices?: ReactNode;
  onDiscard(): void;
  onReview(): void;
}

/** In sight as soon as anything is changed and not saved. */
export function ChangeBar({ changes, children, choices, onDiscard, onReview }: ChangeBarProps) {
  const { t } = useTranslation();
  useClearSight();
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
          {children}
        </Stack>
        <Group gap="xs">
          {choices}
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
