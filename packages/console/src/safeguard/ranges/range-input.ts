/** What a person may be writing: a rule for a prefix, or an exception. */
export type RangeUse = "range" | "trusted" | "barred";

export interface RangeInput {
  /** As the policy has it; undefined: it is none yet. */
  readonly range: string | undefined;
  /** Key of what is wrong, below `ranges.problem`; undefined: nothing. */
  readonly problem: "prefix" | "number" | "trustedFree" | "barredFree" | undefined;
  /** Digits that are free, of an exception. */
  readonly free: number;
}

const PREFIX = /^\+[1-9]\d{0,14}$/;
const NUMBERS = /^\+(?=.{7,15}$)[1-9]\d*x*$/;
const MOST_FREE = { trusted: 3, barred: 5 } as const;

/** Reads `0031 653-12`, `+31 6 5312 34xx`: spaces and the like are nothing, `00` is `+`. */
export function readRangeInput(text: string, use: RangeUse): RangeInput {
  const written = text
    .replaceAll(/[\s.()/-]/g, "")
    .replaceAll(/[X*•]/g, "x")
    .replace(/^00/, "+")
    .replace(/^(?=[1-9])/, "+");
  const free = written.length - written.replace(/x+$/, "").length;
  const wrong = (problem: RangeInput["problem"]): RangeInput => ({ range: undefined, problem, free });
  if (written === "") return wrong(undefined);
  if (use === "range") return PREFIX.test(written) ? { range: written, problem: undefined, free: 0 } : wrong("prefix");
  if (!NUMBERS.test(written)) return wrong("number");
  if (free > MOST_FREE[use]) return wrong(`${use}Free`);
  return { range: written, problem: undefined, free };
}

const ENDS_OF = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;

/** How long a rule may stand. */
export const RULE_ENDS = ["open", "hour", "day", "week", "month", "at"] as const;
export type RuleEnd = (typeof RULE_ENDS)[number];

/** undefined: it has no end. */
export function endOf(end: RuleEnd, at: string, now: number): string | undefined {
  if (end === "open") return undefined;
  if (end !== "at") return new Date(now + ENDS_OF[end]).toISOString();
  const chosen = Date.parse(at);
  return Number.isNaN(chosen) ? undefined : new Date(chosen).toISOString();
}

/** An instant as a field for local time has it. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
