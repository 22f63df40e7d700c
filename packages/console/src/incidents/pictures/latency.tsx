import type { IncidentEvidence } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { Legend, type LegendEntry, legendHeight } from "./legend.tsx";
import { outcomesTold } from "./outcomes-told.ts";
import { Picture } from "./picture.tsx";

const PLOT = { top: 8, height: 110, left: 40 };

/** How long from a message to its code: people need time, and need different times. */
export function Latency({ latency, funnel }: Pick<IncidentEvidence, "latency" | "funnel">) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  const all = latency.reduce((sum, bin) => sum + bin.count, 0);
  const shares = latency.map((bin) => (all === 0 ? 0 : bin.count / all));
  const quick = latency.reduce(
    (sum, bin) => sum + ((bin.toMs ?? Number.POSITIVE_INFINITY) <= QUICK_MS ? bin.count : 0),
    0,
  );
  const usuallyQuick = latency.reduce(
    (sum, bin) => sum + ((bin.toMs ?? Number.POSITIVE_INFINITY) <= QUICK_MS ? bin.baselineShare : 0),
    0,
  );
  const nameOf = (bin: (typeof latency)[number]): string =>
    bin.toMs === null
      ? t("pictures.latency.more", { from: bin.fromMs / 1000 })
      : t("pictures.latency.bin", { from: bin.fromMs / 1000, to: bin.toMs / 1000 });
  const entries: LegendEntry[] = [
    { label: t("pictures.latency.here"), look: "stopped" },
    { label: t("pictures.latency.usual"), look: "dashes" },
  ];
  return (
    <Picture
      name="latency"
      title={t("pictures.latency.title")}
      caption={
        all === 0
          ? t(outcomesTold(funnel).converted ? "pictures.latency.none" : "pictures.latency.untold")
          : t("pictures.latency.caption", { count: all, quick: share(quick / all), usual: share(usuallyQuick) })
      }
      table={{
        header: [t("pictures.latency.after"), t("pictures.count"), t("pictures.latency.usual")],
        rows: latency.map((bin) => [nameOf(bin), bin.count, share(bin.baselineShare)]),
      }}
      draw={(width) => {
        const room = width - PLOT.left;
        const columnWidth = room / Math.max(1, latency.length);
        const most = Math.max(0.05, ...shares, ...latency.map(({ baselineShare }) => baselineShare));
        const base = PLOT.top + PLOT.height;
        const y = (part: number): number => base - (part / most) * PLOT.height;
        const x = (bin: number): number => PLOT.left + bin * columnWidth;
        const usual = latency
          .map(({ baselineShare }, bin) => `${bin === 0 ? "M" : "L"}${x(bin)} ${y(baselineShare)}H${x(bin + 1)}`)
          .join("");
        return {
          height: base + 34 + legendHeight(entries, width),
          marks: (
            <>
              <rect className="soft" x={PLOT.left} y={PLOT.top} width={room} height={PLOT.height} />
              {shares.map((part, bin) =>
                part === 0 ? null : (
                  <rect
                    // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
                    key={bin}
                    className="stopped"
                    data-mark="latency"
                    x={x(bin) + 1}
                    y={y(part)}
                    width={columnWidth - 2}
                    height={base - y(part)}
                  />
                ),
              )}
              <path className="usual" data-mark="usual" d={usual} />
              <line className="axis" x1={PLOT.left} x2={width} y1={base} y2={base} />
              <text className="numeral" x={PLOT.left - 6} y={PLOT.top + 10} textAnchor="end">
                {share(most)}
              </text>
              <text className="numeral" x={PLOT.left - 6} y={base} textAnchor="end">
                {count(0)}
              </text>
              {latency.map(({ fromMs }, bin) =>
                bin % (columnWidth < 34 ? 3 : columnWidth < 50 ? 2 : 1) === 0 ? (
                  <text key={fromMs} className="numeral" x={x(bin)} y={base + 18} textAnchor="middle">
                    {t("pictures.latency.seconds", { seconds: count(fromMs / 1000) })}
                  </text>
                ) : null,
              )}
              <Legend entries={entries} y={base + 34} width={width} />
            </>
          ),
        };
      }}
    />
  );
}

/** Faster than nearly everybody reads and types. */
const QUICK_MS = 4_000;
