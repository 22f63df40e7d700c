import type { DestinationAction, PolicyDocument, PolicyException } from "@safeguard/client";
import { type Edit, isSame, withField } from "../saving/policy-edits.ts";

export type RangeRule = NonNullable<PolicyDocument["ranges"]>[number];

/** A rule for numbers that begin alike, or an exception for some. */
export type Rule =
  | { readonly type: "range"; readonly said: RangeRule }
  | { readonly type: "exception"; readonly said: PolicyException };

/** A rule as the page shows it. */
export interface RuleLine {
  readonly key: string;
  /** As it would be; of a removed one, as it is saved. */
  readonly rule: Rule;
  readonly state: "same" | "new" | "changed" | "removed";
}

/** Strictest first. */
const ACTION_ORDER: readonly DestinationAction[] = ["block", "filter", "monitor", "allow"];

/** What makes two rules one: their numbers, their channels, and whether they trust or bar. */
export function keyOf(rule: Rule): string {
  const channels = [...(rule.said.channels ?? [])].sort().join(",");
  return rule.type === "range"
    ? `range ${rule.said.prefix} ${channels}`
    : `exception ${rule.said.kind} ${rule.said.range} ${channels}`;
}

/** The digits or the range, as it is written. */
export function numbersOf({ type, said }: Rule): string {
  return type === "range" ? said.prefix : said.range;
}

export function rulesOf({ ranges = [], exceptions = [] }: PolicyDocument): readonly Rule[] {
  return [
    ...exceptions.map((said): Rule => ({ type: "exception", said })),
    ...ranges.map((said): Rule => ({ type: "range", said })),
  ];
}

/** Every rule of both documents, in the order in which they are asked. */
export function linesOf(saved: PolicyDocument, document: PolicyDocument): readonly RuleLine[] {
  const before = new Map(rulesOf(saved).map((rule) => [keyOf(rule), rule]));
  const after = new Map(rulesOf(document).map((rule) => [keyOf(rule), rule]));
  const lines = [...new Set([...before.keys(), ...after.keys()])].flatMap((key): RuleLine[] => {
    const [was, is] = [before.get(key), after.get(key)];
    const rule = is ?? was;
    if (rule === undefined) return [];
    const state = is === undefined ? "removed" : was === undefined ? "new" : isSame(was, is) ? "same" : "changed";
    return [{ key, rule, state }];
  });
  return lines.sort((a, b) => compare(a.rule, b.rule) || (a.key < b.key ? -1 : 1));
}

function compare(a: Rule, b: Rule): number {
  if (a.type !== b.type) return a.type === "exception" ? -1 : 1;
  const given = (rule: Rule): number => numbersOf(rule).replace(/x+$/, "").length;
  return given(b) - given(a) || rank(a) - rank(b);
}

function rank(rule: Rule): number {
  return rule.type === "range" ? ACTION_ORDER.indexOf(rule.said.action) : rule.said.kind === "barred" ? 0 : 1;
}

/** Puts a rule in the place of the one with this key; undefined: takes it away. */
export function ruleEdit(key: string, rule: Rule | undefined): Edit {
  return (document) => {
    const replace = <T>(all: readonly T[], wrap: (said: T) => Rule, mine: T | undefined): readonly T[] => {
      const at = all.findIndex((said) => keyOf(wrap(said)) === key);
      if (at === -1) return mine === undefined ? all : [...all, mine];
      return mine === undefined ? all.toSpliced(at, 1) : all.with(at, mine);
    };
    const { ranges = [], exceptions = [] } = document;
    const asRange = (said: RangeRule): Rule => ({ type: "range", said });
    const asException = (said: PolicyException): Rule => ({ type: "exception", said });
    return key.startsWith("range ")
      ? withField(document, "ranges", replace(ranges, asRange, rule?.type === "range" ? rule.said : undefined))
      : withField(
          document,
          "exceptions",
          replace(exceptions, asException, rule?.type === "exception" ? rule.said : undefined),
        );
  };
}

/** The change of exceptions alone, as the API takes it; undefined: something else changes, too. */
export function exceptionsChange(
  saved: PolicyDocument,
  document: PolicyDocument,
): { readonly remove: readonly string[]; readonly add: readonly PolicyException[] } | undefined {
  const others = (all: PolicyDocument) => withField(all, "exceptions", undefined);
  if (!isSame(others(saved), others(document))) return undefined;
  const of = (all: PolicyDocument, range: string) => (all.exceptions ?? []).filter((one) => one.range === range);
  const all = new Set([...(saved.exceptions ?? []), ...(document.exceptions ?? [])].map(({ range }) => range));
  const touched = [...all].filter((range) => !isSame(of(saved, range), of(document, range)));
  return { remove: touched, add: touched.flatMap((range) => of(document, range)) };
}

/** Of those that hold no more there is nothing to expect. */
export function isOver({ said }: Rule, now: number): boolean {
  return said.until !== undefined && Date.parse(said.until) <= now;
}
