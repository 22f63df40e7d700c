import { Button, Card, Group, List, Modal, Select, Skeleton, Stack, Table, Text, Textarea, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { MoreButton } from "../shared/list-states.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { OUTCOMES, type Rollout, type RolloutTarget } from "./rollout-types.ts";
import { RolloutProgress, RolloutStateBadge } from "./rollouts-page.tsx";
import { useRollout, useRolloutAct, useRolloutTargets } from "./use-rollouts.ts";

const route = getRouteApi("/frame/customers/rollouts/$id");
const SHOWN = ["all", "none", ...OUTCOMES] as const;

/** One roll-out: its stages, and which accounts have it. */
export function RolloutPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const rollout = useRollout(id);
  if (rollout.data === undefined) {
    return rollout.isError ? (
      <Refusal error={rollout.error} />
    ) : (
      <Skeleton height={240} aria-busy="true" aria-label={t("loading")} />
    );
  }
  return <Shown rollout={rollout.data} />;
}

function Shown({ rollout }: { readonly rollout: Rollout }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { signedIn } = useWorking();
  const mayWrite = useMay("policies:write");
  const act = useRolloutAct(rollout.id);
  const [asked, setAsked] = useState<"stop" | "undo">();
  const { state, stages, source, parts, applied } = rollout;
  const next = stages.findIndex(({ begunAt }) => begunAt === null);
  const isOpen = state === "prepared" || state === "waiting" || state === "running";
  const reached = stages.at(-1)?.done ?? 0;
  const sourceName = signedIn.accounts.find(({ id }) => id === source.account)?.name ?? source.account;
  return (
    <Stack gap="md">
      <div>
        <Group gap="xs">
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {rollout.reason}
          </Title>
          <RolloutStateBadge state={state} />
        </Group>
        <Text size="sm">
          {t("rollouts.from", { name: sourceName, revision: source.revision })}{" "}
          {parts.map((part) => t(`rollouts.part.${part}`)).join(", ")}
        </Text>
        <RolloutProgress rollout={rollout} />
      </div>
      <Card withBorder p="md" component="section" aria-label={t("rollouts.stages")}>
        <List size="sm" type="ordered">
          {stages.map(({ targets, begunAt, done }) => (
            <List.Item key={targets}>
              {t("rollouts.stage", { count: targets, formatted: count(targets) })} ·{" "}
              {begunAt === null ? (
                t("rollouts.notBegun")
              ) : (
                <>
                  {t("rollouts.begun")} <RelativeTime at={begunAt} /> · {count(done)} / {count(targets)}
                </>
              )}
            </List.Item>
          ))}
        </List>
        {[rollout.stopped, rollout.undo].map(
          (word) =>
            word !== null && (
              <Text key={word.at} size="sm" mt="xs">
                {t(word === rollout.undo ? "rollouts.undoneBecause" : "rollouts.stoppedBecause", {
                  reason: word.reason,
                })}
              </Text>
            ),
        )}
        {applied.changed + applied.refused > 0 && (
          <Text size="sm" mt="xs">
            {t("rollouts.leftOut", { count: applied.changed + applied.refused })}
          </Text>
        )}
        <Refusal error={act.error} />
        {mayWrite && (
          <Group gap="xs" mt="md">
            {(state === "prepared" || state === "waiting") && next >= 0 && (
              <Button loading={act.isPending} onClick={() => act.mutate({ verb: "stages", body: { stage: next + 1 } })}>
                {t("rollouts.begin", {
                  stage: next + 1,
                  count: (stages[next]?.targets ?? 0) - (stages[next - 1]?.targets ?? 0),
                })}
              </Button>
            )}
            {isOpen && (
              <Button variant="default" onClick={() => setAsked("stop")}>
                {t("rollouts.stop.name")}
              </Button>
            )}
            {reached > 0 && state !== "undone" && state !== "undoing" && (
              <Button variant="default" onClick={() => setAsked("undo")}>
                {t("rollouts.undo.name")}
              </Button>
            )}
          </Group>
        )}
      </Card>
      <Targets rollout={rollout} />
      {asked !== undefined && <AskReason verb={asked} act={act} onClose={() => setAsked(undefined)} />}
    </Stack>
  );
}

