import { useId } from "react";

/** Stripes for what was stopped: they tell it from what went out without colour. */
export function useHatch(): { readonly fill: string; readonly definition: React.ReactNode } {
  const id = useId();
  return {
    fill: `url(#${id})`,
    definition: (
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" className="soft" />
          <line x1="0" y1="0" x2="0" y2="5" className="hatch" />
        </pattern>
      </defs>
    ),
  };
}

export interface LegendEntry {
  readonly label: string;
  /** A class of pictures.css; `hatch`: stripes; `dashes`: a line. */
  readonly look: "leaked" | "converted" | "verified" | "stopped" | "beside" | "hatch" | "dashes" | "dot";
}

/** What the looks mean, in a row within the picture, so that it is in exports, too. */
export function Legend({
  entries,
  y,
  width,
  hatch,
}: {
  readonly entries: readonly LegendEntry[];
  readonly y: number;
  readonly width: number;
  readonly hatch?: string;
}) {
  let [x, row] = [0, 0];
  return (
    <g>
      {entries.map(({ label, look }) => {
        const length = widthOfLegend(label);
        if (x > 0 && x + length > width) [x, row] = [0, row + 1];
        const at = x;
        x += length;
        return (
          <g key={label} transform={`translate(${at} ${y + row * LEGEND_ROW})`}>
            {look === "dashes" ? (
              <line x1="0" x2="14" y1="6" y2="6" className="usual" />
            ) : look === "dot" ? (
              <circle cx="7" cy="6" r="3.500" className="went-out" />
            ) : look === "hatch" ? (
              <>
                <rect width="12" height="12" fill={hatch} />
                <rect width="12" height="12" className="outline" />
              </>
            ) : (
              <rect width="12" height="12" className={look} />
            )}
            <text x="18" y="10">
              {label}
            </text>
          </g>
        );
      })}
    </g>
  );
}

const LEGEND_ROW = 18;
const widthOfLegend = (label: string): number => 36 + label.length * 6.6;

/** Height that a legend takes. */
export function legendHeight(entries: readonly LegendEntry[], width: number): number {
  let [x, rows] = [0, 1];
  for (const { label } of entries) {
    const length = widthOfLegend(label);
    if (x > 0 && x + length > width) [x, rows] = [0, rows + 1];
    x += length;
  }
  return rows * LEGEND_ROW;
}
