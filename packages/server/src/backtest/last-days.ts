import type { Traffic } from "./traffic-file/open-traffic.ts";

const DAY_MS = 86_400_000;

export interface LastDays extends Traffic {
  /** Rows before them. */
  readonly leftOut: () => number;
}

/** The last so many days of a file, counted back from its latest row. What the survey says is of the whole file. */
export function lastDays(traffic: Traffic, days: number): LastDays {
  const from = (traffic.survey.lastTime ?? 0) - days * DAY_MS;
  let leftOut = 0;
  return {
    ...traffic,
    leftOut: () => leftOut,
    async *batches() {
      leftOut = 0;
      for await (const rows of traffic.batches()) {
        const late = rows.filter((row) => row.time > from);
        leftOut += rows.length - late.length;
        yield late;
      }
    },
  };
}
