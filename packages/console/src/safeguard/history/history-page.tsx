import { Accordion, Badge, Button, Group, Select, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { PolicyRevision } from "@safeguard/client";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { RelativeTime } from "../../shared/relative-time.tsx";
import { saveFile } from "../../shared/save-file.ts";
import { isKeptElsewhere, POLICY, useAuthorName, useForgetPolicy, usePolicy } from "../use-policy.ts";
import { ChangeList, type Comparison } from "./change-list.tsx";
import { PARTS, type Part, withPartOf } from "./restored-parts.ts";

const route = getRouteApi("/frame/channels/settings/business-messaging/safeguard/history");

const FILTERS = ["in_force", "pending_approval", "draft"] as const;
const STATES = ["all", ...FILTERS] as const;
const PART_NAMES = Object.keys(PARTS) as readonly Part[];
const COLOURS = { in_force: "teal", pending_approval: "yellow", draft: "gray" } as const;

/** Every revision of the policy: who, when, why, what it changed, and the way back to it. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const { q = "", state = "all" } = route.useSearch();
  const navigate = route.useNavigate();
  const policy = usePolicy();
  const nameOf = useAuthorName();
  const [restoring, setRestoring] = useState<PolicyRevision>();
  const mayWrite = useMay("policies:write") && policy.data !== undefined && !isKeptElsewhere(policy.data);
  const revisions = useInfiniteQuery({
    queryKey: ["revisions", account.id],
    queryFn: ({ pageParam }) =>
      server.policies.revisions(POLICY, { limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const all = revisions.data?.pages.flatMap(({ items }) => items);
  const wanted = q.trim().toLowerCase();
  const shown = all?.filter(
    (one) =>
      (state === "all" || one.state === state) &&
      (wanted === "" || `${one.number} ${one.reason} ${nameOf(one.author)}`.toLowerCase().includes(wanted)),
  );
  const exportCsv = () =>
    saveFile(
      `safeguard-revisions-${account.id}.csv`,
      csvOf(
        ["number", "state", "from", "until", "author", "approved_by", "reason", "restores"],
        (shown ?? []).map((one) => [
          one.number,
          one.state,
          one.from,
          one.until,
          nameOf(one.author),
          one.approvedBy === null ? null : nameOf(one.approvedBy),
          one.reason,
          one.restores,
        ]),
      ),
      "text/csv",
    );

  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {t("policyHistory.title")}
        </Title>
        <Group gap="xs" align="flex-end">
          <TextInput
            size="xs"
            label={t("policyHistory.search")}
            value={q}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
            }
          />
          <Select
            size="xs"
            w={170}
            label={t("policyHistory.state")}
            allowDeselect={false}
            value={state}
            data={STATES.map((value) => ({ value, label: t(`policyHistory.states.${value}`) }))}
            onChange={(value) =>
              void navigate({ search: (old) => ({ ...old, state: FILTERS.find((one) => one === value) }) })
            }
          />
          <Button size="xs" variant="default" onClick={exportCsv} disabled={shown === undefined}>
            {t("destinations.csv")}
          </Button>
        </Group>
      </Group>
      <Refusal error={revisions.error} />
      {shown === undefined && revisions.isPending && <Skeleton height={220} />}
      {shown?.length === 0 && <Text>{t(all?.length === 0 ? "policyHistory.empty" : "policyHistory.noneFound")}</Text>}
      {shown !== undefined && shown.length > 0 && (
        <Accordion variant="separated" order={3} keepMounted={false}>
          {shown.map((revision) => (
            <Accordion.Item key={revision.number} value={String(revision.number)}>
              <Accordion.Control>
                <Group gap="xs" wrap="wrap">
                  <Text fw={600} className="numbers">
                    {t("safeguard.revision", { number: revision.number })}
                  </Text>
                  <StateBadge revision={revision} />
                  {revision.restores !== null && (
                    <Badge variant="outline" color="gray" c="bright">
                      {t("policyHistory.restores", { number: revision.restores })}
                    </Badge>
                  )}
                </Group>
                <Text size="sm" className="break">
                  {revision.reason}
                </Text>
              </Accordion.Control>
              <Accordion.Panel>
                <Opened revision={revision} onRestore={mayWrite ? () => setRestoring(revision) : undefined} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
      {revisions.hasNextPage && (
        <Button variant="default" loading={revisions.isFetchingNextPage} onClick={() => void revisions.fetchNextPage()}>
          {t("policyHistory.older")}
        </Button>
      )}
      {restoring !== undefined && <RestoreDialog revision={restoring} onClose={() => setRestoring(undefined)} />}
    </Stack>
  );
}

function StateBadge({ revision }: { readonly revision: PolicyRevision }) {
  const { t } = useTranslation();
  if (revision.decides) return <Badge>{t("policyHistory.decides")}</Badge>;
  const proposal = revision.proposal?.state;
  const word =
    proposal !== undefined && proposal !== "open"
      ? `policyHistory.proposal.${proposal}`
      : `policyHistory.states.${revision.state}`;
  return (
    <Badge variant="light" c="bright" color={COLOURS[revision.state]}>
      {t(word)}
    </Badge>
  );
}

function Opened({
  revision,
  onRestore,
}: {
  readonly revision: PolicyRevision;
  readonly onRestore: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const nameOf = useAuthorName();
  const { number } = revision;
  const diff = useQuery({
    queryKey: ["diff", account.id, number],
    queryFn: () =>
      server.call<Comparison>({
        method: "GET",
        path: `/v1/policies/${POLICY}/diff`,
        query: { from: String(number - 1), to: String(number) },
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t("policyHistory.by", { author: nameOf(revision.author) })} <RelativeTime at={revision.createdAt} />
        {revision.approvedBy !== null && ` · ${t("policyHistory.approvedBy", { name: nameOf(revision.approvedBy) })}`}
        {revision.until !== null && (
          <>
            {" · "}
            {t("policyHistory.until")} <RelativeTime at={revision.until} />
          </>
        )}
      </Text>
      {diff.isPending ? <Skeleton height={60} /> : diff.data !== undefined && <ChangeList comparison={diff.data} />}
      <Refusal error={diff.error} />
      {onRestore !== undefined && !revision.decides && revision.state !== "pending_approval" && (
        <Group>
          <Button size="xs" variant="default" onClick={onRestore}>
            {t("policyHistory.restore", { number })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function RestoreDialog({ revision, onClose }: { readonly revision: PolicyRevision; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const policy = usePolicy();
  const forget = useForgetPolicy();
  const [reason, setReason] = useState("");
  const [part, setPart] = useState<Part>("everything");
  const { number } = revision;
  const then = useQuery({
    queryKey: ["revision", account.id, number],
    queryFn: () => server.policies.revision(POLICY, number),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const document =
    then.data === undefined || policy.data === undefined
      ? undefined
      : withPartOf(policy.data.document, then.data.document, part);
  const comparison = useQuery({
    queryKey: ["restore", account.id, number, part, policy.data?.latestRevision],
    queryFn: () =>
      server.call<Comparison>({ method: "POST", path: `/v1/policies/${POLICY}/preview`, body: { document } }),
    enabled: document !== undefined,
  });
  const restore = useMutation({
    mutationFn: () => {
      const change = {
        reason: reason.trim(),
        ...(policy.data !== undefined && { baseRevision: policy.data.latestRevision }),
      };
      return part === "everything" || document === undefined
        ? server.policies.restore(POLICY, number, change)
        : server.policies.put(POLICY, { document, ...change });
    },
    onSuccess: async (made) => {
      await forget();
      onClose();
      notifications.show({
        color: made.state === "in_force" ? "teal" : "yellow",
        title: t(made.state === "in_force" ? "safeguard.saved" : "safeguard.waits"),
        message: t("safeguard.revisionIs", { number: made.number }),
      });
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t("policyHistory.restore", { number })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          restore.mutate();
        }}
      >
        <Stack gap="sm">
          <Select
            label={t("policyHistory.part.label")}
            allowDeselect={false}
            value={part}
            data={PART_NAMES.map((value) => ({ value, label: t(`policyHistory.part.${value}`) }))}
            onChange={(value) => setPart(PART_NAMES.find((one) => one === value) ?? "everything")}
          />
          {comparison.data === undefined ? <Skeleton height={60} /> : <ChangeList comparison={comparison.data} />}
          <TextInput
            label={t("destinations.save.reason")}
            required
            maxLength={1000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Refusal error={restore.error ?? comparison.error ?? then.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("destinations.save.cancel")}
            </Button>
            <Button
              type="submit"
              disabled={reason.trim() === "" || comparison.data === undefined || comparison.data.changes.length === 0}
              loading={restore.isPending}
            >
              {t("policyHistory.restore", { number })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
