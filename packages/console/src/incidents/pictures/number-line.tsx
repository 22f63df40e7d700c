import { Group, SegmentedControl, Text } from "@mantine/core";
import type { IncidentEvidence } from "@safeguard/client";
import { useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { spacedNumbers } from "../../shared/digit-groups.ts";
import { useFormat } from "../../shared/format.ts";
import { countBeside, countColumns, MARKS, type MarkCounts, sumOf } from "./count-columns.ts";
import { Legend, type LegendEntry, legendHeight, useHatch } from "./legend.tsx";
import { endText, numberText } from "./number-text.ts";
import { fullestWindow, numbersPerColumn, usualWindow, windowSizes } from "./number-window.ts";
import { outcomesTold } from "./outcomes-told.ts";
import { Picture } from "./picture.tsx";

const PLOT = { top: 14, height: 110, left: 30 };
/** Share of the width that each neighbour has. */
const BESIDE = 0.14;
const LEAST_COLUMN = 5;

/** The numbers of the block in a row: how often each was tried, and what became of it; the neighbours grey beside it. */
export function NumberLine({
  evidence,
  isAlone = false,
}: {
  readonly evidence: IncidentEvidence;
  /** Nothing is known of what is beside it. */
  readonly isAlone?: boolean;
}) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const zoomId = useId();
  const { fill: hatch, definition } = useHatch();
  const { line, neighbours, masked } = evidence;
  const offsets = useMemo(() => line.ticks.map(({ offset }) => offset), [line]);
  const [size, setSize] = useState<number | undefined>();
  const window = useMemo(
    () => (size === undefined ? usualWindow(offsets, line.size) : fullestWindow(offsets, size, line.size)),
    [size, offsets, line.size],
  );
  const beside = useMemo(() => [...offsets, ...neighbours.map(({ offset }) => offset)], [offsets, neighbours]);
  const least = masked ? 10 : 1;
  // (from the first to the last that was tried; masked numbers stand for ten)
  const tried = offsets.map((offset) => Math.floor(offset / least));
  const within = offsets.length === 0 ? 0 : (Math.max(...tried) - Math.min(...tried) + 1) * least;
  const finest = numbersPerColumn(window.size, 100, least);
  const inWindow = countColumns(line.ticks, window, finest);
  const isTold = outcomesTold(evidence.funnel).converted;
  const marks = MARKS.filter((mark) => isTold || mark !== "converted");
  const nameOf = (mark: (typeof MARKS)[number]): string =>
    t(mark === "leaked" && !isTold ? "pictures.mark.wentOut" : `pictures.mark.${mark}`);
  const entries: LegendEntry[] = [
    { label: nameOf("leaked"), look: "leaked" },
    { label: t("pictures.mark.stopped"), look: "hatch" },
    ...(isTold ? [{ label: t("pictures.mark.converted"), look: "converted" } as const] : []),
    { label: t("pictures.mark.verified"), look: "verified" },
    ...(isAlone ? [] : [{ label: t("pictures.beside"), look: "beside" } as const]),
  ];
  return (
    <Picture
      name="number-line"
      title={t("pictures.line.title")}
      caption={t(`pictures.line.${isAlone ? "captionAlone" : masked ? "captionMasked" : "caption"}`, {
        attempts: count(line.ticks.length),
        within: count(within),
        from: numberText(line, Math.min(...offsets, line.size), masked),
        to: numberText(line, Math.max(...offsets, 0), masked),
        beside: count(neighbours.length),
        count: neighbours.length,
      })}
      table={{
        header: [t("pictures.numbers"), ...marks.map(nameOf)],
        rows: inWindow.flatMap((counts, column) =>
          sumOf(counts) === 0
            ? []
            : [[numberText(line, window.start + column * finest, masked), ...marks.map((mark) => counts[mark])]],
        ),
      }}
      controls={
        windowSizes(line.size).length > 1 && (
          <Group gap="xs" mb="xs">
            <Text id={zoomId} size="xs" c="dimmed">
              {t("pictures.line.zoom")}
            </Text>
            <SegmentedControl
              size="xs"
              aria-labelledby={zoomId}
              value={String(window.size)}
              onChange={(value) => setSize(Number(value))}
              data={windowSizes(line.size).map((each) => ({ value: String(each), label: short(each) }))}
            />
          </Group>
        )
      }
      draw={(width) => {
        const room = width - PLOT.left;
        const side = room * BESIDE;
        const main = room - 2 * side;
        const each = numbersPerColumn(window.size, Math.max(10, main / LEAST_COLUMN), least);
        const columns = countColumns(line.ticks, window, each);
        const columnWidth = main / columns.length;
        const { below, above } = countBeside(beside, window, each, Math.max(1, Math.floor(side / columnWidth)));
        const most = Math.max(1, ...columns.map(sumOf), ...below, ...above);
        const scale = (value: number): number => (value / most) * PLOT.height;
        const base = PLOT.top + PLOT.height;
        const gap = columnWidth > 4 ? 1 : 0;
        const grey = (values: readonly number[], from: number) =>
          values.map((value, column) =>
            value === 0 ? null : (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                key={column}
                className="beside"
                data-mark="beside"
                x={from + column * columnWidth}
                y={base - scale(value)}
                width={Math.max(1, columnWidth - gap)}
                height={scale(value)}
              />
            ),
          );
        const left = PLOT.left + side;
        const numberAt = (offset: number): string =>
          main > 340 ? spacedNumbers(numberText(line, offset, masked)) : endText(line, offset, masked);
        return {
          height: base + 36 + legendHeight(entries, width),
          marks: (
            <>
              {definition}
              <rect className="soft" x={left} y={PLOT.top} width={main} height={PLOT.height} />
              {grey(below, left - below.length * columnWidth)}
              {columns.map((counts, column) => (
                <Stack
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  key={column}
                  counts={counts}
                  x={left + column * columnWidth}
                  base={base}
                  width={Math.max(1, columnWidth - gap)}
                  scale={scale}
                  hatch={hatch}
                />
              ))}
              {grey(above, left + main)}
              <line className="axis" x1={PLOT.left} x2={width} y1={base} y2={base} />
              <line className="axis" x1={left} x2={left} y1={PLOT.top - 4} y2={base + 6} />
              <line className="axis" x1={left + main} x2={left + main} y1={PLOT.top - 4} y2={base + 6} />
              <text className="numeral" x={PLOT.left - 6} y={PLOT.top + 8} textAnchor="end">
                {count(most)}
              </text>
              <text className="numeral" x={PLOT.left - 6} y={base} textAnchor="end">
                0
              </text>
              <text className="numeral" x={left} y={base + 20}>
                {numberAt(window.start)}
              </text>
              <text className="numeral" x={left + main} y={base + 20} textAnchor="end">
                {numberAt(window.start + window.size - 1)}
              </text>
              <Legend entries={entries} y={base + 36} width={width} hatch={hatch} />
            </>
          ),
        };
      }}
    />
  );
}

function Stack({
  counts,
  x,
  base,
  width,
  scale,
  hatch,
}: {
  readonly counts: MarkCounts;
  readonly x: number;
  readonly base: number;
  readonly width: number;
  readonly scale: (value: number) => number;
  readonly hatch: string;
}) {
  let below = 0;
  return MARKS.map((mark) => {
    const count = counts[mark];
    if (count === 0) return null;
    below += count;
    const place = { x, y: base - scale(below), width, height: scale(count), "data-mark": mark };
    return mark === "stopped" ? (
      <g key={mark}>
        <rect {...place} fill={hatch} />
        <rect {...place} data-mark={undefined} className="outline" />
      </g>
    ) : (
      <rect key={mark} {...place} className={mark} />
    );
  });
}
