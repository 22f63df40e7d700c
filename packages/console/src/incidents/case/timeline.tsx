import { Timeline as Steps, Text, Title } from "@mantine/core";
import type { IncidentDetail } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useActor } from "../../audit/use-audit.ts";
import { RelativeTime } from "../../shared/relative-time.tsx";
import { spanOf, type TimelineRow, timelineRows } from "./timeline-rows.ts";

/** What happened, who did it and why, the latest first. */
export function Timeline({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation();
  const actor = useActor();
  const rows = timelineRows(incident.timeline);
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h4" mb="sm" id="timeline">
        {t("incidents.timeline")}
      </Title>
      <Steps bulletSize={14} lineWidth={2}>
        {rows.map((row, place) => (
          <Steps.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen at one time to one range
            key={`${row.at} ${row.type} ${rows.length - place}`}
            title={<What row={row} who={row.act === null ? "" : actor(row.act.who).name} />}
          >
            <Text size="sm">
              <RelativeTime at={row.at} />
              <Where row={row} />
            </Text>
          </Steps.Item>
        ))}
      </Steps>
    </section>
  );
}

function What({ row: { type, act }, who }: { readonly row: TimelineRow; readonly who: string }) {
  const { t } = useTranslation();
  const what = t(`incidents.event.${type}`, { defaultValue: type.replaceAll("_", " ") });
  const detected = type === "contained" ? t("incidents.byDetection", { what }) : what;
  return (
    <Text size="sm" fw={600}>
      {act === null ? detected : t("incidents.by", { what, who })}
      {act !== null && act.reason !== null && (
        <Text span size="sm" fw={400}>
          {t("incidents.because", { reason: act.reason })}
        </Text>
      )}
    </Text>
  );
}

function Where({ row }: { readonly row: TimelineRow }) {
  const { t, i18n } = useTranslation();
  const { ranges } = row;
  const span = spanOf(row);
  const named =
    ranges.length > 1 ? `${t("incidents.rangesOf", { count: ranges.length })}: ${ranges.join(", ")}` : ranges[0];
  const long =
    span &&
    new Intl.NumberFormat(i18n.language, { style: "unit", unit: span.unit, unitDisplay: "long" }).format(span.value);
  return [named, long].map((part) => part !== undefined && ` · ${part}`);
}
