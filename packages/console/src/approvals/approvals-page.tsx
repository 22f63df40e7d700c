import { Card, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAuthorName } from "../safeguard/use-policy.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { MoreButton } from "../shared/list-states.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { ActCard } from "./act-card.tsx";
import type { ActProposal, PolicyProposal } from "./approval-types.ts";
import { FourEyesState } from "./four-eyes-state.tsx";
import { PolicyCard } from "./policy-card.tsx";
import { useActProposals, usePolicyProposals } from "./use-approvals.ts";

const route = getRouteApi("/frame/channels/settings/business-messaging/approvals");

/** What loosens, and waits for a second person; and what became of what waited. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  const { show = "open" } = route.useSearch();
  const navigate = route.useNavigate();
  const policies = usePolicyProposals();
  const list = useActProposals(show);
  const nameOf = useAuthorName();
  const changes = policies.data?.items ?? [];
  const acts = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const isEmpty = changes.length + acts.length === 0;
  return (
    <>
      <PageHead title={t("navigation.approvals")}>
        <CsvButton name="approvals" isEmpty={isEmpty} csv={() => csvOfProposals(changes, acts, nameOf)} />
      </PageHead>
      <Text maw={720}>{t("approvals.text")}</Text>
      <FourEyesState />
      <Group my="md">
        <SegmentedControl
          aria-label={t("approvals.which")}
          value={show}
          onChange={(value) => void navigate({ search: { show: value === "all" ? "all" : undefined } })}
          data={(["open", "all"] as const).map((value) => ({ value, label: t(`approvals.show.${value}`) }))}
        />
      </Group>
      <Refusal error={policies.error ?? list.error} />
      {(policies.isPending || list.isPending) && <Skeleton height={160} aria-label={t("loading")} />}
      {policies.data !== undefined && list.data !== undefined && isEmpty && (
        <Card withBorder p="xl">
          <Text fw={600}>{t(show === "open" ? "approvals.none" : "approvals.noneEver")}</Text>
          <Text size="sm" mt={4} maw={640}>
            {t("approvals.noneText")}
          </Text>
        </Card>
      )}
      <Stack gap="sm">
        {changes.map((proposal) => (
          <PolicyCard key={`${proposal.policy} ${proposal.number}`} proposal={proposal} />
        ))}
        {acts.map((proposal) => (
          <ActCard key={proposal.id} proposal={proposal} />
        ))}
      </Stack>
      {show === "all" && (
        <Text size="sm" mt="md">
          {t("approvals.elsewhere")}{" "}
          <RouteLink
            to="/channels/settings/business-messaging/safeguard/history"
            search={{ state: "pending_approval" }}
            size="sm"
            underline="always"
          >
            {t("safeguard.tab.history")}
          </RouteLink>
        </Text>
      )}
      <MoreButton list={list} />
    </>
  );
}

function csvOfProposals(
  changes: readonly PolicyProposal[],
  acts: readonly ActProposal[],
  nameOf: (author: ActProposal["proposedBy"]) => string,
): string {
  return csvOf(
    ["id", "what", "reason", "proposed_by", "proposed", "expires", "state", "decided_by", "decided", "decided_because"],
    [
      ...changes.map(({ policy, number, revisions: [first] }) => [
        ...[`${policy} ${number}`, "change of the policy", first?.reason, first && nameOf(first.author)],
        ...[first?.createdAt, first?.proposal?.expiresAt, "open", null, null, null],
      ]),
      ...acts.map(({ id, what, reason, proposedBy, createdAt, expiresAt, state, decision }) => [
        ...[id, what, reason, nameOf(proposedBy), createdAt, expiresAt, state],
        ...[decision && nameOf(decision.by), decision?.at, decision?.reason],
      ]),
    ],
  );
}
