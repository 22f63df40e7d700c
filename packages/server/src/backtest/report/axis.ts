import { type Html, html } from "./html.ts";

/** Places values of `from` to `to` on pixels of `start` to `end`. */
export type Scale = (value: number) => number;

export function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** A tenth of a pixel is enough, and shorter. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const STEPS_OF_TIME = [
  1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000,
].map((seconds) => seconds * 1000);

/** Round times between two instants, at most `most` of them, as `04:15`, or as `11-05` where days count. */
export function timeMarks(
  from: number,
  to: number,
  most: number,
): readonly { readonly at: number; readonly text: string }[] {
  const step = STEPS_OF_TIME.find((each) => (to - from) / each <= most) ?? (to - from) / most;
  const marks: { at: number; text: string }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to && marks.length <= most; at += step) {
    const iso = new Date(at).toISOString();
    const text = step >= 86_400_000 ? iso.slice(5, 10) : step < 60_000 ? iso.slice(11, 19) : iso.slice(11, 16);
    marks.push({
      at,
      text: step < 86_400_000 && text.startsWith("00:00") && to - from > 86_400_000 ? iso.slice(5, 10) : text,
    });
  }
  return marks;
}

/** Round numbers from 0 to `most`, at least two and about `steps`. */
export function roundMarks(most: number, steps: number): readonly number[] {
  const rough = Math.max(most, Number.MIN_VALUE) / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const marks: number[] = [];
  for (let at = 0; at <= most + step * 1e-9; at += step) marks.push(at);
  return marks;
}

/** A horizontal axis of time from pixel `left` to `right`. */
export function timeAxis(
  from: number,
  to: number,
  x: Scale,
  [left, right, y]: readonly [left: number, right: number, y: number],
): Html {
  const marks = timeMarks(from, to, 6);
  return html`<path class="axis" d="M${px(left)} ${px(y)}H${px(right)}${marks.map(({ at }) => `M${px(x(at))} ${px(y)}v4`).join("")}"/>${marks.map(({ at, text }) => html`<text class="q" x="${px(x(at))}" y="${px(y + 17)}" text-anchor="middle">${text}</text>`)}`;
}
