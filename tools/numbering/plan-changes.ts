/** What has changed between two numbering tables, as the core needs it: where a number is read differently, and how. */
import { type DigitAutomaton, decodeDigitAutomaton } from "../../packages/core/src/numbering/digit-automaton.ts";
import type { FormerPlan } from "../../packages/core/src/numbering/former-tables.ts";
import { DigitDag } from "./digit-dag.ts";

/** A compiled plan as text: what a later build needs of it. */
export interface PlanText {
  /** Its hash. */
  readonly table: string;
  readonly automaton: string;
  readonly readings: string;
  /** Destinations by calling code, without twins. */
  readonly callingCodes: Readonly<Record<string, readonly string[]>>;
}

/** The differences of `former` from `current`, for numbers that `current` takes. */
export function changesBetween(former: PlanText, current: PlanText): FormerPlan {
  const old = decoded(former);
  const now = decoded(current);
  const dag = new DigitDag();
  const changes = new Map<string, number>();

  /** The change at two states that the same digits lead to, below a calling code; 0: none. */
  const changeAt = (oldState: number, newState: number, code: string): number => {
    const to = now.reading(newState);
    const was = old.reading(oldState);
    if (isRejected(to) || essence(was) === essence(to)) return 0;
    const candidates = former.callingCodes[code];
    // With a calling code that did not exist there was nothing to allow or block.
    if (isRejected(was) && candidates === undefined) return 0;
    const from = isRejected(was) ? `${was.slice(0, was.indexOf(","))}:${candidates?.join(" ")},,${UNKNOWN},` : was;
    const change = `${from}>${to}`;
    const known = changes.get(change) ?? changes.size + 1;
    changes.set(change, known);
    return known;
  };

  const compare = (code: string): ((oldState: number, newState: number) => number) => {
    const compared = new Map<number, number>();
    const visit = (oldState: number, newState: number): number => {
      if (newState === 0) return 0;
      const key = oldState * 0x10000 + newState;
      const known = compared.get(key);
      if (known !== undefined) return known;
      const targets = DIGITS.map((digit) => visit(old.target(oldState, digit), now.target(newState, digit)));
      const node = dag.node(changeAt(oldState, newState, code), targets);
      compared.set(key, node);
      return node;
    };
    return visit;
  };
  const codes = Object.keys(current.callingCodes);
  const below = (prefix: string, oldState: number, newState: number): number => {
    if (codes.includes(prefix)) return compare(prefix)(oldState, newState);
    if (!codes.some((code) => code.startsWith(prefix))) return 0;
    return dag.node(
      0,
      DIGITS.map((digit) => below(`${prefix}${digit}`, old.target(oldState, digit), now.target(newState, digit))),
    );
  };
  const root = below("", old.automaton.start, now.automaton.start);
  return { table: former.table, automaton: dag.encode(root), changes: [...changes.keys()].join("\n") };
}

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
/** The index of the number type `unknown`. */
const UNKNOWN = 11;

interface DecodedPlan {
  readonly automaton: DigitAutomaton;
  target(state: number, digit: number): number;
  reading(state: number): string;
}

function decoded(plan: PlanText): DecodedPlan {
  const automaton = decodeDigitAutomaton(plan.automaton);
  const readings = ["number_too_long,", ...plan.readings.split("\n")];
  return {
    automaton,
    target: (state, digit) => automaton.targets[(state << 4) | digit] ?? 0,
    reading: (state) => readings[automaton.values[state] ?? 0] ?? "",
  };
}

function isRejected(reading: string): boolean {
  return reading.startsWith("number_");
}

/** What rules ask for: destinations, type and validity; not the twin, nor how a national prefix is found. */
function essence(reading: string): string {
  if (isRejected(reading)) return "";
  const [candidates, , type, flags] = reading.split(",");
  return `${candidates},${type},${flags?.includes("v")}`;
}
