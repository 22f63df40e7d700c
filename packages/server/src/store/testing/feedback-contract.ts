import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OutcomeKind } from "../../gateway/feedback/outcome.ts";
import type { MessageId } from "../../gateway/message-id.ts";
import type { ImportedNumber, JournalRecord, OutcomeReported } from "../journal-record.ts";
import { DEFAULT_RETENTION } from "../retention.ts";
import type { OutcomeReference, Store, VerifiedNumber } from "../store.ts";
import {
  ACME,
  at,
  decisionMade,
  messageBlocked,
  messageDecided,
  NOON,
  OTHER,
  sampleVerdict,
} from "./sample-records.ts";
import type { StoreUnderTest } from "./store-contract.ts";

const HOUR = 3_600_000;
const DAY = 86_400_000;
const TODAY = Math.floor(NOON / DAY);
const JANE = "+31612345678" as E164;
const JOHN = "+31687654321" as E164;
const UNKNOWN_ID = "0".repeat(32) as MessageId;
const OPERATOR = { type: "operator", name: "test" } as const;

/** What every store promises of outcomes and verified numbers. */
export function describeFeedbackStore(name: string, create: () => StoreUnderTest): void {
  describe(`Store contract, feedback: ${name}`, () => {
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
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };
    const append = (...records: JournalRecord[]): Promise<void> => store.journal.append(records);

    async function message(changes: Parameters<typeof messageDecided>[1] = {}, blocked = false): Promise<MessageId> {
      const id = store.journal.upcomingId();
      await append(blocked ? messageBlocked(id, changes) : messageDecided(id, changes));
      return id;
    }
    async function decision(changes: Parameters<typeof decisionMade>[1] = {}): Promise<MessageId> {
      const id = store.journal.upcomingId();
      await append(decisionMade(id, changes));
      return id;
    }
    function outcome(id: MessageId, kind: OutcomeKind, changes: Partial<OutcomeReported> = {}): OutcomeReported {
      return {
        type: "outcome_reported",
        at: at(60_000),
        account: ACME,
        key: "key_1",
        kind,
        message: id,
        of: "message",
        to: JANE,
        destination: "NL",
        purpose: "otp",
        sentAt: NOON,
        occurredAt: at(30_000),
        ...changes,
      };
    }
    const imported = (numbers: readonly ImportedNumber[], account: AccountId = ACME): JournalRecord => ({
      type: "verified_imported",
      at: NOON,
      actor: OPERATOR,
      account,
      numbers,
    });
    const everyNumber = async (account: AccountId): Promise<VerifiedNumber[]> => {
      const all: VerifiedNumber[] = [];
      for await (const number of store.verified.all(account)) all.push(number);
      return all.sort((a, b) => (a.to < b.to ? -1 : 1));
    };
    const span = (to: E164, from = -24 * HOUR, until = 0): OutcomeReference => ({
      to,
      from: at(from),
      until: at(until),
    });
    const subject = async (reference: OutcomeReference, account: AccountId = ACME) =>
      (await store.outcomes.subjects(account, [reference], NOON))[0];

    describe("what an outcome is said of", () => {
      test("is found by id: messages and decisions, in the order asked for", async () => {
        const sent = await message({ purpose: "notification" });
        const asked = await decision({ to: JOHN, at: at(5), candidates: ["NO", "SJ"] });
        const facts = { account: ACME, known: [] };
        expect(await store.outcomes.subjects(ACME, [{ id: asked }, { id: UNKNOWN_ID }, { id: sent }], NOON)).toEqual([
          { ...facts, id: asked, of: "decision", to: JOHN, purpose: "otp", sentAt: at(5), destination: "unknown" },
          undefined,
          { ...facts, id: sent, of: "message", to: JANE, purpose: "notification", sentAt: NOON, destination: "NL" },
        ]);
      });

      test("is nothing of another account, and nothing that was no number", async () => {
        const sent = await message();
        const rejected = store.journal.upcomingId();
        await append({
          type: "message_rejected",
          id: rejected,
          at: NOON,
          account: ACME,
          key: "key_1",
          dialect: "native",
          text: "hello",
          rejection: { ok: false, code: "number_character", position: 0 },
        });
        expect(await subject({ id: sent }, OTHER)).toBeUndefined();
        expect(await subject(span(JANE), OTHER)).toBeUndefined();
        expect(await subject({ id: rejected })).toBeUndefined();
        expect(await subject({ id: "msg_hello" as MessageId })).toBeUndefined();
      });

      test("is found by number: the latest in the span, whether it was sent or only decided", async () => {
        await message({ at: at(-3 * HOUR) });
        const early = await decision({ at: at(-2 * HOUR) });
        const late = await message({ at: at(-1 * HOUR) });
        await message({ at: at(-1), to: JOHN });
        expect((await subject(span(JANE)))?.id).toBe(late);
        expect((await subject(span(JANE, -24 * HOUR, -1 * HOUR - 1)))?.id).toBe(early);
        expect((await subject(span(JANE, -2 * HOUR, -2 * HOUR)))?.id).toBe(early);
        expect(await subject(span(JANE, -1 * HOUR + 1, 0))).toBeUndefined();
        // What comes after the first such question is found as well.
        const latest = await decision({ at: at(-5) });
        expect((await subject(span(JANE)))?.id).toBe(latest);
      });

      test("is rather what was let through than what was stopped later", async () => {
        const stopped = await message({ at: at(-5) }, true);
        expect((await subject(span(JANE)))?.id).toBe(stopped);
        const sent = await decision({ at: at(-10) });
        await decision({ at: at(-1), verdict: sampleVerdict("block") });
        expect((await subject(span(JANE)))?.id).toBe(sent);
      });

      test("is found by number after a restart, too", async ({ skip }) => {
        if (!place.reopens) skip("nothing is kept");
        const before = await decision({ at: at(-5) });
        await reopen();
        expect((await subject(span(JANE)))?.id).toBe(before);
        const between = await decision({ at: at(-4) });
        await reopen();
        expect((await subject(span(JANE)))?.id).toBe(between);
        const after = await decision({ at: at(-3) });
        expect((await subject(span(JANE)))?.id).toBe(after);
      });

      test("by number, is what the record says: the simple oracle", async () => {
        const numbers = [JANE, JOHN] as const;
        const step = fc.record({
          kind: fc.constantFrom("message", "decision"),
          to: fc.constantFrom(...numbers),
          account: fc.constantFrom(ACME, OTHER),
          blocked: fc.boolean(),
          ask: fc.boolean(),
        });
        let clock = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
            const made: { id: MessageId; to: E164; account: AccountId; blocked: boolean; time: number }[] = [];
            // Each run has days of its own.
            clock += 3 * DAY;
            const start = clock;
            for (const [n, { kind, to, account, blocked, ask }] of steps.entries()) {
              const time = start + n * HOUR;
              const changes = { to, account, at: at(time), verdict: sampleVerdict(blocked ? "block" : "allow") };
              const id = await (kind === "message" ? message(changes, blocked) : decision(changes));
              made.push({ id, to, account, blocked, time });
              if (!ask) continue;
              const from = time - 6 * HOUR;
              const best = made
                .filter((one) => one.to === to && one.account === ACME && one.time >= from && one.time <= time)
                .sort((a, b) => Number(a.blocked) - Number(b.blocked) || b.time - a.time)[0];
              const found = await store.outcomes.subjects(ACME, [span(to, from, time)], at(time));
              expect(found[0]?.id).toBe(best?.id);
            }
          }),
          { numRuns: 15 },
        );
      });

      test("knows what was said of it, also by its provider", async () => {
        const [sent, asked] = [await message(), await decision()];
        await append(outcome(sent, "verified"), outcome(asked, "banned", { of: "decision", to: JOHN }));
        await append(outcome(sent, "verified"), outcome(sent, "activity"));
        expect((await subject({ id: sent }))?.known).toEqual(["verified", "activity"]);
        expect((await subject({ id: asked }))?.known).toEqual(["banned"]);
        const report = { message: sent, status: "read", occurredAt: NOON, code: undefined, text: undefined } as const;
        await append({ type: "delivery_reported", at: NOON, report });
        expect((await subject({ id: sent }))?.known).toEqual(["delivered", "verified", "activity"]);
      });
    });

    describe("a verified number", () => {
      test("has a first and a last day, whatever the order in which they are told", async () => {
        const id = await message();
        for (const days of [-3, -9, 0]) {
          await append(outcome(id, "verified", { occurredAt: at(days * DAY) }));
        }
        expect(await store.verified.find(ACME, JANE)).toEqual({
          to: JANE,
          firstDay: TODAY - 9,
          lastDay: TODAY,
          banned: false,
        });
        expect(await store.verified.find(OTHER, JANE)).toBeUndefined();
        expect(await store.verified.find(ACME, JOHN)).toBeUndefined();
      });

      test("is made by verifications alone, among outcomes", async () => {
        const id = await message();
        await append(outcome(id, "delivered"), outcome(id, "failed"), outcome(id, "activity"));
        // As older versions wrote it: still read, without a number in it.
        const claim = { type: "verification_reported", outcome: "confirmed", occurredAt: NOON } as const;
        await append({ ...claim, at: NOON, account: ACME, key: "key_1", message: id });
        expect(await store.verified.count(ACME)).toBe(0);
      });

      test("counts on the day of its message, whenever it was verified", async () => {
        const sent = await message();
        const asked = await decision({ to: JOHN, at: at(DAY) });
        await append(
          outcome(sent, "delivered"),
          outcome(sent, "verified", { occurredAt: at(2 * DAY) }),
          outcome(asked, "verified", { of: "decision", to: JOHN, sentAt: at(DAY), occurredAt: at(2 * DAY) }),
          outcome(await message(), "failed"),
        );
        const days = await store.usage.days([ACME], "2026-11-01", "2026-12-31");
        expect(days.map(({ day, decided, verified }) => [day, decided, verified])).toEqual([
          ["2026-11-22", 2, 1],
          ["2026-11-23", 1, 1],
        ]);
      });

      test("is banned for good, until it is removed", async () => {
        const id = await message();
        await append(outcome(id, "verified"), outcome(id, "banned"), outcome(id, "verified", { occurredAt: at(DAY) }));
        expect(await store.verified.find(ACME, JANE)).toMatchObject({ banned: true, lastDay: TODAY + 1 });
        expect(await store.verified.count(ACME)).toBe(0);
        expect(await store.verified.summary(ACME)).toMatchObject({ count: 0, banned: 1, destinations: [] });
        await append({ type: "verified_removed", at: NOON, actor: OPERATOR, account: ACME, to: JANE });
        expect(await store.verified.find(ACME, JANE)).toBeUndefined();
        await append(outcome(id, "verified"));
        expect(await store.verified.count(ACME)).toBe(1);
      });

      test("may be imported, thousands at a time", async () => {
        const numbers = Array.from({ length: 4100 }, (_, index) => ({
          to: `+316${String(10_000_000 + index * 7)}` as E164,
          destination: index % 4 === 0 ? "BE" : "NL",
          firstDay: TODAY - 10 - (index % 5),
          lastDay: TODAY - (index % 3),
        }));
        await append(imported(numbers), imported(numbers.slice(0, 10), OTHER));
        expect(await everyNumber(ACME)).toEqual(
          numbers.map(({ destination: _, ...number }) => ({ ...number, banned: false })),
        );
        expect(await store.verified.summary(ACME)).toEqual({
          count: 4100,
          banned: 0,
          firstDay: TODAY - 14,
          lastDay: TODAY,
          destinations: [
            { destination: "NL", count: 3075 },
            { destination: "BE", count: 1025 },
          ],
        });
        expect(await store.verified.count(OTHER)).toBe(10);
        expect(await store.verified.summary("acc_none" as AccountId)).toMatchObject({ count: 0, firstDay: undefined });
      });

      test("is seen as soon as its append has resolved, also while thousands before it are being written", async () => {
        const piece = (n: number) =>
          Array.from({ length: 1000 }, (_, index) => ({
            to: `+316${String(10_000_000 + n * 1000 + index)}` as E164,
            destination: "NL",
            firstDay: TODAY,
            lastDay: TODAY,
          }));
        for (let round = 1; round <= 4; round++) {
          // A reading that is under way when the last piece comes must not end before it.
          const first = append(imported(piece(4 * round)), imported(piece(4 * round + 1)));
          const early = first.then(() => store.verified.count(ACME));
          await first;
          await new Promise((resolve) => setTimeout(resolve, 3 * round));
          await append(imported(piece(4 * round + 2)), imported(piece(4 * round + 3)));
          expect(await store.verified.count(ACME)).toBe(4000 * round);
          expect(await early).toBeGreaterThanOrEqual(4000 * (round - 1) + 2000);
        }
      });

      test("goes with the day after its retention, and comes back as a new one", async () => {
        const last = (days: number) => ({
          to: days === 0 ? JANE : JOHN,
          destination: "NL",
          firstDay: 0,
          lastDay: days,
        });
        const limit = DEFAULT_RETENTION.verified / DAY;
        await append(imported([last(0), last(1)]));
        const after = (days: number) => store.retain((days * DAY) as EpochMilliseconds);
        expect(await after(limit)).toMatchObject({ verified: 0 });
        expect(await after(limit + 1)).toMatchObject({ verified: 1 });
        expect((await everyNumber(ACME)).map(({ to }) => to)).toEqual([JOHN]);
        await append(outcome(await message(), "verified"));
        expect(await store.verified.find(ACME, JANE)).toMatchObject({ firstDay: TODAY });
      });

      test("outlives a restart", async ({ skip }) => {
        if (!place.reopens) skip("nothing is kept");
        await append(outcome(await message(), "verified"));
        await reopen();
        expect(await store.verified.find(ACME, JANE)).toMatchObject({ firstDay: TODAY });
      });

      test("is what the records say in their order: the simple oracle", async () => {
        const numbers = [JANE, JOHN, "+32470123456"] as const;
        const step = fc.record({
          act: fc.constantFrom("verified", "banned", "import", "remove", "read"),
          to: fc.constantFrom(...numbers.map((to) => to as E164)),
          account: fc.constantFrom(ACME, OTHER),
          day: fc.integer({ min: TODAY - 20, max: TODAY }),
          length: fc.nat(10),
        });
        const id = await message();
        const known = new Map<string, VerifiedNumber>();
        const save = (account: AccountId, to: E164, firstDay: number, lastDay: number, banned: boolean): void => {
          const before = known.get(`${account} ${to}`) ?? { to, firstDay, lastDay, banned };
          known.set(`${account} ${to}`, {
            to,
            firstDay: Math.min(before.firstDay, firstDay),
            lastDay: Math.max(before.lastDay, lastDay),
            banned: before.banned || banned,
          });
        };
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
            for (const { act, to, account, day, length } of steps) {
              if (act === "verified" || act === "banned") {
                const occurredAt = (day * DAY + HOUR) as EpochMilliseconds;
                await append(outcome(id, act, { to, account, occurredAt }));
                save(account, to, day, day, act === "banned");
              } else if (act === "import") {
                await append(imported([{ to, destination: "NL", firstDay: day, lastDay: day + length }], account));
                save(account, to, day, day + length, false);
              } else if (act === "remove") {
                await append({ type: "verified_removed", at: NOON, actor: OPERATOR, account, to });
                known.delete(`${account} ${to}`);
              } else {
                expect(await store.verified.find(account, to)).toEqual(known.get(`${account} ${to}`));
              }
            }
            const expected = [...known].filter(([key]) => key.startsWith(ACME)).map(([, number]) => number);
            expect(await everyNumber(ACME)).toEqual(expected.sort((a, b) => (a.to < b.to ? -1 : 1)));
            expect(await store.verified.count(ACME)).toBe(expected.filter(({ banned }) => !banned).length);
          }),
          { numRuns: 25 },
        );
      });
    });

    test("what is known of outcomes goes with the message", async () => {
      await append(outcome(await message(), "verified"));
      await decision();
      await subject(span(JANE));
      await store.retain((NOON + DEFAULT_RETENTION.messages + DAY) as EpochMilliseconds);
      expect(await subject(span(JANE))).toBeUndefined();
      const types: string[] = [];
      for await (const { record } of store.journal.read(1)) types.push(record.type);
      expect(types).toEqual([]);
      expect(await store.verified.count(ACME)).toBe(1);
    });
  });
}
