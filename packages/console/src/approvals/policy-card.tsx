import { Alert, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ChangeList } from "../safeguard/history/change-list.tsx";
import { POLICY, useAuthorName } from "../safeguard/use-policy.ts";
import { useMay } from "../session/session.ts";
import { RelativeTime } from "../shared/relative-time.tsx";
import type { PolicyProposal } from "./approval-types.ts";
import { Decide } from "./decide.tsx";

/** A change of a policy that waits: who, why, what it would change. */
export function PolicyCard({
  proposal: { policy, number, revisions, comparison, mine },
}: {
  readonly proposal: PolicyProposal;
}) {
  const { t } = useTranslation();
  const nameOf = useAuthorName();
  const mayWithdraw = useMay("policies:write");
  const [first] = revisions;
  if (first === undefined) return null;
  const title =
    policy === POLICY ? t("safeguard.pendingTitle", { number }) : t("approvals.ofPolicy", { policy, number });
  return (
    <Alert color="yellow" variant="light" title={title}>
      <Stack gap="xs">
        <Text size="sm" className="break">
          {t("safeguard.pendingText", { author: nameOf(first.author), reason: first.reason })}{" "}
          {first.proposal !== null && (
            <>
              {t("safeguard.expires")} <RelativeTime at={first.proposal.expiresAt} />.
            </>
          )}
        </Text>
        <ChangeList comparison={comparison} />
        <Decide
          path={`/v1/policies/${encodeURIComponent(policy)}/revisions/${number}`}
          name={t("safeguard.revision", { number })}
          mine={mine}
          mayWithdraw={mayWithdraw}
        />
      </Stack>
    </Alert>
  );
}
