import type { DatabaseSync, StatementSync } from "node:sqlite";
import { failpoint } from "../../config/failpoint.ts";
import { type Projection, readFolded } from "../tables/projection.ts";
import type { TableWrite } from "../tables/sql.ts";
import type { JournalFile } from "./journal-file.ts";

/** The tables are brought up with the journal when so many records wait, or the first has waited so long. */
const LAG_RECORDS = 2000;
const LAG_MS = 250;
/** After so long a commit of the journal that waits is let through; looked at after so many records or rows. */
const SLICE_MS = 0.5;
const STRIDE = 16;
/** The tables' write-ahead log is folded into the database after so many rows: more would hold up the journal for longer. */
const CHECKPOINT_ROWS = 2000;
/** A commit writes some pages anew however few its rows: it counts as so many. */
const COMMIT_ROWS = 10;

/**
 * Makes the tables follow the journal, soon after it or at once. The sequence number reached is part of each transaction:
 * nothing is counted twice, and what a crash takes is projected again, so that a commit here need not wait for the disk.
 */
export class Projector {
  readonly #database: DatabaseSync;
  readonly #journal: JournalFile;
  readonly #projection: Projection;
  readonly #run: (write: TableWrite) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #setProjected: StatementSync;
  /** The sequence numbers up to which records are folded in memory, in the tables, and committed there. */
  #folded: number;
  #written: number;
  #committed: number;
  #work: Generator<void> | undefined;
  #sliceEnd = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #rowsSinceCheckpoint = 0;

  /** `run` does one write in the open transaction. `onFault` hears of errors that no reader waits for; the next reader meets them again. */
  constructor(
    database: DatabaseSync,
    journal: JournalFile,
    projection: Projection,
    run: (write: TableWrite) => void,
    onFault: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#run = run;
    this.#journal = journal;
    this.#projection = projection;
    this.#onFault = onFault;
    this.#setProjected = database.prepare("UPDATE projection SET projected_sequence = ?");
    this.#folded = this.#projected();
    this.#written = this.#folded;
    this.#committed = this.#folded;
  }

  /** Resolves when the tables are up with every record that is in the journal now. Commits are let through meanwhile. */
  async caughtUp(): Promise<void> {
    const target = this.#journal.lastSequence;
    // (what was under way may have begun its last writing before the target was there: then once more)
    while (this.#written < target) if (!this.#step()) await nextTurn();
    this.#scheduleCommit();
  }

  /** Brings the tables up with every record of the journal before it returns, and commits. */
  catchUpNow(): void {
    while (this.#written < this.#journal.lastSequence) this.#step();
    this.commit();
  }

  /** Says that records were appended (and answered): they are projected soon, a little at a time. */
  appended(): void {
    if (this.#immediate !== undefined) return;
    if (this.#journal.lastSequence - this.#folded >= LAG_RECORDS) this.#inBackground();
    else this.#scheduleCommit();
  }

  /** Ends the transaction; what was projected is then in the database file's log. */
  commit(): void {
    failpoint("before-tables-commit");
    if (this.#database.isTransaction) this.#database.exec("COMMIT");
    failpoint("after-tables-commit");
    this.#committed = this.#written;
    if (this.#rowsSinceCheckpoint >= CHECKPOINT_ROWS) this.checkpoint();
  }

  /** Puts what is committed on stable storage. */
  checkpoint(): void {
    this.#rowsSinceCheckpoint = 0;
    this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Stops work in the background, and finishes it. */
  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.catchUpNow();
  }

  #scheduleCommit(): void {
    if (
      this.#timer !== undefined ||
      (this.#written === this.#committed && this.#written === this.#journal.lastSequence)
    ) {
      return;
    }
    this.#timer = setTimeout(() => this.#inBackground(), LAG_MS);
    this.#timer.unref();
  }

  #inBackground(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate = undefined;
    try {
      if (this.#step()) {
        this.commit();
        this.#scheduleCommit();
      } else this.#immediate = setImmediate(() => this.#inBackground());
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** Does one slice of what is to be done. True: the tables are up with the journal. */
  #step(): boolean {
    try {
      this.#sliceEnd = performance.now() + SLICE_MS;
      this.#work ??= this.#advance();
      if (this.#work.next().done !== true) return false;
      this.#work = undefined;
      return true;
    } catch (error) {
      this.#startAgain();
      throw error;
    }
  }

  #sliceIsOver(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  /** After an error: back to what the database has. */
  #startAgain(): void {
    this.#work = undefined;
    this.#projection.discard();
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.#folded = this.#projected();
    this.#written = this.#folded;
  }

  #projected(): number {
    const row = this.#database.prepare("SELECT projected_sequence FROM projection").get();
    return (row as { projected_sequence: number } | undefined)?.projected_sequence ?? 0;
  }

  /** Folds and writes until the journal's end, with a pause after every slice. */
  *#advance(): Generator<void> {
    let sinceWrite = 0;
    while (this.#folded < this.#journal.lastSequence) {
      const group = this.#journal.groupFrom(this.#folded + 1);
      if (group === undefined) break;
      const { first, last, lines } = group;
      for (let index = Math.max(0, this.#folded + 1 - first); index < lines.length; index++) {
        const line = lines[index];
        if (line !== undefined && line !== "") this.#projection.fold(readFolded(first + index, line));
        this.#folded = first + index;
        if (++sinceWrite % STRIDE === 0 && this.#sliceIsOver()) yield;
      }
      this.#folded = last;
      if (sinceWrite >= LAG_RECORDS) {
        yield* this.#write();
        // Under load that never pauses there is no other end of a transaction.
        this.commit();
        sinceWrite = 0;
      }
    }
    yield* this.#write();
  }

  /** Leaves nothing folded behind: rows, usage and the sequence number are in the transaction. */
  *#write(): Generator<void> {
    if (!this.#database.isTransaction) this.#database.exec("BEGIN");
    let rows = 0;
    for (const write of this.#projection.write()) {
      this.#run(write);
      if (++rows % STRIDE === 0 && this.#sliceIsOver()) yield;
    }
    this.#setProjected.run(this.#folded);
    this.#written = this.#folded;
    this.#rowsSinceCheckpoint += Math.max(rows, COMMIT_ROWS);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
