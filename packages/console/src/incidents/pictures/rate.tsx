import type { IncidentEvidence } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { Legend, type LegendEntry, legendHeight } from "./legend.tsx";
import { Picture } from "./picture.tsx";
import { rateColumns } from "./rate-columns.ts";
import { seldomText } from "./seldom-text.ts";

const PLOT = { top: 8, height: 110, left: 40 };

/** Attempts over time, and how many are usual there. */
export function Rate({ rate }: { readonly rate: IncidentEvidence["rate"] }) {
  const { t, i18n } = useTranslation();
  const { count, clock, instant } = useFormat();
  const minutes = rate.bucketMs / 60_000;
  const busiest = Math.max(0, ...rate.buckets.map((bucket) => bucket.count));
  const usualPerMinute = rate.usualPerBucket / minutes;
  const digits = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 2 });
  const seldom = seldomText(usualPerMinute, i18n.language);
  const entries: LegendEntry[] = [
    { label: t("pictures.attempts"), look: "stopped" },
    { label: t("pictures.rate.usual"), look: "dashes" },
  ];
  return (
    <Picture
      name="rate"
      title={t("pictures.rate.title")}
      caption={
        seldom === undefined
          ? t("pictures.rate.caption", { busiest: count(busiest / minutes), usual: digits.format(usualPerMinute) })
          : t("pictures.rate.captionSeldom", { busiest: count(busiest / minutes), span: seldom })
      }
      table={{
        header: [t("pictures.from"), t("pictures.attempts")],
        rows: rate.buckets.map((bucket) => [instant(bucket.at), bucket.count]),
      }}
      draw={(width) => {
        const room = width - PLOT.left;
        const { from, columnMs, counts, usual } = rateColumns(rate, Math.max(4, Math.floor(room / 6)));
        const columnWidth = Math.min(room / Math.max(1, counts.length), 48);
        const most = Math.max(1, usual, ...counts);
        const base = PLOT.top + PLOT.height;
        const y = (value: number): number => base - (value / most) * PLOT.height;
        const end = PLOT.left + columnWidth * counts.length;
        return {
          height: base + 34 + legendHeight(entries, width),
          marks: (
            <>
              <rect className="soft" x={PLOT.left} y={PLOT.top} width={room} height={PLOT.height} />
              {counts.map((value, column) =>
                value === 0 ? null : (
                  <rect
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                    key={column}
                    className="stopped"
                    data-mark="rate"
                    x={PLOT.left + column * columnWidth + 0.5}
                    y={y(value)}
                    width={Math.max(1, columnWidth - 1)}
                    height={base - y(value)}
                  />
                ),
              )}
              <line className="axis" x1={PLOT.left} x2={width} y1={base} y2={base} />
              <line className="usual" x1={PLOT.left} x2={width} y1={y(usual)} y2={y(usual)} />
              <text className="numeral" x={PLOT.left - 6} y={PLOT.top + 10} textAnchor="end">
                {count(most)}
              </text>
              <text className="numeral" x={PLOT.left - 6} y={base} textAnchor="end">
                0
              </text>
              <text className="numeral" x={PLOT.left} y={base + 18}>
                {clock(from)}
              </text>
              {end - PLOT.left > 150 && (
                <text className="numeral" x={end} y={base + 18} textAnchor="end">
                  {clock(from + counts.length * columnMs)}
                </text>
              )}
              <Legend entries={entries} y={base + 34} width={width} />
            </>
          ),
        };
      }}
    />
  );
}
