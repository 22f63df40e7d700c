import { Alert, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ChangeList } from "../safeguard/history/change-list.tsx";
import { POLICY, useAuthorName, useImpact } from "../safeguard/use-policy.ts";
import { useMay, useWorking } from "../session/session.ts";
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
  // (as who proposed it saw it: a destination without a rule of its own is allowed or blocked all the same)
  const isAboutPlaces = policy === POLICY && comparison.changes.some(({ path }) => path.startsWith("destinations."));
  const { server, account } = useWorking();
  const proposed = useQuery({
    queryKey: ["revision", account.id, number],
    queryFn: () => server.policies.revision(POLICY, number),
    enabled: isAboutPlaces,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const impact = useImpact(number, 7, proposed.data?.document, proposed.data !== undefined);
  const actions = new Map(impact.data?.destinations.map((one) => [`destinations.${one.code}`, one]));
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
        <ChangeList
          comparison={comparison}
          unsaid={(path, side) => {
            const its = actions.get(path);
            const action = side === "before" ? its?.now.action : its?.after.action;
            return action && t(`destinations.action.${action}`);
          }}
        />
        <Decide
          path={`/v1/policies/${encodeURIComponent(policy)}/revisions/${number}`}
          argument={`${number} --policy ${policy}`}
          proposedBy={first.author}
          name={t("safeguard.revision", { number })}
          mine={mine}
          mayWithdraw={mayWithdraw}
        />
      </Stack>
    </Alert>
  );
}
