import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { AlertDue } from "../incidents/alerts-due.ts";
import type { AlertSource } from "../incidents/create-incidents.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { FAIL_MODES, type FailMode, MISSING_PARTS, type MissingPart, partOfMark } from "./fail-modes.ts";

/** A mark on a decision says that its part is missing for this long, unless another one follows. */
const MARKED_FOR_MS = 5 * 60_000;
const MOST_REMEMBERED = 10_000;

export interface MissingPartsDeps {
  /** Can the journal be written? */
  readonly writable: () => boolean;
  /** Is the clock right now out of step, or was it a moment ago? */
  /** Is what waited in a restored store held back? */
  readonly sendingHeld?: () => boolean;
  readonly clockMoved: (at: EpochMilliseconds) => boolean;
}

/** Which parts are missing, for whom, by the table. */
export interface MissingParts extends AlertSource {
  /** Notes the marks on decisions. */
  hear(record: JournalRecord): void;
  /** Why the server is not ready, in the table's words. */
  notReady(): readonly string[];
  /** Ids of the parts that are missing for anybody. */
  list(at: EpochMilliseconds): readonly MissingPart[];
}

export function createMissingParts(deps: MissingPartsDeps): MissingParts {
  /** By account and part: when a decision was marked last. */
  const marked = new Map<string, number>();

  function isMarked(account: AccountId | undefined, part: MissingPart, at: EpochMilliseconds): boolean {
    if (account !== undefined) return at - (marked.get(`${account} ${part}`) ?? -Infinity) < MARKED_FOR_MS;
    return [...marked].some(([key, last]) => key.endsWith(` ${part}`) && at - last < MARKED_FOR_MS);
  }

  function isMissing(part: MissingPart, account: AccountId | undefined, at: EpochMilliseconds): boolean {
    if (part === "journal") return !deps.writable();
    if (part === "restored") return deps.sendingHeld?.() === true;
    if (part === "clock") return deps.clockMoved(at);
    return isMarked(account, part, at);
  }

  return {
    hear(record) {
      if (record.type !== "message_decided" && record.type !== "decision_made") return;
      for (const mark of record.verdict.degraded) {
        const part = partOfMark(mark);
        if (part === undefined) continue;
        if (marked.size >= MOST_REMEMBERED) marked.clear();
        marked.set(`${record.account} ${part}`, record.at);
      }
    },
    notReady: () =>
      MISSING_PARTS.flatMap((part) => {
        const { notReady }: FailMode = FAIL_MODES[part];
        return notReady !== undefined && isMissing(part, undefined, 0 as EpochMilliseconds) ? [notReady] : [];
      }),
    list: (at) => MISSING_PARTS.filter((part) => isMissing(part, undefined, at)),
    due: (account, at) =>
      MISSING_PARTS.flatMap((part): readonly AlertDue[] => {
        const { alert, part: name, what }: FailMode = FAIL_MODES[part];
        if (alert !== "degraded" || !isMissing(part, account, at)) return [];
        return [{ code: "degraded", facts: { code: "degraded", part }, sentence: `Missing: ${name}. ${what}` }];
      }),
  };
}
