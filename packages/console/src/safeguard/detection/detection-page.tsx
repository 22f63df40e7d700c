import { Alert, Skeleton, Stack, Text } from "@mantine/core";
import type { Policy } from "@safeguard/client";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDetection } from "../../lockdown/use-detection.ts";
import { useMay } from "../../session/session.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { ChangeBar } from "../saving/change-bar.tsx";
import { SaveEdits } from "../saving/save-edits.tsx";
import { usePolicyEdits } from "../saving/use-policy-edits.ts";
import { useSavedNotice } from "../saving/use-saved-notice.tsx";
import { isKeptElsewhere, usePolicy } from "../use-policy.ts";
import { BudgetSetting } from "./budget-setting.tsx";
import { detectionChange, inheritedDetection, isLockedAbove, overlaid, PURPOSES, weaker } from "./detection-draft.ts";
import { ModeSetting } from "./mode-setting.tsx";
import { OtherSettings } from "./other-settings.tsx";

/** More than this share stopped by mistake is to be meant. */
const LARGE_BUDGET = 1e-4;

/** What detection may do, and how soon. */
export function DetectionPage() {
  const { t } = useTranslation();
  const policy = usePolicy();
  if (policy.data === undefined) {
    return policy.error === null ? (
      <Stack aria-busy="true" aria-label={t("loading")}>
        <Skeleton height={180} />
        <Skeleton height={240} />
      </Stack>
    ) : (
      <Refusal error={policy.error} />
    );
  }
  return <Loaded policy={policy.data} />;
}

function Loaded({ policy }: { readonly policy: Policy }) {
  const { t } = useTranslation();
  const isReadOnly = !useMay("policies:write") || isKeptElsewhere(policy);
  const { document, edits, change, discard } = usePolicyEdits(policy);
  const sayItIsSaved = useSavedNotice();
  const status = useDetection();
  const [isReviewed, setIsReviewed] = useState(false);
  const inherited = useMemo(() => inheritedDetection(policy.above), [policy.above]);
  const before = useMemo(() => overlaid(inherited, policy.document.detection), [inherited, policy.document]);
  const effective = useMemo(() => overlaid(inherited, document.detection), [inherited, document]);
  const said = document.detection ?? {};
  const part = detectionChange(policy.document, document);
  const weakened = PURPOSES.filter((purpose) => {
    const [was, is] = [before, effective].map(({ mode, purposes }) => weaker(mode, purposes[purpose]));
    return was === "enforce" && is !== "enforce";
  });
  const cautions = [
    ...(weakened.length > 0
      ? [t("detection.weakened", { purposes: weakened.map((one) => t(`ranges.purpose.${one}`)).join(", ") })]
      : []),
    ...(effective.falseBlockBudget > LARGE_BUDGET && effective.falseBlockBudget > before.falseBlockBudget
      ? [t("detection.largeBudget")]
      : []),
  ];
  const settings = { said, effective, inherited, isReadOnly, onChange: change };
  return (
    <Stack gap="lg">
      {status.data?.feedback.state === "missing" && (
        <Alert color="yellow" variant="light" title={t("detection.blind")}>
          {t("detection.blindText")}
        </Alert>
      )}
      {isLockedAbove(policy.above) && (
        <Alert color="blue" variant="light" title={t("detection.locked")}>
          {t("detection.lockedText")}
        </Alert>
      )}
      <ModeSetting document={document} {...settings} />
      <BudgetSetting {...settings} />
      <OtherSettings {...settings} />
      {edits.size > 0 && (
        <ChangeBar changes={edits.size} onDiscard={discard} onReview={() => setIsReviewed(true)}>
          <Text size="sm">
            {PURPOSES.map((purpose) =>
              t("detection.bar", {
                purpose: t(`ranges.purpose.${purpose}`),
                mode: t(`mode.${weaker(effective.mode, effective.purposes[purpose])}.name`),
              }),
            ).join(" · ")}
          </Text>
        </ChangeBar>
      )}
      {isReviewed && (
        <SaveEdits
          policy={policy}
          document={document}
          cautions={cautions}
          part={part && { path: "detection", body: part }}
          onSaved={(revision) => {
            setIsReviewed(false);
            discard();
            sayItIsSaved(revision);
          }}
          onClose={() => setIsReviewed(false)}
        />
      )}
    </Stack>
  );
}
