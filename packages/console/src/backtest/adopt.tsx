import { Alert, Button, Card, Checkbox, Skeleton, Text, Title } from "@mantine/core";
import type { Policy } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isSame } from "../safeguard/saving/policy-edits.ts";
import { SaveEdits } from "../safeguard/saving/save-edits.tsx";
import { useSavedNotice } from "../safeguard/saving/use-saved-notice.tsx";
import { isKeptElsewhere, POLICY, usePolicy } from "../safeguard/use-policy.ts";
import { useMay } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { Backtest, TestedPolicy } from "./backtest-types.ts";
import { useFound } from "./use-backtests.ts";

/** What was tried becomes what holds: reviewed and saved as every other change of the policy. */
export function Adopt({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const policy = usePolicy();
  const tested = useFound<TestedPolicy>(backtest, "policy");
  return (
    <Card withBorder component="section" aria-labelledby="adopt">
      <Title order={2} size="h4" id="adopt">
        {t("backtest.adopt.title")}
      </Title>
      {policy.isError || tested.isError ? (
        <Refusal error={policy.error ?? tested.error} />
      ) : policy.data === undefined || tested.data === undefined ? (
        <Skeleton height={80} mt="sm" />
      ) : (
        <Offered backtest={backtest} policy={policy.data} tested={tested.data} />
      )}
    </Card>
  );
}

function Offered({
  backtest,
  policy,
  tested,
}: {
  readonly backtest: Backtest;
  readonly policy: Policy;
  readonly tested: TestedPolicy;
}) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const mayWrite = useMay("policies:write");
  const sayItIsSaved = useSavedNotice();
  const [withRanges, setWithRanges] = useState(tested.ranges.length > 0);
  const [isReviewed, setIsReviewed] = useState(false);
  const document = withRanges ? tested.withRanges : tested.document;
  const why = !mayWrite
    ? t("backtest.adopt.mayNot")
    : isKeptElsewhere(policy)
      ? t("backtest.adopt.managed", { by: policy.managedBy })
      : tested.policy !== POLICY
        ? t("backtest.adopt.other", { policy: tested.policy })
        : isSame(document, policy.document)
          ? t("backtest.adopt.same")
          : undefined;
  const ranges = tested.ranges.length;
  return (
    <>
      <Text size="sm" mt={4}>
        {t("backtest.adopt.text", { policy: backtest.run?.policy })}
      </Text>
      {ranges > 0 ? (
        <Checkbox
          mt="sm"
          checked={withRanges}
          onChange={(event) => setWithRanges(event.currentTarget.checked)}
          label={t("backtest.adopt.ranges", { count: ranges, formatted: count(ranges) })}
          description={tested.ranges
            .slice(0, 5)
            .map(({ prefix }) => `${prefix}…`)
            .join(", ")}
        />
      ) : (
        <Text size="sm" mt="xs">
          {t("backtest.adopt.noRanges")}
        </Text>
      )}
      <Button mt="md" w="fit-content" disabled={why !== undefined} onClick={() => setIsReviewed(true)}>
        {t("backtest.adopt.review")}
      </Button>
      {why !== undefined && (
        <Text size="sm" mt="xs">
          {why}
        </Text>
      )}
      {isReviewed && (
        <SaveEdits
          policy={policy}
          document={document}
          cautions={backtest.run?.policy.startsWith(`${POLICY}/`) === true ? [] : [t("backtest.adopt.replaces")]}
          part={undefined}
          onSaved={(revision) => {
            setIsReviewed(false);
            sayItIsSaved(revision);
          }}
          onClose={() => setIsReviewed(false)}
        >
          <Alert color="blue" variant="light" title={t("backtest.adopt.would")}>
            {backtest.run?.summary?.headline}
          </Alert>
        </SaveEdits>
      )}
    </>
  );
}
