import {
  type AttemptMark,
  type IncidentPictures,
  type IncidentRange,
  type NumberTick,
  rangeText,
} from "@safeguard/core";
import { count } from "../wording.ts";
import { px, type Scale, scale } from "./axis.ts";
import { figure, table } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { MARK_NAMES, MARKS } from "./marks.ts";

const WIDTH = 960;
const LEFT = 170;
const RIGHT = 16;
/** Digits of a place that are written in full. */
const LONGEST_PLACE = 6;
const LANE = 26;
const GAP = 4;
/** Listed in the table when numbers are shown. */
const MOST_LISTED = 500;
/** The attack takes less than this of the line: then a part is drawn larger. */
const ZOOM_BELOW = 0.25;

/** Every attempt at its place on the number line, in a lane by how it ended: neighbours that nobody asked for stay empty. */
export function numberLine(
  id: string,
  pictures: IncidentPictures,
  ranges: readonly IncidentRange[],
  showNumbers: boolean,
): Html {
  const { line, ticksLeftOut } = pictures;
  const present = MARKS.filter((mark) => line.ticks.some((tick) => tick.mark === mark));
  const whole = domainOf(line.ticks, line.size);
  const part = attackedPart(line.ticks, whole);
  const height = present.length * (LANE + GAP);
  const y = 4;
  const overview = strip({
    ticks: line.ticks,
    present,
    from: whole.from,
    to: whole.to,
    y,
    size: line.size,
    prefix: line.prefix,
    ranges,
  });
  const zoomY = y + height + 62;
  const zoom =
    part === undefined
      ? undefined
      : html`${lens(part, whole, y + height, zoomY)}${strip({ ticks: line.ticks, present, ...part, y: zoomY, size: line.size, prefix: line.prefix, ranges })}`;
  return figure({
    id,
    title: "On the number line",
    caption: captionOf(pictures, present, part !== undefined, ranges),
    width: WIDTH,
    height: (part === undefined ? y : zoomY) + height + 26,
    wide: true,
    drawing: [overview, zoom],
    table: showNumbers
      ? listOf(line.prefix, line.size, line.ticks, ticksLeftOut)
      : sectionsOf(line.ticks, line.prefix, line.size),
  });
}

interface Domain {
  readonly from: number;
  readonly to: number;
}

interface Strip extends Domain {
  readonly ticks: readonly NumberTick[];
  readonly present: readonly AttemptMark[];
  readonly y: number;
  readonly prefix: string;
  readonly size: number;
  readonly ranges: readonly IncidentRange[];
}

function strip({ ticks, present, from, to, y, prefix, size, ranges }: Strip): Html {
  const x = scale(from, to, LEFT, WIDTH - RIGHT);
  const bottom = y + present.length * (LANE + GAP);
  const clamped = (offset: number): number => x(Math.max(from, Math.min(to, offset)));
  const shades = ranges.flatMap(({ scope }) => {
    const at = scope.type === "block" ? rangeOffset(scope.prefix, prefix, size) : undefined;
    if (scope.type !== "block" || at === undefined || scope.size >= size || at >= to || at + scope.size <= from)
      return [];
    return [
      html`<rect class="range" x="${px(clamped(at))}" y="${y}" width="${px(Math.max(1, clamped(at + scope.size) - clamped(at)))}" height="${px(bottom - y - GAP)}"/>`,
    ];
  });
  const lanes = present.map((mark, lane) => {
    const top = y + lane * (LANE + GAP);
    const inside = ticks.filter((tick) => tick.mark === mark && tick.offset >= from && tick.offset < to);
    const thick = mark === "stopped" ? 1 : 2;
    return html`<text x="${LEFT - 10}" y="${top + 17}" text-anchor="end">${MARK_NAMES[mark]}</text><path class="s-${mark}" stroke-width="${thick}" d="${inside.map((tick) => `M${px(x(tick.offset + 0.5))} ${top + 3}v${LANE - 6}`).join("")}"/>`;
  });
  const grounds = present.map((_, lane) => {
    return html`<rect class="lane" x="${LEFT}" y="${y + lane * (LANE + GAP)}" width="${WIDTH - LEFT - RIGHT}" height="${LANE}"/>`;
  });
  return html`${grounds}${shades}${lanes}${offsetAxis(from, to, size, x, bottom)}`;
}

/** Where on the line another prefix begins; undefined: not on it. */
function rangeOffset(prefix: string, line: string, size: number): number | undefined {
  if (!prefix.startsWith(line)) return undefined;
  const digits = String(size).length - 1;
  const rest = prefix.slice(line.length).padEnd(digits, "0");
  return rest.length === digits ? Number(rest) : undefined;
}

function offsetAxis(from: number, to: number, size: number, x: Scale, y: number): Html {
  const digits = String(size).length - 1;
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(from + share * (to - from)));
  const name = (offset: number): string => {
    if (offset < 0 || offset > size) return count(offset);
    return placeText(Math.min(offset, size - 1), digits);
  };
  return html`<path class="axis" d="M${px(x(from))} ${y}H${px(x(to))}${marks.map((at) => `M${px(x(at))} ${y}v4`).join("")}"/>${marks.map((at, index) => html`<text class="q" x="${px(x(at))}" y="${y + 18}" text-anchor="${index === 0 ? "start" : index === marks.length - 1 ? "end" : "middle"}">${name(at)}</text>`)}`;
}

