import { Badge, Button, Card, Group, Progress, Text } from "@mantine/core";
import type { LimitUse } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { RelativeTime } from "../../shared/relative-time.tsx";
import type { CeilingLine } from "./ceilings.ts";
import { useCeilingWords } from "./use-ceiling-words.ts";

export interface CeilingCardProps {
  readonly line: CeilingLine;
  /** undefined: it is not counted yet, or may not be seen. */
  readonly use: LimitUse | undefined;
  readonly isReadOnly: boolean;
  onEdit(): void;
  onRemove(): void;
  onPutBack(): void;
}

const MOST_NAMED = 3;

/** One ceiling: what it says, and how full it is now. */
export function CeilingCard({ line, use, isReadOnly, onEdit, onRemove, onPutBack }: CeilingCardProps) {
  const { t } = useTranslation();
  const { sentence } = useCeilingWords();
  const { name, ceiling, state } = line;
  return (
    <Card withBorder p="sm" className="limit-card" data-state={state} component="article" aria-label={name}>
      <Group justify="space-between" gap={4} wrap="nowrap" align="flex-start">
        <Text fw={600} className="break">
          {name}
        </Text>
        {state !== "same" && (
          <Badge variant="outline" color="gray" c="bright" flex="none">
            {t(`ranges.state.${state}`)}
          </Badge>
        )}
      </Group>
      <Text size="sm" mt={2} {...(state === "removed" && { td: "line-through" })}>
        {sentence(ceiling)}
      </Text>
      {ceiling.note !== undefined && (
        <Text size="xs" c="dimmed" className="break">
          {ceiling.note}
        </Text>
      )}
      {state === "new" ? (
        <Text size="xs" c="dimmed" mt="xs">
          {t("limits.countsLater")}
        </Text>
      ) : (
        use !== undefined && <Fullness use={use} />
      )}
      {!isReadOnly && (
        <Group gap={6} mt="sm">
          {state === "removed" ? (
            <Button size="compact-xs" variant="default" onClick={onPutBack}>
              {t("ranges.putBack")}
              <span className="sr-only"> {name}</span>
            </Button>
          ) : (
            <>
              <Button size="compact-xs" variant="default" onClick={onEdit}>
                {t("ranges.change")}
                <span className="sr-only"> {name}</span>
              </Button>
              <Button size="compact-xs" variant="default" onClick={onRemove}>
                {t("ranges.remove")}
                <span className="sr-only"> {name}</span>
              </Button>
            </>
          )}
        </Group>
      )}
    </Card>
  );
}

function Fullness({ use }: { readonly use: LimitUse }) {
  const { t } = useTranslation();
  const { count, share, place } = useFormat();
  const { amount } = useCeilingWords();
  const { most, used, currency, keys, destinations, resetsAt, crowded, name } = use;
  if (most === null || used === null) return null;
  const full = most === 0 ? 1 : used / most;
  const values = { used: amount(used, currency), most: amount(most, currency), share: share(full) };
  const several = use.per !== "account" && use.per !== "each_account";
  return (
    <div>
      <Progress.Root size="lg" mt="xs">
        <Progress.Section
          value={Math.min(full, 1) * 100}
          color={full >= 1 ? "red" : full >= 0.8 ? "yellow" : "teal"}
          aria-label={t("limits.fullOf", { name })}
        />
      </Progress.Root>
      <Text size="xs" mt={4}>
        {several && keys > 0
          ? t("limits.fullest", { ...values, count: keys, keys: count(keys) })
          : t("limits.full", values)}
        {resetsAt !== null && (
          <>
            {" "}
            {t("limits.less")} <RelativeTime at={resetsAt} />.
          </>
        )}
      </Text>
      {destinations.length > 0 && (
        <Text size="xs" c="dimmed">
          {destinations
            .slice(0, MOST_NAMED)
            .map((one) => `${place(one.destination)} ${amount(one.used, currency)}`)
            .join(" · ")}
        </Text>
      )}
      {crowded && (
        <Text size="xs" fw={600}>
          {t("limits.crowded")}
        </Text>
      )}
    </div>
  );
}
