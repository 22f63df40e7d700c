import type { Ceiling, CeilingSubject, LimitSettings, PolicyDocument } from "@safeguard/client";
import { type Edit, isSame, withField } from "../saving/policy-edits.ts";

export const SUBJECTS: readonly CeilingSubject[] = [
  "account",
  "each_account",
  "destination",
  "recipient",
  "range",
  "originator",
  "end_user_address",
  "key",
  "duplicate",
];
/** Those whose past the server can tell: addresses, keys and texts are not kept with messages. */
export const FITTING_SUBJECTS: readonly CeilingSubject[] = [
  "account",
  "destination",
  "recipient",
  "range",
  "originator",
];
export const WINDOWS = ["second", "minute", "10 minutes", "hour", "day", "week", "month"] as const;
const UNITS = ["second", "minute", "hour", "day", "week", "month"] as const;

/** A ceiling as the page shows it. */
export interface CeilingLine {
  readonly name: string;
  /** As it would be; of a removed one, as it is saved. */
  readonly ceiling: Ceiling;
  readonly state: "same" | "new" | "changed" | "removed";
}

export function ceilingLines(saved: PolicyDocument, document: PolicyDocument): readonly CeilingLine[] {
  const before = new Map((saved.limits?.ceilings ?? []).map((one) => [one.name, one]));
  const after = new Map((document.limits?.ceilings ?? []).map((one) => [one.name, one]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): CeilingLine[] => {
    const [was, is] = [before.get(name), after.get(name)];
    const ceiling = is ?? was;
    if (ceiling === undefined) return [];
    const state = is === undefined ? "removed" : was === undefined ? "new" : isSame(was, is) ? "same" : "changed";
    return [{ name, ceiling, state }];
  });
}

/** One field of the limits anew; undefined: it is not said any more. */
export function limitsEdit<F extends keyof LimitSettings>(field: F, value: LimitSettings[F] | undefined): Edit {
  return (document) => withField(document, "limits", withField(document.limits ?? {}, field, value));
}

/** Puts a ceiling in the place of the one of this name; undefined: takes it away. */
export function ceilingEdit(name: string, ceiling: Ceiling | undefined): Edit {
  return (document) => {
    const all = document.limits?.ceilings ?? [];
    const at = all.findIndex((one) => one.name === name);
    const changed =
      ceiling === undefined
        ? all.filter((one) => one.name !== name)
        : at === -1
          ? [...all, ceiling]
          : all.with(at, ceiling);
    return limitsEdit("ceilings", changed)(document);
  };
}

/** The change of limits alone, as the API takes it: what is said anew, and null for what goes. */
export function limitsChange(saved: PolicyDocument, document: PolicyDocument): Readonly<Record<string, unknown>> {
  const fields = ["ceilings", "maximumPrice", "unanswered", "whenPriceUnknown"] as const;
  const changed = fields.filter((field) => !isSame(saved.limits?.[field], document.limits?.[field]));
  return Object.fromEntries(changed.map((field) => [field, document.limits?.[field] ?? null]));
}

/** `10 minutes` as a number of a unit; undefined: it is no window. */
export function windowParts(
  window: string,
): { readonly count: number; readonly unit: (typeof UNITS)[number] } | undefined {
  const [, count, word] = /^(?:([1-9]\d{0,4}) )?([a-z]+?)s?$/.exec(window) ?? [];
  const unit = UNITS.find((one) => one === word);
  if (unit === undefined || (count === undefined && window !== unit)) return undefined;
  return { count: Number(count ?? 1), unit };
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
export const KEY_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

export function isCeilingName(name: string): boolean {
  return NAME.test(name);
}

/** A name that is free: what it counts by and its window. */
export function freeName(per: CeilingSubject, window: string, taken: ReadonlySet<string>): string {
  const base = `${per}-${window}`.replaceAll(/[^a-z0-9]+/g, "-").slice(0, 36);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
