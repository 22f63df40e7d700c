import type { VerdictAction } from "@safeguard/core";

/** Messages and what became of them; those of `total` that are not listed were let through. */
export interface Counts {
  total: number;
  block: number;
  /** Held and never released: not sent. */
  hold: number;
  challenge: number;
}

export function noCounts(): Counts {
  return { total: 0, block: 0, hold: 0, challenge: 0 };
}

export function count(counts: Counts, action: VerdictAction): void {
  counts.total += 1;
  if (action !== "allow") counts[action] += 1;
}

export function addCounts(to: Counts, more: Counts): void {
  to.total += more.total;
  to.block += more.block;
  to.hold += more.hold;
  to.challenge += more.challenge;
}

/** What a person cannot mend: a challenge can be met. */
export function stopped({ block, hold }: Counts): number {
  return block + hold;
}

/** What the attack got. Its main phase only, but for `preparation`. */
export interface AttackResult {
  readonly counts: Counts;
  /** Price of what was let through, and of what was challenged, in US dollars. */
  readonly leakedMoney: number;
  readonly challengedMoney: number;
  readonly countries: number;
  /** Let through in the country where most were. */
  readonly leakedInWorstCountry: number;
  /** Let through while it prepared. */
  readonly preparation: number;
  /** Undefined: nothing was stopped. */
  readonly firstStop: { readonly messages: number; readonly seconds: number } | undefined;
}

/** How real people of an attacked range fare once the attack is over. */
export interface ReopeningResult {
  readonly people: number;
  readonly stopped: number;
  /** Minutes after the attack's last message until the first, and until all later ones, were let through; undefined: never. */
  readonly firstAfter: number | undefined;
  readonly openAfter: number | undefined;
}

/** One candidate in one world. */
export interface WorldResult {
  readonly scenario: string;
  readonly candidate: string;
  readonly seed: number;
  /** The attackers met every challenge. Only run apart for attackers that look at what becomes of their messages. */
  readonly botsSolve: boolean;
  /** Legitimate messages that were measured: all; by stress event (`ordinary`: none); of verified numbers. */
  readonly legitimate: Counts;
  readonly events: Readonly<Record<string, Counts>>;
  /** Without those that only the number's own limit of unanswered codes stopped: no verified number is exempt from it. */
  readonly verified: Counts;
  readonly verifiedLimited: number;
  /** In the destinations under attack, from its first message there until an hour after its last. */
  readonly attacked: Counts;
  /** Let through after a wait, and the longest wait in seconds. */
  readonly waited: number;
  readonly longestWait: number;
  readonly incidents: number;
  /** Incidents into which not one attack message was counted. */
  readonly falseIncidents: number;
  readonly attack: AttackResult | undefined;
  readonly reopening: ReopeningResult | undefined;
  /** Minutes from the last outcome (or the first message, were there none) until the candidate knew; undefined: it never did. */
  readonly outcomesMissedAfter: number | undefined;
}