/** A place on the line by its last digits: `…0250`; on a very long one by those after the prefix, `0250…`. */
export function placeText(offset: number, digits: number): string {
  const place = String(offset).padStart(digits, "0");
  return digits <= LONGEST_PLACE ? `…${place}` : `${place.slice(0, 4)}…`;
}

/** Lines from the part on the whole line to where it is drawn larger. */
function lens(part: Domain, whole: Domain, top: number, bottom: number): Html {
  const x = scale(whole.from, whole.to, LEFT, WIDTH - RIGHT);
  const y = top + 24;
  return html`<path class="grid" d="M${px(x(part.from))} ${top}V${y}L${LEFT} ${bottom - 4}M${px(x(part.to))} ${top}V${y}L${WIDTH - RIGHT} ${bottom - 4}"/><text class="q" x="${LEFT - 10}" y="${bottom - 8}" text-anchor="end">drawn larger</text>`;
}

/** The line, and what lies beside it where there is any. */
function domainOf(ticks: readonly NumberTick[], size: number): Domain {
  let from = 0;
  let to = size;
  for (const { offset } of ticks) {
    if (offset < from) from = offset;
    if (offset >= to) to = offset + 1;
  }
  return { from, to };
}

/** The part of the line that the attack takes, rounded outwards; undefined: most of it. */
function attackedPart(ticks: readonly NumberTick[], whole: Domain): Domain | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { offset, mark } of ticks) {
    if (mark === "verified") continue;
    if (offset < first) first = offset;
    if (offset > last) last = offset;
  }
  const span = last - first + 1;
  if (!(span > 0) || span >= (whole.to - whole.from) * ZOOM_BELOW) return undefined;
  const step = Math.max(10, 10 ** Math.floor(Math.log10(span)));
  // A little of the empty line on both sides, for contrast.
  const from = Math.max(whole.from, (Math.floor(first / step) - 0.5) * step);
  const to = Math.min(whole.to, (Math.ceil((last + 1) / step) + 0.5) * step);
  return { from: Math.round(from), to: Math.round(to) };
}

function captionOf(
  { line, ticksLeftOut }: IncidentPictures,
  present: readonly AttemptMark[],
  zoomed: boolean,
  ranges: readonly IncidentRange[],
): string {
  const places = new Set(line.ticks.filter(({ mark }) => mark !== "verified").map(({ offset }) => offset)).size;
  const spread = `${count(line.ticks.length, "attempt")} in ${rangeText(line.prefix, line.size)}, on ${count(places)} of its ${count(line.size)} numbers`;
  const each = present
    .map((mark) => `${count(line.ticks.filter((tick) => tick.mark === mark).length)} ${SHORT[mark]}`)
    .join(", ");
  const elsewhere = ranges.filter(
    ({ scope }) => scope.type === "block" && rangeOffset(scope.prefix, line.prefix, line.size) === undefined,
  ).length;
  const others = elsewhere === 0 ? "" : ` ${count(elsewhere, "more range is", "more ranges are")} elsewhere.`;
  const left = ticksLeftOut === 0 ? "" : ` ${count(ticksLeftOut, "attempt is", "attempts are")} left out.`;
  return `${spread}: ${each}.${left}${others} Each stroke is a number${zoomed ? "; below, the attacked part larger" : ""}.`;
}

const SHORT: Readonly<Record<AttemptMark, string>> = {
  leaked: "went out unanswered",
  converted: "went out and completed",
  stopped: "stopped",
  verified: "by verified numbers",
};

/** Masked: how many attempts in each tenth of the line. */
function sectionsOf(ticks: readonly NumberTick[], prefix: string, size: number): Html {
  const rows = Array.from({ length: 10 }, (_, section) => {
    const inside = ticks.filter(({ offset }) => Math.floor((offset * 10) / size) === section);
    return [
      rangeText(`${prefix}${section}`, size / 10),
      ...MARKS.map((mark) => count(inside.filter((tick) => tick.mark === mark).length)),
    ];
  });
  return table(
    "Attempts by tenth of the range",
    [{ name: "Numbers" }, ...MARKS.map((mark) => ({ name: MARK_NAMES[mark], number: true }))],
    rows,
  );
}

function listOf(prefix: string, size: number, ticks: readonly NumberTick[], leftOut: number): Html {
  const digits = String(size).length - 1;
  const shown = ticks.filter(({ offset }) => offset >= 0 && offset < size).slice(0, MOST_LISTED);
  const more = ticks.length - shown.length + leftOut;
  return table(
    more === 0 ? "Attempts, in the order of time" : `The first ${count(shown.length)} attempts, in the order of time`,
    [{ name: "Number" }, { name: "Time (UTC)" }, { name: "How it ended" }],
    shown.map(({ offset, at, mark }) => [
      `${prefix}${String(offset).padStart(digits, "0")}`,
      new Date(at).toISOString().slice(0, 19).replace("T", " "),
      MARK_NAMES[mark],
    ]),
  );
}
