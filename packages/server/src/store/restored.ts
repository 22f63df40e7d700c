import type { EpochMilliseconds } from "@safeguard/core";

/**
 * How it shows that a store was put back or copied. `backup`: by `safeguard restore`. `copied`: it stands in another place than
 * when it was opened last. `older`: it had come further when it was open last.
 */
export const RESTORED_BY = ["backup", "copied", "older"] as const;
export type RestoredBy = (typeof RESTORED_BY)[number];

/** A store that goes on from a state that was left behind, or beside another that does: what waited in it may be sent already. */
export interface Restored {
  readonly by: RestoredBy;
  /** When that was seen first. */
  readonly at: EpochMilliseconds;
  /** The last record that it had then: what waits since before it is not sent. */
  readonly upTo: number;
}

/** What is known outside of the database of where it stands and how far it had come. */
export interface SeenPlace {
  /** Names the place. */
  readonly place: string;
  /** Names this opening. */
  readonly run: string;
  /** `safeguard restore` has put it here. */
  readonly fromBackup: boolean;
  /** Undefined: nothing is noted beside it. `runs`: one of them was the last opening; empty: whichever. */
  readonly noted: { readonly runs: readonly string[]; readonly sequence: number } | undefined;
}

/** What the database itself says of its last opening. */
export interface KnownPlace {
  readonly place: string | null;
  readonly run: string | null;
  readonly lastSequence: number;
}

/** Undefined: it goes on from where it was left, in the place where it was left. */
export function restoredBy(known: KnownPlace, seen: SeenPlace): RestoredBy | undefined {
  if (seen.fromBackup) return "backup";
  const { noted } = seen;
  if (noted !== undefined) {
    if (noted.sequence > known.lastSequence) return "older";
    if (known.run !== null && noted.runs.length > 0 && !noted.runs.includes(known.run)) return "older";
  }
  // (null: a version that noted no place has opened it last)
  return known.place !== null && known.place !== seen.place ? "copied" : undefined;
}
