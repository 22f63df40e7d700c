import type { AttemptMark, IncidentPictures } from "@safeguard/core";
import { px } from "./axis.ts";
import { type Html, html } from "./html.ts";

export const MARKS = ["leaked", "converted", "stopped", "verified"] as const satisfies readonly AttemptMark[];

export const MARK_NAMES: Readonly<Record<AttemptMark, string>> = {
  leaked: "Went out, unanswered",
  converted: "Went out, completed",
  stopped: "Stopped",
  verified: "Verified numbers, passed",
};

/** Numbers that a masked picture does not tell apart. */
const MASKED_GROUP = 10;

/** Pictures in which the numbers of verified people, who are real, stand only to within ten. */
export function masked(pictures: IncidentPictures): IncidentPictures {
  const ticks = pictures.line.ticks.map((tick) =>
    tick.mark === "verified"
      ? { ...tick, offset: (Math.floor(tick.offset / MASKED_GROUP) + 0.5) * MASKED_GROUP }
      : tick,
  );
  return { ...pictures, line: { ...pictures.line, ticks } };
}

/** Many points as one path, each mark with a shape of its own: a picture of thousands stays small. */
export function points(mark: AttemptMark, places: readonly (readonly [x: number, y: number])[]): Html | undefined {
  if (places.length === 0) return undefined;
  const at = ([x, y]: readonly [number, number], shape: string): string => `M${px(x)} ${px(y)}${shape}`;
  switch (mark) {
    case "leaked":
      return html`<path class="leaked" d="${places.map((place) => at(place, "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0")).join("")}"/>`;
    case "converted":
      return html`<path class="converted" d="${places.map((place) => at(place, "m0-5l5 9h-10z")).join("")}"/>`;
    case "stopped":
      return html`<path class="s-stopped" stroke-width="1.2" d="${places.map((place) => at(place, "m-2-2l4 4m0-4l-4 4")).join("")}"/>`;
    case "verified":
      return html`<path class="o-verified" stroke-width="1.6" d="${places.map((place) => at(place, "m-3.5-3.5h7v7h-7z")).join("")}"/>`;
  }
}

/** Which shape is what: only those that are there. */
export function legend(present: readonly AttemptMark[], x: number, y: number): Html {
  let left = x;
  const entries: Html[] = [];
  for (const mark of present) {
    entries.push(
      html`${points(mark, [[left + 6, y - 4]])}<text x="${px(left + 17)}" y="${px(y)}">${MARK_NAMES[mark]}</text>`,
    );
    left += 34 + MARK_NAMES[mark].length * 6.4;
  }
  return html`${entries}`;
}
