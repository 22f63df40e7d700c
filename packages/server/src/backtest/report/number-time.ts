import type { IncidentPictures } from "@safeguard/core";
import { count, durationText, timeText } from "../wording.ts";
import { px, scale, timeAxis } from "./axis.ts";
import { emptyFigure, figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { legend, MARKS, points } from "./marks.ts";
import { placeText } from "./number-line.ts";

const WIDTH = 960;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 28;
const TITLE = "Number by time";

/** Time to the right, numbers upwards: numbers in a row make a slanted line, a person's chance numbers a cloud. */
export function numberTime(id: string, { line, ticksLeftOut }: IncidentPictures): Html {
  const { ticks, size } = line;
  const [first] = ticks;
  if (first === undefined) return emptyFigure(id, TITLE, "No attempt was kept.");
  let from: number = first.at;
  let to: number = first.at;
  let low = first.offset;
  let high = first.offset;
  let firstStop: number | undefined;
  for (const { at, offset, mark } of ticks) {
    if (at < from) from = at;
    if (at > to) to = at;
    if (offset < low) low = offset;
    if (offset > high) high = offset;
    if (mark === "stopped" && (firstStop === undefined || at < firstStop)) firstStop = at;
  }
  const margin = Math.max(5, (high - low) * 0.05);
  const span = Math.max(to - from, 1000);
  const x = scale(from - span * 0.02, to + span * 0.02, LEFT, WIDTH - RIGHT);
  const y = scale(low - margin, high + margin, HEIGHT - BOTTOM, TOP);
  const present = MARKS.filter((mark) => ticks.some((tick) => tick.mark === mark));
  // What matters most is drawn last, on top.
  const drawn = (["verified", "stopped", "converted", "leaked"] as const).map((mark) =>
    points(
      mark,
      ticks.filter((tick) => tick.mark === mark).map((tick) => [x(tick.at), y(tick.offset)] as const),
    ),
  );
  return figure({
    id,
    title: TITLE,
    caption: captionOf(from, to, firstStop, ticks.length) + leftOut(ticksLeftOut),
    width: WIDTH,
    height: HEIGHT,
    wide: true,
    drawing: html`${legend(present, LEFT, 14)}${numberAxis(low, high, size, y)}${timeAxis(from, to, x, [LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM])}${firstStop === undefined ? undefined : stopLine(x(firstStop))}${drawn}`,
  });
}

function captionOf(from: number, to: number, firstStop: number | undefined, attempts: number): string {
  const during = to === from ? "at" : `within ${durationText(to - from)}, from`;
  const span = `${count(attempts, "attempt")} ${during} ${timeText(from, "seconds")}${to === from ? "" : " on"}.`;
  if (firstStop === undefined) return `${span} None was stopped.`;
  return `${span} The first was stopped at ${timeText(firstStop, "seconds")}.`;
}

function leftOut(attempts: number): string {
  return attempts === 0 ? "" : ` ${count(attempts, "attempt is", "attempts are")} left out.`;
}

function stopLine(x: number): Html {
  return html`<path class="s-stopped dash" d="M${px(x)} ${TOP}V${HEIGHT - BOTTOM}"/><text class="halo" x="${px(x + 6)}" y="${TOP + 10}">first stop</text>`;
}

function numberAxis(low: number, high: number, size: number, y: (value: number) => number): Html {
  const digits = String(size).length - 1;
  // Round places: the ends themselves would be somebody's numbers.
  const step = Math.max(10, 10 ** Math.floor(Math.log10(Math.max(high - low, 1))));
  const fine = (high - low) / step < 2 ? step / 2 : step;
  const marks: number[] = [];
  for (let at = Math.ceil(low / fine) * fine; at <= high && marks.length < 12; at += fine) marks.push(at);
  return html`<path class="grid" d="${marks.map((at) => `M${LEFT} ${px(y(at))}H${WIDTH - RIGHT}`).join("")}"/>${marks.map((at) => html`<text class="q" x="${LEFT - 8}" y="${px(y(at) + 4)}" text-anchor="end">${placeText(at, digits)}</text>`)}`;
}
