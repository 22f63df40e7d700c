import type { E164, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MessageId } from "../../gateway/message-id.ts";
import type { JournalRecord, MessageWaits, WaitEnd } from "../journal-record.ts";
import type { Store } from "../store.ts";
import { ACME, accepted, at, messageDecided, NOON, OTHER } from "./sample-records.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** What every store promises of the messages that wait to be sent, whatever it is made of. */
export function describeWaitingStore(name: string, create: () => StoreUnderTest): void {
  describe(`Waiting messages: ${name}`, () => {
    let place: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      place = create();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      place.dispose();
    });

    /** A message that was allowed and waits, with its content. */
    async function waiting(
      changes: Partial<MessageWaits> = {},
      of: Parameters<typeof messageDecided>[1] = {},
    ): Promise<MessageId> {
      const id = store.journal.upcomingId();
      const { intent: _, ...decided } = messageDecided(id, { account: changes.account ?? ACME, ...of });
      await store.journal.append([decided, waits(id, { content: `text of ${id}`, ...changes })]);
      return id;
    }
    const waits = (message: MessageId, changes: Partial<MessageWaits> = {}): MessageWaits => ({
      type: "message_waits",
      message,
      at: NOON,
      account: ACME,
      state: "queued",
      dueAt: NOON,
      expiresAt: at(600_000),
      provider: "main",
      attempts: 0,
      tries: 0,
      ...changes,
    });
    const ended = (message: MessageId, how: WaitEnd): JournalRecord => ({
      type: "wait_ended",
      message,
      at: at(5),
      account: ACME,
      how,
    });
    const main = { provider: "main", account: ACME };

    test("are listed by lane, with how many there are and when the first is due", async () => {
      await waiting({ dueAt: at(9) });
      await waiting({ dueAt: at(7) });
      await waiting({ provider: "other" });
      await waiting({ account: OTHER });
      const lanes = await store.waiting.lanes(0);
      expect(
        [...lanes].sort((a, b) => `${a.account} ${a.provider}`.localeCompare(`${b.account} ${b.provider}`)),
      ).toEqual([
        { ...main, count: 2, dueAt: at(7) },
        { provider: "other", account: ACME, count: 1, dueAt: NOON },
        { provider: "main", account: OTHER, count: 1, dueAt: NOON },
      ]);
      expect(await store.waiting.lanes(store.journal.lastSequence)).toEqual([]);
    });

    test("come in the order in which they are due, then in which they came, above a record", async () => {
      const late = await waiting({ dueAt: at(9) });
      const first = await waiting({ dueAt: at(7) });
      const upTo = store.journal.lastSequence;
      const second = await waiting({ dueAt: at(7) });
      const ids = async (above: number, limit: number) =>
        (await store.waiting.first(main, above, limit)).map(({ id }) => id);
      expect(await ids(0, 10)).toEqual([first, second, late]);
      expect(await ids(0, 2)).toEqual([first, second]);
      expect(await ids(upTo, 10)).toEqual([second]);
    });

    test("have all that was said of them last, and their content until the end of the wait", async () => {
      const id = await waiting({ state: "scheduled", uncounted: true, sendAt: at(50), dueAt: at(50) });
      expect(await store.waiting.find(ACME, id)).toMatchObject({ state: "scheduled", uncounted: true, sendAt: at(50) });
      expect(await store.waiting.find(OTHER, id)).toBeUndefined();
      const again = {
        attempts: 2,
        tries: 1,
        inDoubt: true,
        provider: "other",
        dueAt: at(70),
        heldSince: at(3),
      } as const;
      await store.journal.append([waits(id, { ...again, removedChannels: ["mms"] })]);
      expect(await store.waiting.find(ACME, id)).toEqual({
        id,
        account: ACME,
        state: "queued",
        expiresAt: at(600_000),
        uncounted: false,
        sendAt: undefined,
        ...again,
        removedChannels: ["mms"],
      });
      expect(await store.waiting.contents([id])).toEqual([`text of ${id}`]);
      await store.journal.append([ended(id, "submitted")]);
      expect(await store.waiting.find(ACME, id)).toBeUndefined();
      expect(await store.waiting.contents([id])).toEqual([undefined]);
    });

    test("are found by number, of one account, and when their time is over", async () => {
      const to = "+31687654321" as E164;
      const [mine] = [
        await waiting({ expiresAt: at(10) }, { to }),
        await waiting(),
        await waiting({ account: OTHER }, { to }),
      ];
      expect((await store.waiting.toNumber(ACME, to)).map(({ id }) => id)).toEqual([mine]);
      expect((await store.waiting.expired(at(9), 0, 10)).map(({ id }) => id)).toEqual([]);
      expect((await store.waiting.expired(at(10), 0, 10)).map(({ id }) => id)).toEqual([mine]);
    });

    test("a content stands in no record, whole or in part", async () => {
      const content = "a text that nobody else may read";
      const id = await waiting({ content });
      for await (const { record } of store.journal.read(1)) expect(JSON.stringify(record)).not.toContain(content);
      expect(await store.waiting.contents([id])).toEqual([content]);
    });

    test("a submission that was cut off says whether it had waited", async () => {
      const id = await waiting();
      const other = store.journal.upcomingId(1);
      const { verdict } = messageDecided(id);
      await store.journal.append([
        { type: "submission_intended", message: id, at: at(1), intent: { attempt: 1, provider: "main" }, verdict },
        messageDecided(other),
      ]);
      expect(await store.messages.unresolved(10)).toMatchObject([
        { id, provider: "main", attempt: 1, waiting: { id, state: "queued" } },
        { id: other, provider: "sandbox", attempt: 1, waiting: undefined },
      ]);
    });

    test("have the status of their wait, and then of its end", async () => {
      const statusAfter = async (...records: readonly ((id: MessageId) => JournalRecord)[]): Promise<string> => {
        const id = await waiting();
        for (const record of records) await store.journal.append([record(id)]);
        return (await store.messages.findById(id))?.status ?? "missing";
      };
      const intended = (id: MessageId): JournalRecord => ({
        type: "submission_intended",
        message: id,
        at: at(1),
        intent: { attempt: 1, provider: "main" },
        verdict: messageDecided(id).verdict,
      });
      const taken = (message: MessageId): JournalRecord => ({
        type: "submission_ended",
        message,
        at: at(2),
        provider: "main",
        attempt: 1,
        outcome: accepted("P"),
      });
      expect(await statusAfter()).toBe("queued");
      expect(await statusAfter((id) => waits(id, { state: "scheduled" }))).toBe("scheduled");
      expect(await statusAfter((id) => ended(id, "expired"))).toBe("expired");
      for (const how of ["canceled", "suspended", "erased"] as const)
        expect(await statusAfter((id) => ended(id, how))).toBe("canceled");
      expect(await statusAfter(intended)).toBe("submitting");
      expect(await statusAfter(intended, taken, (id) => ended(id, "submitted"))).toBe("submitted");
      expect(await statusAfter(intended, (id) => waits(id, { attempts: 1 }))).toBe("queued");
    });

    test("a store that is opened again has them and their contents, exactly those that still wait", async () => {
      if (!place.reopens) return;
      const ids: MessageId[] = [];
      for (let count = 0; count < 6; count++) ids.push(await waiting());
      const [first, second, third] = ids;
      if (first === undefined || second === undefined || third === undefined) throw new Error("unreachable");
      await store.journal.append([ended(first, "submitted"), ended(third, "canceled")]);
      await store.close();
      store = await place.open();
      const left = ids.filter((id) => id !== first && id !== third);
      expect((await store.waiting.first(main, 0, 10)).map(({ id }) => id)).toEqual(left);
      expect(await store.waiting.contents(ids)).toEqual(
        ids.map((id) => (id === first || id === third ? undefined : `text of ${id}`)),
      );
    });

    test("are those of a plain list, after every history", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ slot: fc.nat(3), end: fc.boolean(), dueAt: fc.nat(5) }), { maxLength: 12 }),
          async (steps) => {
            const account = `acc_${store.journal.lastSequence}` as typeof ACME;
            const model = new Map<number, { readonly id: MessageId; readonly dueAt: number }>();
            for (const { slot, end, dueAt } of steps) {
              const known = model.get(slot);
              const due = at(dueAt) as EpochMilliseconds;
              if (known === undefined) model.set(slot, { id: await waiting({ account, dueAt: due }), dueAt });
              else if (end) {
                await store.journal.append([ended(known.id, "expired")]);
                model.delete(slot);
              } else {
                await store.journal.append([waits(known.id, { account, dueAt: due })]);
                model.set(slot, { id: known.id, dueAt });
              }
            }
            const found = await store.waiting.first({ provider: "main", account }, 0, 100);
            const expected = [...model.values()].map(({ id, dueAt }) => `${id} ${at(dueAt)}`);
            expect(found.map(({ id, dueAt }) => `${id} ${dueAt}`).sort()).toEqual(expected.sort());
            expect(found.map(({ dueAt }) => dueAt)).toEqual(found.map(({ dueAt }) => dueAt).sort((a, b) => a - b));
            const contents = await store.waiting.contents(found.map(({ id }) => id));
            expect(contents).toEqual(found.map(({ id }) => `text of ${id}`));
          },
        ),
        { numRuns: 12 },
      );
    });
  });
}
