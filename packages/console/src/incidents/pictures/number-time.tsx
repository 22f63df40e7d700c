import type { IncidentEvidence } from "@safeguard/client";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { Legend, type LegendEntry, legendHeight } from "./legend.tsx";
import { endText, numberText } from "./number-text.ts";
import { numbersPerColumn, usualWindow } from "./number-window.ts";
import { Picture } from "./picture.tsx";
import { columnOf, timeColumns } from "./time-columns.ts";

const PLOT = { top: 8, left: 62, row: 12 };
const ROWS = 20;
const LEAST_COLUMN = 9;
/** Of the darkest; the lightest can still be told from nothing. */
const SHADES = [0.28, 0.46, 0.64, 0.82, 1] as const;

interface Cell {
  readonly row: number;
  readonly column: number;
  attempts: number;
  wentOut: number;
}

/** Which numbers were tried when: a script goes up the block, people are all over it. */
export function NumberTime({ evidence }: { readonly evidence: IncidentEvidence }) {
  const { t } = useTranslation();
  const { clock, instant } = useFormat();
  const { line, masked } = evidence;
  const window = useMemo(
    () =>
      usualWindow(
        line.ticks.map(({ offset }) => offset),
        line.size,
      ),
    [line],
  );
  const each = numbersPerColumn(window.size, ROWS, masked ? 10 : 1);
  const rows = Math.ceil(window.size / each);
  const cellsIn = (most: number) => {
    const ticks = line.ticks.filter(({ offset }) => offset >= window.start && offset < window.start + window.size);
    const columns = timeColumns(
      ticks.map(({ at }) => Date.parse(at)),
      most,
    );
    const cells = new Map<number, Cell>();
    for (const { offset, at, mark } of ticks) {
      const row = Math.floor((offset - window.start) / each);
      const column = columnOf(columns, Date.parse(at));
      const key = row * columns.columns + column;
      const cell = cells.get(key) ?? { row, column, attempts: 0, wentOut: 0 };
      cell.attempts++;
      if (mark !== "stopped") cell.wentOut++;
      cells.set(key, cell);
    }
    return { columns, cells: [...cells.values()] };
  };
  const entries: LegendEntry[] = [
    { label: t("pictures.time.attempts"), look: "stopped" },
    { label: t("pictures.time.wentOut"), look: "dot" },
  ];
  const forTable = cellsIn(60);
  return (
    <Picture
      name="number-time"
      title={t("pictures.time.title")}
      caption={t("pictures.time.caption", {
        from: numberText(line, window.start, masked),
        to: numberText(line, window.start + window.size - 1, masked),
      })}
      table={{
        header: [t("pictures.numbers"), t("pictures.from"), t("pictures.attempts"), t("pictures.wentOut")],
        rows: forTable.cells.map(({ row, column, attempts, wentOut }) => [
          numberText(line, window.start + row * each, masked),
          instant(forTable.columns.from + column * forTable.columns.columnMs),
          attempts,
          wentOut,
        ]),
      }}
      draw={(width) => {
        const room = width - PLOT.left;
        const { columns, cells } = cellsIn(Math.max(4, Math.floor(room / LEAST_COLUMN)));
        const columnWidth = Math.min(room / Math.max(1, columns.columns), 40);
        const plotWidth = columnWidth * columns.columns;
        const row = rows <= 10 ? PLOT.row * 1.5 : PLOT.row;
        const base = PLOT.top + rows * row;
        const most = Math.max(1, ...cells.map(({ attempts }) => attempts));
        return {
          height: base + 34 + legendHeight(entries, width),
          marks: (
            <>
              <rect className="soft" x={PLOT.left} y={PLOT.top} width={plotWidth} height={rows * row} />
              {cells.map((cell) => {
                // The first number stands at the bottom.
                const [x, y] = [PLOT.left + cell.column * columnWidth, base - (cell.row + 1) * row];
                const shade = SHADES[Math.ceil((cell.attempts / most) * SHADES.length) - 1] ?? 1;
                return (
                  <g key={`${cell.row} ${cell.column}`} data-mark="cell">
                    <rect
                      className="stopped"
                      fillOpacity={shade}
                      x={x + 0.5}
                      y={y + 0.5}
                      width={columnWidth - 1}
                      height={row - 1}
                    />
                    {cell.wentOut > 0 && (
                      <circle className="went-out" cx={x + columnWidth / 2} cy={y + row / 2} r="3" />
                    )}
                  </g>
                );
              })}
              <line className="axis" x1={PLOT.left} x2={PLOT.left} y1={PLOT.top} y2={base} />
              <line className="axis" x1={PLOT.left} x2={PLOT.left + plotWidth} y1={base} y2={base} />
              <text className="numeral" x={PLOT.left - 6} y={PLOT.top + 10} textAnchor="end">
                {endText(line, window.start + window.size - 1, masked)}
              </text>
              <text className="numeral" x={PLOT.left - 6} y={base - 1} textAnchor="end">
                {endText(line, window.start, masked)}
              </text>
              <text className="numeral" x={PLOT.left} y={base + 18}>
                {clock(columns.from)}
              </text>
              {plotWidth > 150 && (
                <text className="numeral" x={PLOT.left + plotWidth} y={base + 18} textAnchor="end">
                  {clock(columns.from + columns.columns * columns.columnMs)}
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
