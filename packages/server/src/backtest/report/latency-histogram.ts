import type { IncidentPictures } from "@safeguard/core";
import { count, percent, shareText } from "../wording.ts";
import { px, scale } from "./axis.ts";
import { emptyFigure, figure, table } from "./figure.ts";
import { type Html, html } from "./html.ts";

const WIDTH = 460;
const HEIGHT = 220;
const LEFT = 44;
const TOP = 30;
const BOTTOM = 38;
const TITLE = "How fast codes were entered";

/** Time from sent to completed: people are spread, programs are not. Shares of the account's other completions beside it. */
export function latencyHistogram(id: string, { latency, funnel }: IncidentPictures): Html {
  const completed = latency.reduce((sum, bin) => sum + bin.count, 0);
  if (latency.every((bin) => bin.count === 0 && bin.baselineShare === 0)) {
    return emptyFigure(id, TITLE, "No code was entered, here or elsewhere.");
  }
  const shares = latency.map((bin) => ({ ...bin, share: completed === 0 ? 0 : bin.count / completed }));
  const most = Math.max(...shares.flatMap(({ share, baselineShare }) => [share, baselineShare]));
  const y = scale(0, most, HEIGHT - BOTTOM, TOP);
  const step = (WIDTH - LEFT) / shares.length;
  const bar = Math.min(30, step * 0.38);
  const bars = shares.map(({ share, baselineShare, fromMs, toMs }, at) => {
    const left = LEFT + at * step + (step - bar * 2 - 2) / 2;
    return html`<rect class="converted" x="${px(left)}" y="${px(y(share))}" width="${px(bar)}" height="${px(y(0) - y(share))}"/><rect class="usual" x="${px(left + bar + 2)}" y="${px(y(baselineShare))}" width="${px(bar)}" height="${px(y(0) - y(baselineShare))}"/><text class="q" x="${px(LEFT + at * step)}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${edgeText(fromMs, toMs)}</text>`;
  });
  return figure({
    id,
    title: TITLE,
    caption: captionOf(shares, completed, funnel.converted > 0 || funnel.baseline.converted !== undefined),
    width: WIDTH,
    height: HEIGHT,
    drawing: html`<rect class="converted" x="${LEFT}" y="4" width="11" height="11"/><text x="${LEFT + 17}" y="14">this attack</text><rect class="usual" x="${LEFT + 100}" y="4" width="11" height="11"/><text x="${LEFT + 117}" y="14">usual</text>${shareAxis(most, y)}${bars}<text class="q" x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">seconds after sending</text>`,
    table: table(
      "Time from sent to completed",
      [
        { name: "Seconds" },
        { name: "Completions", number: true },
        { name: "Share", number: true },
        { name: "Usual", number: true },
      ],
      shares.map(({ fromMs, toMs, count: number, baselineShare }) => [
        binText(fromMs, toMs),
        count(number),
        percent(number, completed),
        shareText(baselineShare),
      ]),
    ),
  });
}

interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
  readonly baselineShare: number;
}

function captionOf(bins: readonly Bin[], completed: number, isTold: boolean): string {
  if (completed === 0 && !isTold)
    return "When codes were entered, if any were, was not reported. Grey: what people usually take.";
  if (completed === 0) return "No code of this attack was entered. Grey: how fast the account's other people are.";
  const fullest = bins.reduce((best, each) => (each.share > best.share ? each : best));
  const when = `${binText(fullest.fromMs, fullest.toMs)} s after the code was sent`;
  const usual = `of the account's other completions ${shareText(fullest.baselineShare)} do`;
  return `${shareText(fullest.share)} of ${count(completed, "completion")} came ${when}; ${usual}.`;
}

function shareAxis(most: number, y: (share: number) => number): Html {
  const marks = [0, most / 2, most];
  return html`${marks.map((at) => html`<path class="${at === 0 ? "axis" : "grid"}" d="M${LEFT} ${px(y(at))}H${WIDTH}"/><text class="q" x="${LEFT - 8}" y="${px(y(at) + 4)}" text-anchor="end">${shareText(at)}</text>`)}`;
}

/** Where a bin begins: two edges would not fit below it. */
function edgeText(fromMs: number, toMs: number): string {
  return `${Number((fromMs / 1000).toFixed(1))}${Number.isFinite(toMs) ? "" : "+"}`;
}

/** In seconds: `5–10`, `80+`. */
function binText(fromMs: number, toMs: number): string {
  const from = Number((fromMs / 1000).toFixed(1));
  return Number.isFinite(toMs) ? `${from}–${Number((toMs / 1000).toFixed(1))}` : `${from}+`;
}
