import { type DigitAutomaton, decodeDigitAutomaton, valueAfter } from "./digit-automaton.ts";
import type { Destination, E164 } from "./e164.ts";
import { FORMER_PLANS } from "./former-plans.generated.ts";
import { NUMBERING_TABLE } from "./plan.generated.ts";
import { decodeReadings, type NumberReading, type Reading } from "./reading.ts";
import type { NumberRejection } from "./recipient.ts";

/** What an older table said of a number. */
export interface FormerReading extends NumberReading {
  /** Set when it was no number then; its candidates are all destinations of its calling code, which nobody chose among. */
  readonly rejected: NumberRejection | undefined;
}

/** A set of numbers that two tables read differently. */
export interface TableChange {
  /** `+`, then for each place a digit, a class such as `[2-46]`, or `x` for any digit. */
  readonly numbers: string;
  readonly from: FormerReading;
  readonly to: NumberReading;
}

/** An older table as it is shipped: only where it differs from the current one. */
export interface FormerPlan {
  readonly table: string;
  /** Value 1 + n: line n of `changes`. */
  readonly automaton: string;
  /** `reading>reading` a line, old and new, as {@link decodeReadings} reads them; an old rejection is `code:candidates`. */
  readonly changes: string;
}

/**
 * What the table with this hash said of the number, where it differs from what the current one says in destination, type
 * or validity; undefined where it does not. A rule that was written under an older table holds for both readings, so that
 * a new table never lets pass what the old one stopped.
 */
export function formerReading(e164: E164, table: string): FormerReading | undefined | "unknown_table" {
  if (table === NUMBERING_TABLE) return undefined;
  const changes = changesSince(table);
  return changes === undefined ? "unknown_table" : changes.readingOf(e164);
}

/** The destinations that {@link formerReading} names, where they differ from the current ones; otherwise none. */
export function formerDestinations(e164: E164, table: string): readonly Destination[] | "unknown_table" {
  if (table === NUMBERING_TABLE) return NONE;
  const changes = changesSince(table);
  return changes === undefined ? "unknown_table" : changes.destinationsOf(e164);
}

/** Every set of numbers that the current table reads differently from the one with this hash. */
export function tableChanges(table: string): readonly TableChange[] | "unknown_table" {
  if (table === NUMBERING_TABLE) return [];
  return changesSince(table)?.list() ?? "unknown_table";
}

const NONE: readonly Destination[] = Object.freeze([]);
const KNOWN: Map<string, PlanChanges> = new Map();

function changesSince(table: string): PlanChanges | undefined {
  const known = KNOWN.get(table);
  if (known !== undefined) return known;
  const plan = FORMER_PLANS.find((former) => former.table === table);
  if (plan === undefined) return undefined;
  const changes = new PlanChanges(plan);
  KNOWN.set(table, changes);
  return changes;
}

/** A {@link FormerPlan}, decoded. */
export class PlanChanges {
  readonly #automaton: DigitAutomaton;
  readonly #from: readonly FormerReading[];
  readonly #to: readonly Reading[];
  readonly #destinations: readonly (readonly Destination[])[];

  constructor(plan: FormerPlan) {
    const pairs = plan.changes.split("\n").map((line) => line.split(">"));
    this.#automaton = decodeDigitAutomaton(plan.automaton);
    this.#to = decodeReadings(pairs.map(([, to = ""]) => to).join("\n"));
    const from = decodeReadings(pairs.map(([was = ""]) => was.slice(was.indexOf(":") + 1)).join("\n"));
    this.#from = from.map((reading, value) => {
      const was = pairs[value - 1]?.[0] ?? "";
      const rejected = was.includes(":") ? (was.slice(0, was.indexOf(":")) as NumberRejection) : undefined;
      return { candidates: reading.candidates, twin: reading.twin, type: reading.type, valid: reading.valid, rejected };
    });
    this.#destinations = this.#from.map(({ candidates }, value) =>
      candidates.join() === this.#to[value]?.candidates.join() ? NONE : candidates,
    );
  }

  readingOf(e164: E164): FormerReading | undefined {
    const value = valueAfter(this.#automaton, e164.slice(1));
    return value === 0 ? undefined : this.#from[value];
  }

  destinationsOf(e164: E164): readonly Destination[] {
    const value = valueAfter(this.#automaton, e164.slice(1));
    return value === 0 ? NONE : (this.#destinations[value] ?? NONE);
  }

  list(): readonly TableChange[] {
    const { start, targets, values } = this.#automaton;
    const found: TableChange[] = [];
    const visit = (state: number, numbers: string): void => {
      const value = values[state] ?? 0;
      const from = this.#from[value];
      const to = this.#to[value];
      if (value !== 0 && from !== undefined && to !== undefined) {
        found.push({
          numbers,
          from,
          to: { candidates: to.candidates, twin: to.twin, type: to.type, valid: to.valid },
        });
      }
      const digitsTo = new Map<number, number[]>();
      for (let digit = 0; digit < 10; digit += 1) {
        const target = targets[(state << 4) | digit] ?? 0;
        if (target !== 0) digitsTo.set(target, [...(digitsTo.get(target) ?? []), digit]);
      }
      for (const [target, digits] of digitsTo) visit(target, numbers + digitClass(digits));
    };
    visit(start, "+");
    return found;
  }
}

/** `x` for all ten digits, the digit itself for one, else a class with runs: `[0-35]`. */
function digitClass(digits: readonly number[]): string {
  if (digits.length === 10) return "x";
  if (digits.length === 1) return String(digits[0]);
  let text = "";
  for (let at = 0; at < digits.length; at += 1) {
    const first = digits[at] ?? 0;
    while ((digits[at + 1] ?? -1) === (digits[at] ?? 0) + 1) at += 1;
    const last = digits[at] ?? 0;
    text += last === first ? `${first}` : last === first + 1 ? `${first}${last}` : `${first}-${last}`;
  }
  return `[${text}]`;
}
