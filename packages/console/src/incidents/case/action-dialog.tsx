import { Alert, Select, Skeleton, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { IncidentContained, IncidentDetail } from "@safeguard/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Grouped } from "../../shared/grouped.tsx";
import { ReasonDialog } from "../../shared/reason-dialog.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { areOutcomesUnknown } from "../evidence-sentence.ts";
import { type IncidentAction, wordsOf } from "./possible-actions.ts";

const SPANS = [3_600, 7_200, 28_800, 86_400, 259_200, 604_800] as const;

/** Says what an action would do, asks why, and does it. */
export function ActionDialog({
  incident,
  action,
  onDone,
}: {
  readonly incident: IncidentDetail;
  readonly action: IncidentAction;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const { instant, moment } = useFormat();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const [forSeconds, setForSeconds] = useState(86_400);
  const contains = action === "contain" || action === "extend";
  const { incidents } = server;
  const { number } = incident;
  const words = wordsOf(action, incident);
  const preview = useQuery({
    queryKey: ["containing", account.id, number, forSeconds],
    queryFn: () => incidents.contain(number, { reason: "preview", forSeconds, dryRun: true }),
    enabled: contains,
    retry: false,
  });
  const act = useMutation({
    mutationFn: async (reason: string): Promise<IncidentDetail> => {
      switch (action) {
        case "contain":
        case "extend":
          return (await incidents.contain(number, { reason, forSeconds })).incident;
        case "release":
          return incidents.release(number, reason);
        case "acknowledge":
          return incidents.acknowledge(number, reason);
        case "false_alarm":
          return incidents.falseAlarm(number, reason);
        case "close":
          return incidents.close(number, reason);
        case "undo_false_alarm":
          return incidents.undoFalseAlarm(number, reason);
      }
    },
    onSuccess: async (changed) => {
      queries.setQueryData(["incident", account.id, number], changed);
      notifications.show({ color: "teal", message: t(`incidents.do.${words}.done`, { number }) });
      onDone();
      await Promise.all(
        ["incidents", "detection"].map((name) => queries.invalidateQueries({ queryKey: [name, account.id] })),
      );
    },
  });
  const contained = incident.ranges.filter(({ containment }) => containment !== null).map(({ range }) => range);
  const ranges = (action === "release" ? contained : incident.ranges.map(({ range }) => range)).join(", ");
  const now = incident.ranges.flatMap(({ containment }) => containment ?? []).sort(latestFirst)[0];
  return (
    <ReasonDialog
      size="lg"
      title={t(`incidents.do.${words}.title`, { number })}
      go={t(`incidents.do.${words}.name`)}
      isPending={act.isPending}
      error={act.error}
      onGo={act.mutate}
      onClose={onDone}
    >
      {contains && now !== undefined && (
        <Text size="sm">
          {t(`incidents.now.${now.action}`, { until: moment(now.until) })}{" "}
          {t(now.action === "block" ? "incidents.now.longer" : "incidents.now.outright", {
            span: t(`span.${forSeconds}`),
          })}
        </Text>
      )}
      {contains && (
        <Select
          label={t("incidents.span")}
          allowDeselect={false}
          value={String(forSeconds)}
          data={SPANS.map((value) => ({ value: String(value), label: t(`span.${value}`) }))}
          onChange={(value) => setForSeconds(Number(value))}
        />
      )}
      <Alert variant="light" color="gray" title={t("incidents.would")} data-testid="preview">
        {contains ? (
          <Containing preview={preview.data} error={preview.error} instant={instant} />
        ) : (
          <Text size="sm">{t(`incidents.do.${action}.would`, { ranges, others: incident.collateral.newNumbers })}</Text>
        )}
      </Alert>
    </ReasonDialog>
  );
}

function latestFirst(a: { readonly until: string }, b: { readonly until: string }): number {
  return Date.parse(b.until) - Date.parse(a.until);
}

function Containing({
  preview,
  error,
  instant,
}: {
  readonly preview: IncidentContained | undefined;
  readonly error: unknown;
  readonly instant: (at: string) => string;
}) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (error !== null && error !== undefined) return <Refusal error={error} />;
  if (preview === undefined) return <Skeleton height={40} />;
  const { ranges, incident } = preview;
  const { collateral, counts } = incident;
  const unanswered = counts.leaked + counts.wouldStop;
  const block = t("incidents.containing.block", {
    ranges: ranges.join(", "),
    count: unanswered,
    formatted: count(unanswered),
    verified: count(collateral.verifiedNumbers),
  });
  const isUntold = areOutcomesUnknown(incident.evidence) && counts.converted === 0;
  const completions = collateral.completed > 0 ? "some" : isUntold ? "untold" : "none";
  const others =
    collateral.since === null
      ? t("incidents.containing.forgotten")
      : t(`incidents.containing.${completions}`, {
          count: collateral.newNumbers,
          formatted: count(collateral.newNumbers),
          completed: count(collateral.completed),
          since: instant(collateral.since),
        });
  return (
    <>
      <Text size="sm">
        <Grouped text={`${block} ${others}`} />
      </Text>
      <Text size="sm" mt={4}>
        {t("incidents.until", { at: instant(preview.until) })}
      </Text>
    </>
  );
}
