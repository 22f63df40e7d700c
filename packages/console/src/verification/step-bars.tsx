import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import type { Steps } from "./funnel-lines.ts";

export const STEPS = ["asked", "sent", "delivered", "verified"] as const;

/** Four bars: how many came so far, and what share of the step before. */
export function StepBars({ steps }: { readonly steps: Steps }) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  return (
    <ol className="steps numbers">
      {STEPS.map((step, index) => {
        const before = STEPS[index - 1];
        const of = before === undefined ? 0 : steps[before];
        return (
          <li key={step}>
            <div className="step-bar" aria-hidden="true">
              <div
                data-step={step}
                style={{ height: `${steps.asked === 0 ? 0 : Math.min(100, (steps[step] / steps.asked) * 100)}%` }}
              />
            </div>
            <Text size="sm" c="dimmed" mt={6}>
              {t(`verification.step.${step}`)}
            </Text>
            <Text size="xl" fw={600}>
              {count(steps[step])}
            </Text>
            <Text size="sm" c="dimmed">
              {before === undefined || of === 0
                ? "\u00a0"
                : t("verification.ofBefore", { share: share(Math.min(1, steps[step] / of)) })}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}
