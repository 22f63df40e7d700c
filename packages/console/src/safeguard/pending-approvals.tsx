import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { PolicyRevision } from "@safeguard/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { ChangeList, type Comparison } from "./history/change-list.tsx";
import { POLICY, useAuthorName, useForgetPolicy } from "./use-policy.ts";

interface Proposal {
  readonly policy: string;
  readonly number: number;
  readonly revisions: readonly PolicyRevision[];
  readonly comparison: Comparison;
}

/** What waits for a second person, where the account wants four eyes. */
export function PendingApprovals() {
  const { server, account } = useWorking();
  const waiting = useQuery({
    queryKey: ["approvals", account.id],
    queryFn: () => server.call<{ readonly items: readonly Proposal[] }>({ method: "GET", path: "/v1/approvals" }),
    refetchInterval: 30_000,
  });
  return waiting.data?.items
    .filter(({ policy }) => policy === POLICY)
    .map((proposal) => <Pending key={proposal.number} proposal={proposal} />);
}

function Pending({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const mayApprove = useMay("approvals:write");
  const mayWithdraw = useMay("policies:write");
  const forget = useForgetPolicy();
  const nameOf = useAuthorName();
  const [reason, setReason] = useState("");
  const [first] = proposal.revisions;
  const decide = useMutation({
    mutationFn: (verb: "approve" | "reject" | "withdraw") =>
      server.call({
        method: "POST",
        path: `/v1/policies/${POLICY}/revisions/${proposal.number}/${verb}`,
        body: { reason: reason.trim() },
      }),
    onSuccess: forget,
  });
  if (first === undefined) return null;
  const isReady = reason.trim() !== "";
  return (
    <Alert color="yellow" variant="light" title={t("safeguard.pendingTitle", { number: proposal.number })}>
      <Stack gap="xs">
        <Text size="sm">
          {t("safeguard.pendingText", { author: nameOf(first.author), reason: first.reason })}{" "}
          {first.proposal !== null && (
            <>
              {t("safeguard.expires")} <RelativeTime at={first.proposal.expiresAt} />.
            </>
          )}
        </Text>
        <ChangeList comparison={proposal.comparison} />
        {(mayApprove || mayWithdraw) && (
          <Group align="flex-end" gap="xs">
            <TextInput
              size="xs"
              label={t("safeguard.pendingReason")}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              flex={1}
              miw={180}
            />
            {mayApprove && (
              <>
                <Button
                  size="xs"
                  disabled={!isReady}
                  loading={decide.isPending}
                  onClick={() => decide.mutate("approve")}
                >
                  {t("safeguard.approve")}
                </Button>
                <Button size="xs" variant="default" disabled={!isReady} onClick={() => decide.mutate("reject")}>
                  {t("safeguard.reject")}
                </Button>
              </>
            )}
            {mayWithdraw && (
              <Button size="xs" variant="subtle" disabled={!isReady} onClick={() => decide.mutate("withdraw")}>
                {t("safeguard.withdraw")}
              </Button>
            )}
          </Group>
        )}
        <Refusal error={decide.error} />
      </Stack>
    </Alert>
  );
}
