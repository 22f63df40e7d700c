import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DecisionFront, readDecisionFront, readDecisionNumber } from "../journal-line.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import type { JournalFile } from "./journal-file.ts";
import { searchHash } from "./message-row.ts";

/** How far back the decisions of an account are looked through when it first asks by number. */
const LOOK_BACK_MS = 86_400_000;
/** After so long, and whole groups of records, others are let through. */
const SLICE_MS = 0.5;

interface IndexedDecision {
  readonly sequence: number;
  readonly front: DecisionFront;
  readonly to: string;
}

/**
 * Finds decisions without a message by number. Most accounts never ask for that, and a row costs as much as the rest of the
 * decision, so it is kept for an account only once it has asked; the first time, its latest decisions are looked through.
 */
export class DecisionIndex {
  readonly #database: DatabaseSync;
  readonly #journal: JournalFile;
  readonly #hash: KeyedHash;
  readonly #insert: StatementSync;
  readonly #insertAccount: StatementSync;
  /** Accounts whose decisions are indexed from now on; resolved when the earlier ones are, too. */
  readonly #accounts = new Map<string, Promise<void>>();
  #folded: IndexedDecision[] = [];

  constructor(database: DatabaseSync, journal: JournalFile, hash: KeyedHash) {
    this.#database = database;
    this.#journal = journal;
    this.#hash = hash;
    // (what is looked through and what follows the journal may meet)
    this.#insert = database.prepare(`
      INSERT INTO decisions (sequence, number_hash, at, allowed) VALUES (?, ?, ?, ?)
      ON CONFLICT (sequence) DO NOTHING`);
    this.#insertAccount = database.prepare(
      "INSERT INTO decision_accounts (account) VALUES (?) ON CONFLICT (account) DO NOTHING",
    );
    for (const { account } of database.prepare("SELECT account FROM decision_accounts").all()) {
      this.#accounts.set(String(account), Promise.resolve());
    }
  }

  /** Takes in a decision's line that follows the journal. */
  fold(sequence: number, front: DecisionFront, line: string): void {
    if (!this.#accounts.has(front.account)) return;
    const to = readDecisionNumber(line);
    if (to !== undefined) this.#folded.push({ sequence, front, to });
  }

  /** Writes what was folded, row by row, with a pause after each; the caller's transaction is open. */
  *write(): Generator<void> {
    for (const decision of this.#folded) {
      this.#save(decision);
      yield;
    }
  }

  discard(): void {
    this.#folded = [];
  }

  /** Resolves when the account's decisions up to the journal's present end are indexed, or will be with the next writing. */
  include(account: string, now: number): Promise<void> {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const included = this.#lookThrough(account, now - LOOK_BACK_MS);
    this.#accounts.set(account, included);
    included.catch(() => this.#accounts.delete(account));
    return included;
  }

  async #lookThrough(account: string, since: number): Promise<void> {
    const last = this.#journal.lastSequence;
    const start = `=${account}\t`;
    let sliceEnd = performance.now() + SLICE_MS;
    for (let next = this.#journal.firstSince(since); next <= last; ) {
      const group = this.#journal.groupFrom(next);
      if (group === undefined) break;
      const found: IndexedDecision[] = [];
      for (const [index, line] of group.lines.entries()) {
        if (!line.startsWith(start)) continue;
        const front = readDecisionFront(line);
        const to = readDecisionNumber(line);
        if (front !== undefined && to !== undefined) found.push({ sequence: group.first + index, front, to });
      }
      this.#saveAll(found);
      next = group.last + 1;
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    this.#insertAccount.run(account);
  }

  /** Joins a transaction that the projector has open, or makes its own. */
  #saveAll(decisions: readonly IndexedDecision[]): void {
    if (decisions.length === 0) return;
    const own = !this.#database.isTransaction;
    if (own) this.#database.exec("BEGIN");
    for (const decision of decisions) this.#save(decision);
    if (own) this.#database.exec("COMMIT");
  }

  #save({ sequence, front, to }: IndexedDecision): void {
    const { account, at, action } = front;
    this.#insert.run(sequence, searchHash(this.#hash, "number", account, to), at, action === "allow" ? 1 : 0);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
