import type { Engine } from "@safeguard/core";
import type { JournalRecord, WaitEnd } from "../store/journal-record.ts";

/**
 * What a record means to what its message has reserved of its limits: spent where the message went out or may have, free
 * again where it was stopped or refused for good.
 */
export function settleLimits(engine: Pick<Engine, "release" | "settle">, record: JournalRecord): void {
  switch (record.type) {
    case "message_decided":
      // It may have reserved on one channel before another stopped it.
      if (record.verdict.action !== "allow") engine.release(record.id);
      return;
    case "message_due":
      if (record.verdict.action !== "allow") engine.release(record.message);
      return;
    case "message_stopped":
      engine.release(record.message);
      return;
    case "wait_ended":
      // (after an attempt, its outcome has said it)
      if (isUnsent(record.how)) engine.release(record.message);
      return;
    case "submission_ended":
      if (record.outcome.type !== "refused") engine.settle(record.message);
      else if (record.next !== true) engine.release(record.message);
      return;
  }
}

/** Did the wait end without an attempt that counts? What was erased may be under way: it counts as spent. */
function isUnsent(how: WaitEnd): boolean {
  return how === "expired" || how === "canceled" || how === "suspended";
}
