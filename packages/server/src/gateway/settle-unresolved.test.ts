import type { EpochMilliseconds } from "@safeguard/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { openMemoryStore } from "../store/testing/memory-store.ts";
import {
  ACME,
  accepted,
  at,
  messageBlocked,
  messageDecided,
  submissionEnded,
} from "../store/testing/sample-records.ts";
import type { MessageId } from "./message-id.ts";
import { settleUnresolved } from "./settle-unresolved.ts";

let store: Store;
beforeEach(async () => {
  store = await openMemoryStore();
});
afterEach(() => store.close());

async function decided(count: number): Promise<MessageId[]> {
  const ids = Array.from({ length: count }, (_, offset) => store.journal.upcomingId(offset));
  await store.journal.append(ids.map((id) => messageDecided(id)));
  return ids;
}

async function recordsFrom(sequence: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const { record } of store.journal.read(sequence)) records.push(record);
  return records;
}

const START = at(60_000) as EpochMilliseconds;

describe("a start after a crash", () => {
  it("puts in doubt what was begun and never ended, and nothing else", async () => {
    const [open, done, second] = (await decided(3)) as [MessageId, MessageId, MessageId];
    const blocked = store.journal.upcomingId(2);
    const again = { attempt: 2, provider: "fallback" };
    const refused = { type: "refused", kind: "blocked", code: "x", text: "", answer: undefined } as const;
    await store.journal.append([
      submissionEnded(done, accepted("P1")),
      submissionEnded(second, refused),
      messageBlocked(blocked),
      {
        type: "submission_intended",
        message: second,
        at: at(9),
        intent: again,
        verdict: messageDecided(second).verdict,
      },
    ]);
    const before = store.journal.lastSequence;
    expect(await settleUnresolved(store, START)).toBe(2);
    const doubt = { type: "submission_ended", at: START, outcome: { type: "in_doubt", cause: "restart" } };
    expect(await recordsFrom(before + 1)).toMatchObject([
      { ...doubt, message: open, provider: "sandbox", attempt: 1 },
      { ...doubt, message: second, provider: "fallback", attempt: 2 },
    ]);
    const statusOf = async (id: MessageId) => (await store.messages.findById(id))?.status;
    expect(await Promise.all([open, done, second, blocked].map(statusOf))).toEqual([
      "in_doubt",
      "submitted",
      "in_doubt",
      "blocked",
    ]);
    const { items } = await store.messages.list(ACME, { status: "in_doubt" }, 10);
    expect(items.map(({ id }) => id).sort()).toEqual([open, second].sort());
  });

  it("does nothing the second time", async () => {
    await decided(2);
    expect(await settleUnresolved(store, START)).toBe(2);
    const { lastSequence } = store.journal;
    expect(await settleUnresolved(store, START)).toBe(0);
    expect(store.journal.lastSequence).toBe(lastSequence);
  });

  it("settles more than one read brings", async () => {
    await decided(10_050);
    expect(await settleUnresolved(store, START)).toBe(10_050);
    expect(await store.messages.unresolved(1)).toEqual([]);
  });

  it("counts what is in doubt as spent", async () => {
    await decided(1);
    await settleUnresolved(store, START);
    expect(await store.usage.days([ACME], "2026-11-22", "2026-11-22")).toMatchObject([{ decided: 1, billable: 1 }]);
  });
});
