import type { IncidentPictures } from "@safeguard/core";
import { count, durationText, timeText } from "../wording.ts";
import { px, roundMarks, scale, timeAxis } from "./axis.ts";
import { emptyFigure, figure, table } from "./figure.ts";
import { type Html, html } from "./html.ts";

const WIDTH = 960;
const HEIGHT = 210;
const LEFT = 60;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 28;
const TITLE = "How many, against what is usual";
const MOST_LISTED = 200;

/** Attempts per bucket of time as bars, what is usual there as a dashed line. */
export function rateChart(id: string, { rate }: IncidentPictures): Html {
  const { buckets, bucketMs, usualPerBucket } = rate;
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return emptyFigure(id, TITLE, "No attempt was counted.");
  const most = buckets.reduce((highest, bucket) => Math.max(highest, bucket.count), 0);
  const peak = buckets.find((bucket) => bucket.count === most) ?? first;
  const top = Math.max(most, usualPerBucket, 1);
  const x = scale(first.at, last.at + bucketMs, LEFT, WIDTH - RIGHT);
  const y = scale(0, top, HEIGHT - BOTTOM, TOP);
  const width = Math.max(1, x(first.at + bucketMs) - x(first.at) - 1.5);
  const bars = buckets
    .filter((bucket) => bucket.count > 0)
    .map((bucket) => `M${px(x(bucket.at))} ${px(y(0))}V${px(y(bucket.count))}h${px(width)}V${px(y(0))}z`)
    .join("");
  const marks = roundMarks(top, 4).map(
    (at) =>
      html`<path class="grid" d="M${LEFT} ${px(y(at))}H${WIDTH - RIGHT}"/><text class="q" x="${LEFT - 8}" y="${px(y(at) + 4)}" text-anchor="end">${tickText(at)}</text>`,
  );
  const usual = `usual: ${tickText(usualPerBucket)}`;
  return figure({
    id,
    title: TITLE,
    caption: `Up to ${count(most, "attempt")} in ${durationText(bucketMs)} (${timeText(peak.at)}); usually ${tickText(usualPerBucket)}.`,
    width: WIDTH,
    height: HEIGHT,
    wide: true,
    drawing: html`${marks}<path class="stopped" d="${bars}"/>${timeAxis(first.at, last.at + bucketMs, x, [LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM])}<path class="s-text dash" stroke-width="1.4" d="M${LEFT} ${px(y(usualPerBucket))}H${WIDTH - RIGHT}"/><text class="halo" x="${WIDTH - RIGHT}" y="${px(y(usualPerBucket) - 6)}" text-anchor="end">${usual}</text>`,
    table: table(
      `Attempts in ${durationText(bucketMs)} each`,
      [{ name: "From (UTC)" }, { name: "Attempts", number: true }],
      buckets
        .filter((bucket) => bucket.count > 0)
        .slice(0, MOST_LISTED)
        .map((bucket) => [timeText(bucket.at).slice(0, -4), count(bucket.count)]),
    ),
  });
}

/** `2.2`, `0.03`, `1,200`. */
function tickText(value: number): string {
  return value >= 10 || Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(2)));
}
