import { REASONS } from "@safeguard/core";
import type { AlertDue } from "../incidents/alerts-due.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { DecidedMessage } from "../store/journal-record.ts";
import type { AlertFacts } from "./alert-facts.ts";
import { alertSubject } from "./alert-subject.ts";

/** Remembered at most: a few hundred destinations of some dozens of revisions. Then the oldest may be told once more. */
const MOST_REMEMBERED = 20_000;

/** Tells the first block of a destination under each revision. */
export class FirstBlocks {
  readonly #known = new Set<string>();

  /** What was told already, by an earlier run. */
  remember(account: string, facts: AlertFacts): void {
    if (facts.code === "first_block") this.#add(`${account} ${alertSubject(facts)}`);
  }

  /** Undefined: no block by a rule for destinations, or not the first. */
  hear(decided: DecidedMessage): AlertDue | undefined {
    const { verdict, account } = decided;
    if (verdict.action !== "block" || REASONS[verdict.reason].family !== "destination") return undefined;
    const [destination = "unknown"] = decided.candidates;
    const { policy, revisions } = verdict.policy;
    const facts = {
      code: "first_block",
      destination,
      policy,
      revision: revisions[0] ?? 0,
      reason: verdict.reason,
    } as const;
    const key = `${account} ${alertSubject(facts)}`;
    if (this.#known.has(key)) return undefined;
    this.#add(key);
    const revision = facts.revision === 0 ? "the default policy" : `revision ${facts.revision} of policy ${policy}`;
    return {
      code: "first_block",
      facts,
      sentence: `The first message to ${destinationName(destination)} was blocked under ${revision} (${verdict.reason}).`,
    };
  }

  #add(key: string): void {
    for (const oldest of this.#known) {
      if (this.#known.size < MOST_REMEMBERED) break;
      this.#known.delete(oldest);
    }
    this.#known.add(key);
  }
}
