import type { Page } from "playwright-core";

/** Times between frames in milliseconds, and what kept the page's thread for long meanwhile. */
export interface Frames {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
  /** Of a hundred frames, those that came more than 50 ms after the one before. */
  readonly latePercent: number;
  /** Tasks of more than 50 ms, in milliseconds altogether. */
  readonly longTasks: number;
}

/** Begins to watch every frame of the page. `step`: what else is done in each, as a statement of JavaScript. */
export async function watchFrames(page: Page, step = ""): Promise<() => Promise<Frames>> {
  await page.evaluate(`(() => {
    const gaps = [];
    let last, longTasks = 0, isOver = false;
    const observer = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longTasks += duration; });
    observer.observe({ type: "longtask" });
    const next = (at) => {
      if (last !== undefined) gaps.push(at - last);
      last = at;
      ${step}
      if (!isOver) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    globalThis.endFrames = () => { isOver = true; observer.disconnect(); return { gaps, longTasks }; };
  })()`);
  return async () => {
    const { gaps, longTasks } = await page.evaluate<{ readonly gaps: number[]; readonly longTasks: number }>(
      "endFrames()",
    );
    const sorted = gaps.toSorted((one, other) => one - other);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return {
      count: sorted.length,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      longest: sorted.at(-1) ?? Number.NaN,
      latePercent: (100 * sorted.filter((gap) => gap > 50).length) / Math.max(1, sorted.length),
      longTasks,
    };
  };
}
