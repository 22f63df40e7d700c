import type { Awaitable } from "./tables/sql.ts";

/** A group as it is read. */
export interface GroupLines {
  readonly first: number;
  readonly last: number;
  readonly lines: readonly string[];
}

/** The journal as the tables look into it: lines by sequence number. */
export interface JournalLines {
  /** Of the last record that is on stable storage. */
  readonly lastSequence: number;
  /** One record's line; undefined: it is not there (any more). */
  line(sequence: number): Awaitable<string | undefined>;
  /** The group that holds this record or, where it was swept away, the next one; undefined: none. */
  groupFrom(sequence: number): Awaitable<GroupLines | undefined>;
  /** The first sequence number of a group whose latest record is from then or later; past the end: none is. */
  firstSince(at: number): Awaitable<number>;
}
