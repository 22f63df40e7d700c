import type { PolicyDocument } from "./policy-document.ts";

/** `draft`: holds nothing yet. `pending_approval`: waits for a second person. `in_force`: decides within its window. */
export type RevisionState = "draft" | "pending_approval" | "in_force";

/** One numbered saying of a policy, as far as it decides. */
export interface Revision {
  readonly number: number;
  readonly state: RevisionState;
  /** In force from here on (inclusive) … */
  readonly from: number;
  /** … until here (exclusive). Infinity: no end. */
  readonly until: number;
  readonly document: PolicyDocument;
  readonly numberingTable: string;
}

/** A stretch of time in which the same revisions decide: `from` inclusive, `until` exclusive. */
export interface Window {
  from: number;
  until: number;
}

/** All revisions of one policy of one account. */
export class RevisionHistory {
  /** The highest number first. */
  readonly #revisions: Revision[] = [];

  /** Adds a revision, or replaces the one with its number (its state or end has changed). */
  put(revision: Revision): void {
    const at = this.#revisions.findIndex((other) => other.number <= revision.number);
    if (at === -1) this.#revisions.push(revision);
    else this.#revisions.splice(at, this.#revisions[at]?.number === revision.number ? 1 : 0, revision);
  }

  /** The lowest number first. */
  list(): readonly Revision[] {
    return this.#revisions.toReversed();
  }

  /** Of those in force whose window holds the instant, the highest number. Narrows `window` to where that stays so. */
  inForceAt(at: number, window: Window): Revision | undefined {
    for (const revision of this.#revisions) {
      if (revision.state !== "in_force" || revision.until <= revision.from) continue;
      if (revision.from > at) window.until = Math.min(window.until, revision.from);
      else if (revision.until <= at) window.from = Math.max(window.from, revision.until);
      else {
        window.from = Math.max(window.from, revision.from);
        window.until = Math.min(window.until, revision.until);
        return revision;
      }
    }
    return undefined;
  }
}
