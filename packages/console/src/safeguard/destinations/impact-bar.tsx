import { Select, Text } from "@mantine/core";
import type { PolicyImpact } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { ChangeBar, type ChangeBarProps } from "../saving/change-bar.tsx";
import type { ImpactDays } from "../use-policy.ts";
import { ImpactWords } from "./impact-words.tsx";

export const DAYS: readonly ImpactDays[] = [7, 30, 90];

export interface ImpactBarProps extends Pick<ChangeBarProps, "changes" | "onDiscard" | "onReview"> {
  /** undefined: the server is counting. */
  readonly impact: PolicyImpact | undefined;
  readonly days: ImpactDays;
  onDays(days: ImpactDays): void;
}

/** What the changes of destinations would have done. */
export function ImpactBar({ impact, days, onDays, ...bar }: ImpactBarProps) {
  const { t } = useTranslation();
  return (
    <ChangeBar
      {...bar}
      choices={
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
      }
    >
      {impact === undefined ? (
        <Text size="sm">{t("destinations.impact.counting")}</Text>
      ) : (
        <ImpactWords impact={impact} />
      )}
    </ChangeBar>
  );
}
