import type { VerdictAction } from "@safeguard/core";
import type { Amounts, BacktestResult } from "./backtest-result.ts";
import { stoppedByIncident } from "./headline.ts";
import { usersHit } from "./remarks.ts";
import { plus } from "./wording.ts";

/** What another policy would have changed, over the same file. `--compare --json` prints it. */
export interface BacktestComparison {
  readonly version: 1;
  readonly file: string;
  readonly before: ComparedPolicy;
  readonly after: ComparedPolicy;
  readonly messages: Readonly<Record<VerdictAction, Change>>;
  /** Only those that change; the largest change first. */
  readonly reasons: readonly ({ readonly reason: string; readonly action: VerdictAction } & Change)[];
  /** Messages stopped by destination; only those that change, the largest change first. */
  readonly destinations: readonly ({ readonly destination: string } & Change)[];
  /** Saved by the second less saved by the first. */
  readonly saved: { readonly before: Amounts; readonly after: Amounts; readonly change: Amounts };
  /** Real users hit, as far as the file can tell. */
  readonly usersHit: Change;
  /** Stopped though verified, in attacks that may fake that: real or faked. */
  readonly inDoubt: Change;
  /** Whether it could tell. */
  readonly verifiedMessages: number;
  readonly attacks: Change;
  /** Of those with something stopped: messages that had gone out before, summed over all. */
  readonly leakedBeforeFirstStop: Change;
}

export interface ComparedPolicy {
  readonly name: string;
  readonly falseBlockBudget: number;
  readonly detection: string;
}

export interface Change {
  readonly before: number;
  readonly after: number;
}

/** Compares two results over the same file: what the second policy does otherwise. */
export function compareResults(before: BacktestResult, after: BacktestResult): BacktestComparison {
  const change = (of: (result: BacktestResult) => number): Change => ({ before: of(before), after: of(after) });
  return {
    version: 1,
    file: after.file.name,
    before: before.policy,
    after: after.policy,
    messages: {
      allow: change(({ messages }) => messages.allow),
      hold: change(({ messages }) => messages.hold),
      challenge: change(({ messages }) => messages.challenge),
      block: change(({ messages }) => messages.block),
    },
    reasons: changed(
      [...before.reasons, ...after.reasons].map(({ reason, action }) => ({ reason, action })),
      ({ reason, action }) => `${reason} ${action}`,
      ({ reason, action }) =>
        change(({ reasons }) => reasons.find((row) => row.reason === reason && row.action === action)?.messages ?? 0),
    ),
    destinations: changed(
      [...before.destinations, ...after.destinations].map(({ destination }) => ({ destination })),
      ({ destination }) => destination,
      ({ destination }) => change((result) => stoppedIn(result, destination)),
    ),
    saved: { before: before.saved, after: after.saved, change: difference(before.saved, after.saved) },
    usersHit: change(usersHit),
    inDoubt: change(({ legitimate }) => legitimate.inDoubt),
    verifiedMessages: after.legitimate.verifiedMessages,
    attacks: change(({ incidents }) => incidents.length),
    leakedBeforeFirstStop: change(({ incidents }) =>
      incidents
        .filter(({ incident }) => stoppedByIncident(incident) > 0)
        .reduce((sum, { leakedBeforeFirstStop }) => sum + leakedBeforeFirstStop, 0),
    ),
  };
}

/** Each key once, without those that stay the same. */
function changed<Key extends object>(
  keys: readonly Key[],
  name: (key: Key) => string,
  changeOf: (key: Key) => Change,
): readonly (Key & Change)[] {
  const byName = new Map(keys.map((key) => [name(key), key]));
  return [...byName.values()]
    .map((key) => ({ ...key, ...changeOf(key) }))
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

function stoppedIn({ destinations }: BacktestResult, code: string): number {
  const stopped = destinations.find(({ destination }) => destination === code)?.stopped;
  return stopped === undefined ? 0 : stopped.block + stopped.challenge + stopped.hold;
}

function difference(before: Amounts, after: Amounts): Amounts {
  return plus(after, Object.fromEntries(Object.entries(before).map(([currency, micros]) => [currency, -micros])));
}