function AskReason({
  verb,
  act,
  onClose,
}: {
  readonly verb: "stop" | "undo";
  readonly act: ReturnType<typeof useRolloutAct>;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <Modal opened onClose={onClose} title={t(`rollouts.${verb}.title`)} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate({ verb, body: { reason: reason.trim() } }, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{t(`rollouts.${verb}.means`)}</Text>
          <Textarea
            label={t("reason.label")}
            description={t("reason.text")}
            required
            data-autofocus
            maxLength={800}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Refusal error={act.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={act.isPending} disabled={reason.trim() === ""}>
              {t(`rollouts.${verb}.go`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Targets({ rollout }: { readonly rollout: Rollout }) {
  const { t } = useTranslation();
  const { outcome = "all" } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useRolloutTargets(rollout, outcome);
  const shown = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section aria-label={t("rollouts.accounts")}>
      <Group justify="space-between" align="flex-end" mb="xs">
        <Select
          label={t("rollouts.show")}
          w={{ base: "100%", xs: 260 }}
          allowDeselect={false}
          value={outcome}
          data={SHOWN.map((value) => ({ value, label: t(`rollouts.outcome.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: { outcome: (["none", ...OUTCOMES] as const).find((one) => one === value) },
              replace: true,
            })
          }
        />
        <CsvButton name={`rollout-${rollout.id}`} isEmpty={shown.length === 0} csv={() => csvOfTargets(shown)} />
      </Group>
      <Refusal error={list.error} />
      {shown.length === 0 ? (
        <Text size="sm">{list.data === undefined ? t("loading") : t("customers.noneSuch")}</Text>
      ) : (
        <Table verticalSpacing="xs" className="numbers" aria-label={t("rollouts.accounts")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("customers.column.name")}</Table.Th>
              <Table.Th visibleFrom="xs">{t("rollouts.column.stage")}</Table.Th>
              <Table.Th>{t("rollouts.column.outcome")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((target) => (
              <TargetRow key={target.account} target={target} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton list={list} />
    </section>
  );
}

function TargetRow({ target: { account, name, stage, applied, undone } }: { readonly target: RolloutTarget }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <RouteLink to="/channels/settings/business-messaging/safeguard/history" search={{ account }} size="sm" fw={600}>
          {name}
        </RouteLink>
      </Table.Td>
      <Table.Td visibleFrom="xs">{stage}</Table.Td>
      <Table.Td>
        <Text size="sm">
          {t(`rollouts.outcome.${applied?.outcome ?? "none"}`)}
          {applied !== null && applied.revisions.length > 0 && ` (${applied.revisions.join(", ")})`}
          {applied?.proposal != null && `: ${t(`rollouts.proposal.${applied.proposal}`)}`}
        </Text>
        {applied?.problem != null && (
          <Text size="sm" c="dimmed">
            {applied.problem}
          </Text>
        )}
        {undone !== null && (
          <Text size="sm">
            {t(`rollouts.undoneOutcome.${undone.outcome}`)}
            {undone.problem === null ? "" : ` ${undone.problem}`}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function csvOfTargets(targets: readonly RolloutTarget[]): string {
  return csvOf(
    ["account", "name", "stage", "outcome", "revisions", "proposal", "problem", "at", "undone", "undone_problem"],
    targets.map(({ account, name, stage, applied, undone }) => [
      ...[account, name, stage, applied?.outcome ?? "none", applied?.revisions.join(" "), applied?.proposal],
      ...[applied?.problem, applied?.at, undone?.outcome, undone?.problem],
    ]),
  );
}
