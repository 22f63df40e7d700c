import { Badge, Card, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { EmptyList } from "../shared/list-states.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import type { Rollout } from "./rollout-types.ts";
import { useRollouts } from "./use-rollouts.ts";

/** Baseline policies on their way into the accounts below. */
export function RolloutsPage() {
  const { t } = useTranslation();
  const mayWrite = useMay("policies:write");
  const rollouts = useRollouts();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text maw={720}>{t("rollouts.text")}</Text>
        <Group gap="sm">
          {(rollouts.data?.length ?? 0) > 0 && (
            <CsvButton name="rollouts" isEmpty={false} csv={() => csvOfRollouts(rollouts.data ?? [])} />
          )}
          {mayWrite && <RouteLink to="/customers/rollouts/new">{t("rollouts.make")}</RouteLink>}
        </Group>
      </Group>
      <Refusal error={rollouts.error} />
      {rollouts.isPending && <Skeleton height={120} aria-busy="true" aria-label={t("loading")} />}
      {rollouts.data?.length === 0 && <EmptyList title={t("rollouts.none")} text={t("rollouts.noneText")} />}
      {rollouts.data?.map((rollout) => (
        <RolloutCard key={rollout.id} rollout={rollout} />
      ))}
    </Stack>
  );
}

function csvOfRollouts(rollouts: readonly Rollout[]): string {
  return csvOf(
    ["id", "reason", "state", "made", "reached", "accounts"],
    rollouts.map(({ id, reason, state, createdAt, stages, targets }) => [
      ...[id, reason, state, createdAt, stages.at(-1)?.done ?? 0, targets],
    ]),
  );
}

function RolloutCard({ rollout }: { readonly rollout: Rollout }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="md">
      <Group gap="xs">
        <RouteLink
          to="/customers/rollouts/$id"
          params={{ id: rollout.id }}
          fw={600}
          style={{ overflowWrap: "anywhere" }}
        >
          {rollout.reason}
        </RouteLink>
        <RolloutStateBadge state={rollout.state} />
      </Group>
      <Text size="sm" c="dimmed">
        {t("rollouts.made")} <RelativeTime at={rollout.createdAt} />
      </Text>
      <RolloutProgress rollout={rollout} />
    </Card>
  );
}

const COLOURS = {
  ...{ prepared: "gray", running: "yellow", waiting: "yellow", finished: "teal", stopped: "red" },
  ...{ undoing: "yellow", undone: "gray" },
} as const;

export function RolloutStateBadge({ state }: Pick<Rollout, "state">) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLOURS[state]} c="bright" tt="none">
      {t(`rollouts.state.${state}`)}
    </Badge>
  );
}

/** How many have been reached, of all. */
export function RolloutProgress({ rollout: { stages, targets } }: { readonly rollout: Rollout }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const done = stages.at(-1)?.done ?? 0;
  const words = t("rollouts.reached", { done: count(done), targets: count(targets) });
  return (
    <>
      <Text size="sm" className="numbers" mt="xs" aria-live="polite">
        {words}
      </Text>
      <Progress value={targets === 0 ? 0 : (100 * done) / targets} mt={4} aria-label={words} />
    </>
  );
}
