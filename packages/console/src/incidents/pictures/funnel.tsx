import type { IncidentEvidence } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { Legend, type LegendEntry, legendHeight, useHatch } from "./legend.tsx";
import { outcomesTold } from "./outcomes-told.ts";
import { Picture } from "./picture.tsx";

const STEPS = ["requested", "sent", "delivered", "converted"] as const;
const ROW = 46;

/** How far codes got, and how far they usually get. */
export function Funnel({ funnel }: { readonly funnel: IncidentEvidence["funnel"] }) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  const { fill: hatch, definition } = useHatch();
  const told = outcomesTold(funnel);
  const isTold = (step: (typeof STEPS)[number]): boolean => step === "requested" || step === "sent" || told[step];
  // (where no verification was ever reported, nothing tells this attack's own deliveries from usual ones)
  const isUsualKnown = funnel.baseline.converted !== null && funnel.sent > 0;
  const usualOf = (step: (typeof STEPS)[number]): number | null =>
    isUsualKnown && (step === "delivered" || step === "converted") && told[step] ? funnel.baseline[step] : null;
  const ofSent = (step: (typeof STEPS)[number]): number | null =>
    funnel.sent === 0 || step === "requested" || step === "sent" || !told[step] ? null : funnel[step] / funnel.sent;
  const entries: LegendEntry[] = [
    { label: t("pictures.funnel.here"), look: "stopped" },
    ...(STEPS.every((step) => usualOf(step) === null)
      ? []
      : [{ label: t("pictures.funnel.usual"), look: "dashes" } as const]),
  ];
  const { converted } = funnel.baseline;
  return (
    <Picture
      name="funnel"
      title={t("pictures.funnel.title")}
      caption={
        funnel.sent === 0
          ? t("pictures.funnel.nothingSent")
          : !told.converted
            ? t("pictures.funnel.captionUntold", { count: funnel.sent, sent: count(funnel.sent) })
            : t(converted === null ? "pictures.funnel.captionAlone" : "pictures.funnel.caption", {
                sent: count(funnel.sent),
                converted: count(funnel.converted),
                share: share(funnel.converted / funnel.sent),
                usual: share(converted ?? 0),
              })
      }
      table={{
        header: [t("pictures.step"), t("pictures.count"), t("pictures.funnel.ofSent"), t("pictures.funnel.usual")],
        rows: STEPS.map((step) => {
          const [part, usual] = [ofSent(step), usualOf(step)];
          return [
            t(`pictures.funnel.${step}`),
            isTold(step) ? funnel[step] : t("pictures.notTold"),
            part === null ? "" : share(part),
            usual === null ? "" : share(usual),
          ];
        }),
      }}
      draw={(width) => {
        const most = Math.max(1, ...STEPS.map((step) => funnel[step]));
        const scale = (value: number): number => (value / most) * width;
        const base = STEPS.length * ROW;
        return {
          height: base + 10 + legendHeight(entries, width),
          marks: (
            <>
              {definition}
              {STEPS.map((step, row) => {
                const [y, usual, part] = [row * ROW, usualOf(step), ofSent(step)];
                return (
                  <g key={step}>
                    <text x="0" y={y + 12}>
                      {t(`pictures.funnel.${step}`)}
                    </text>
                    <text className="numeral strong" x={width} y={y + 12} textAnchor="end">
                      {!isTold(step)
                        ? t("pictures.notTold")
                        : part === null
                          ? count(funnel[step])
                          : `${count(funnel[step])} · ${share(part)}`}
                    </text>
                    <rect className="soft" x="0" y={y + 18} width={width} height="16" />
                    <rect
                      data-mark={step}
                      {...(step === "requested" ? { fill: hatch } : { className: "stopped" })}
                      x="0"
                      y={y + 18}
                      width={scale(funnel[step])}
                      height="16"
                    />
                    {usual !== null && (
                      <line
                        className="usual"
                        x1={scale(usual * funnel.sent)}
                        x2={scale(usual * funnel.sent)}
                        y1={y + 15}
                        y2={y + 37}
                      />
                    )}
                  </g>
                );
              })}
              <Legend entries={entries} y={base + 4} width={width} />
            </>
          ),
        };
      }}
    />
  );
}
