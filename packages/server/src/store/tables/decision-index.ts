import { type DecisionFront, readDecisionFront, readDecisionNumber } from "../journal-line.ts";
import type { JournalLines } from "../journal-lines.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { searchHash } from "./message-row.ts";
import type { Awaitable, Insert, TableWrite } from "./sql.ts";

/** How far back the decisions of an account are looked through when it first asks by number. */
const LOOK_BACK_MS = 86_400_000;
/** After so long, and whole groups of records, others are let through. */
const SLICE_MS = 0.5;

// (what is looked through and what follows the journal may meet)
const INSERT_DECISION: Insert = {
  table: "decisions",
  columns: { sequence: "bigint", number_hash: "bigint", at: "bigint", allowed: "bigint" },
  key: ["sequence"],
  conflict: "DO NOTHING",
};
const INSERT_ACCOUNT: Insert = {
  table: "decision_accounts",
  columns: { account: "text" },
  key: ["account"],
  conflict: "DO NOTHING",
};

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
  readonly #journal: JournalLines;
  readonly #hash: KeyedHash;
  readonly #save: (writes: readonly TableWrite[]) => Awaitable<void>;
  /** Accounts whose decisions are indexed from now on; resolved when the earlier ones are, too. */
  readonly #accounts = new Map<string, Promise<void>>();
  #folded: IndexedDecision[] = [];

  /** `accounts`: those that are indexed already. `save` writes at once, or with what is being written. */
  constructor(
    accounts: readonly string[],
    journal: JournalLines,
    hash: KeyedHash,
    save: (writes: readonly TableWrite[]) => Awaitable<void>,
  ) {
    this.#journal = journal;
    this.#hash = hash;
    this.#save = save;
    for (const account of accounts) this.#accounts.set(account, Promise.resolve());
  }

  /** Takes in a decision's line that follows the journal. */
  fold(sequence: number, front: DecisionFront, line: string): void {
    if (!this.#accounts.has(front.account)) return;
    const to = readDecisionNumber(line);
    if (to !== undefined) this.#folded.push({ sequence, front, to });
  }

  /** What was folded, as rows. */
  *write(): Generator<TableWrite> {
    for (const decision of this.#folded) yield this.#row(decision);
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
    // What is being written now was folded before the account was known here.
    await this.#save([]);
    const last = this.#journal.lastSequence;
    const start = `=${account}\t`;
    let sliceEnd = performance.now() + SLICE_MS;
    for (let next = await this.#journal.firstSince(since); next <= last; ) {
      const group = await this.#journal.groupFrom(next);
      if (group === undefined) break;
      const found: IndexedDecision[] = [];
      for (const [index, line] of group.lines.entries()) {
        if (!line.startsWith(start)) continue;
        const front = readDecisionFront(line);
        const to = readDecisionNumber(line);
        if (front !== undefined && to !== undefined) found.push({ sequence: group.first + index, front, to });
      }
      if (found.length > 0) await this.#save(found.map((decision) => this.#row(decision)));
      next = group.last + 1;
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    await this.#save([{ statement: INSERT_ACCOUNT, parameters: [account] }]);
  }

  #row({ sequence, front, to }: IndexedDecision): TableWrite {
    const { account, at, action } = front;
    const numberHash = searchHash(this.#hash, "number", account, to);
    return { statement: INSERT_DECISION, parameters: [sequence, numberHash, at, action === "allow" ? 1 : 0] };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
