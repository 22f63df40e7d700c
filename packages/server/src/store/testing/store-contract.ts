import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApiKey } from "../../accounts/api-key.ts";
import type { DeliveryReport, DeliveryStatus } from "../../gateway/feedback/delivery-report.ts";
import type { MessageId } from "../../gateway/message-id.ts";
import type { SubmissionOutcome } from "../../gateway/outbound/connector.ts";
import type { Provider } from "../../gateway/outbound/provider.ts";
import type { PolicyRevision } from "../../policies/policy-revision.ts";
import type { JournalEntry } from "../journal.ts";
import type { JournalRecord, Money } from "../journal-record.ts";
import { DEFAULT_RETENTION, type Retention } from "../retention.ts";
import { InvalidCursor, type MessageView, type Store, type UsageDay } from "../store.ts";
import {
  ACME,
  accepted,
  at,
  decisionMade,
  messageBlocked,
  messageDecided,
  NOON,
  OTHER,
  sampleAccount,
  submissionEnded,
} from "./sample-records.ts";

/** A store that can be closed and opened again on what it has kept. */
export interface StoreUnderTest {
  open(): Promise<Store>;
  /** Undefined: nothing outlives a close (and the tests that need it are left out). */
  readonly reopens: boolean;
  dispose(): void;
}

type Value<A> = A extends fc.Arbitrary<infer T> ? T : never;

const OPERATOR = { type: "operator", name: "test" } as const;
const REFUSED: SubmissionOutcome = {
  type: "refused",
  kind: "recipient",
  code: "21614",
  text: "+31612345678 is not a mobile number",
  answer: undefined,
};
const IN_DOUBT: SubmissionOutcome = { type: "in_doubt", cause: "timeout", text: "no answer in 10 s" };

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Appends a message that was allowed (and what follows it), and gives its id. */
async function sent(store: Store, changes: Parameters<typeof messageDecided>[1] = {}): Promise<MessageId> {
  const id = store.journal.upcomingId();
  await store.journal.append([messageDecided(id, changes)]);
  return id;
}

function reported(message: MessageId, status: DeliveryStatus, offset: number, code?: string): JournalRecord {
  const report: DeliveryReport = {
    message,
    status,
    occurredAt: at(offset),
    code,
    text: code === undefined ? undefined : `error ${code}`,
  };
  return { type: "delivery_reported", at: at(offset + 10), report };
}

/** What every store promises, whatever it is made of. */
export function describeStore(name: string, create: () => StoreUnderTest): void {
  describe(`Store contract: ${name}`, () => {
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

    describe("the journal", () => {
      test("numbers records from 1, in the order of the appends", async () => {
        const ids = [0, 1, 2].map((offset) => store.journal.upcomingId(offset)) as [MessageId, MessageId, MessageId];
        const records = ids.map((id) => messageDecided(id));
        await Promise.all([store.journal.append(records.slice(0, 2)), store.journal.append(records.slice(2))]);
        expect(store.journal.lastSequence).toBe(3);
        const entries = await allOf(store.journal.read(1));
        expect(entries).toEqual(records.map((record, index): JournalEntry => ({ sequence: index + 1, record })));
        expect((await allOf(store.journal.read(3))).map(({ sequence }) => sequence)).toEqual([3]);
        expect(await allOf(store.journal.read(4))).toEqual([]);
      });

      test("gives back any record as it was, whatever its texts hold", async () => {
        const text = fc.string({ unit: "binary" });
        await fc.assert(
          fc.asyncProperty(text, text, async (originator, reference) => {
            const record = messageDecided(store.journal.upcomingId(), { originator, reference });
            const decision = decisionMade(store.journal.upcomingId(1), { originator });
            await store.journal.append([record, decision]);
            const [read, decided] = await allOf(store.journal.read(store.journal.lastSequence - 1));
            // JSON has no lone surrogates: they come back as written by JSON.
            expect(read?.record).toEqual(JSON.parse(JSON.stringify(record)));
            expect(decided?.record).toEqual(JSON.parse(JSON.stringify(decision)));
          }),
          { numRuns: 50 },
        );
      });

      test("is followed to whoever waits", async () => {
        const stop = new AbortController();
        const seen: number[] = [];
        const following = (async () => {
          for await (const { sequence } of store.journal.follow(1, stop.signal)) {
            seen.push(sequence);
            if (sequence === 3) stop.abort();
          }
        })();
        await sent(store);
        await sent(store);
        await sent(store);
        await following;
        expect(seen).toEqual([1, 2, 3]);
      });

      test("is whole after closing and opening again", async ({ skip }) => {
        if (!place.reopens) skip("nothing is kept");
        const first = await sent(store);
        await reopen();
        expect(store.journal.lastSequence).toBe(1);
        const second = await sent(store);
        expect(second).not.toBe(first);
        expect((await allOf(store.journal.read(1))).map(({ sequence }) => sequence)).toEqual([1, 2]);
      });
    });

    describe("configuration", () => {
      test("is what was saved last, in the order of creation", async () => {
        const acme = sampleAccount(ACME, "Acme");
        const other = sampleAccount(OTHER, "Other");
        const key: ApiKey = {
          id: "key_1",
          account: ACME,
          name: "main",
          mode: "live",
          scopes: ["messages:send"],
          secretHash: "a",
          productTokenHash: "b",
          authTokenHash: "c",
          authTokenSealed: "d",
          hint: "wxyz",
          networks: [],
          mayChoosePolicies: [],
          mayDisableRiskCheck: false,
          createdAt: NOON,
        };
        const revision: PolicyRevision = {
          account: ACME,
          policy: "default",
          number: 1,
          document: { listMode: "allow_list", exceptions: [{ range: "+31612345678", kind: "barred" }] },
          state: "draft",
          from: NOON,
          author: OPERATOR,
          reason: "first",
          createdAt: NOON,
          numberingTable: "0".repeat(64),
        };
        const provider: Provider = {
          id: "sandbox",
          kind: "sandbox",
          settings: {},
          reportToken: "token",
          createdAt: NOON,
        };
        const routes = { account: ACME, routes: [{ destination: "*", providers: ["sandbox"] }] };
        const saved = { at: NOON, actor: OPERATOR };
        await store.journal.append([
          { type: "account_saved", ...saved, account: other },
          { type: "account_saved", ...saved, account: acme },
          { type: "account_saved", ...saved, account: { ...other, name: "Renamed" } },
          { type: "key_saved", ...saved, key },
          { type: "key_saved", ...saved, key: { ...key, revokedAt: at(1) } },
          { type: "revision_saved", ...saved, revision },
          { type: "revision_saved", ...saved, revision: { ...revision, number: 2 } },
          { type: "revision_saved", ...saved, revision: { ...revision, state: "in_force" } },
          { type: "provider_saved", ...saved, provider },
          { type: "provider_saved", ...saved, provider: { ...provider, id: "gone" } },
          { type: "provider_removed", ...saved, provider: "gone" },
          { type: "routes_saved", ...saved, routes: { ...routes, routes: [] } },
          { type: "routes_saved", ...saved, routes },
        ]);
        const check = async (): Promise<void> => {
          expect(await store.accounts.all()).toEqual([{ ...other, name: "Renamed" }, acme]);
          expect(await store.keys.all()).toEqual([{ ...key, revokedAt: at(1) }]);
          expect(await store.revisions.all()).toEqual([
            { ...revision, state: "in_force" },
            { ...revision, number: 2 },
          ]);
          expect(await store.providers.all()).toEqual([provider]);
          expect(await store.routes.all()).toEqual([routes]);
        };
        await check();
        if (!place.reopens) return;
        await reopen();
        await check();
      });
    });

    describe("messages", () => {
      test("are seen as soon as their append has resolved", async () => {
        const id = store.journal.upcomingId();
        const callback = { dialect: "twilio" as const, url: "https://customer.example/status" };
        const record = messageDecided(id, { reference: "order 7", callback });
        await store.journal.append([record]);
        const expected: MessageView = {
          id,
          account: ACME,
          key: record.key,
          at: NOON,
          updatedAt: NOON,
          dialect: "twilio",
          to: record.to,
          candidates: ["NL"],
          numberType: "mobile",
          originator: "Acme",
          channels: ["sms"],
          removedChannels: [],
          purpose: "otp",
          reference: "order 7",
          callback,
          status: "submitting",
          verdict: record.verdict,
          segments: 1,
          price: { micros: 75_000, currency: "EUR" },
          provider: "sandbox",
          providerId: undefined,
          attempt: 1,
          errorCode: undefined,
          errorText: undefined,
          reportedAt: undefined,
        };
        expect(await store.messages.find(ACME, id)).toEqual(expected);
        await store.journal.append([submissionEnded(id, accepted("SM1"))]);
        const submitted = { ...expected, status: "submitted", providerId: "SM1", updatedAt: at(5) };
        expect(await store.messages.find(ACME, id)).toEqual(submitted);
        await store.journal.append([reported(id, "undelivered", 20, "30003")]);
        expect(await store.messages.findById(id)).toEqual({
          ...submitted,
          status: "undelivered",
          updatedAt: at(30),
          reportedAt: at(20),
          errorCode: "30003",
          errorText: "error 30003",
        });
      });

      test("of another account are missing, like those that never were", async () => {
        const id = await sent(store);
        expect(await store.messages.find(OTHER, id)).toBeUndefined();
        expect(await store.messages.find(ACME, store.journal.upcomingId())).toBeUndefined();
        expect(await store.messages.find(ACME, "0".repeat(32) as MessageId)).toBeUndefined();
        expect(await store.messages.find(ACME, "nonsense" as MessageId)).toBeUndefined();
      });

      test("are found by the provider's id, by the client's reference, and the latest of several", async () => {
        const to = "+31687654321" as E164;
        const first = await sent(store, { to, reference: "r" });
        const second = await sent(store, { to, reference: "r", at: at(1) });
        await sent(store, { to, reference: "r", account: OTHER });
        await store.journal.append([submissionEnded(first, accepted("P1"))]);
        expect((await store.messages.findByReference(ACME, to, "r"))?.id).toBe(second);
        expect(await store.messages.findByReference(ACME, to, "R")).toBeUndefined();
        expect(await store.messages.findByReference(ACME, "+31611111111" as E164, "r")).toBeUndefined();
        expect((await store.messages.findByProviderId("sandbox", "P1"))?.id).toBe(first);
        expect(await store.messages.findByProviderId("other", "P1")).toBeUndefined();
      });

      test("without an end are unresolved, oldest first; a stopped one is not", async () => {
        const first = await sent(store);
        const second = await sent(store);
        const third = await sent(store);
        await store.journal.append([
          submissionEnded(second, REFUSED),
          messageBlocked(store.journal.upcomingId(1)),
          {
            type: "submission_intended",
            message: second,
            at: at(9),
            intent: { attempt: 2, provider: "fallback" },
            verdict: messageDecided(second).verdict,
          },
          submissionEnded(third, IN_DOUBT),
        ]);
        expect(await store.messages.unresolved(10)).toEqual([
          { id: first, provider: "sandbox", attempt: 1 },
          { id: second, provider: "fallback", attempt: 2 },
        ]);
        expect(await store.messages.unresolved(1)).toHaveLength(1);
        expect((await store.messages.findById(third))?.status).toBe("in_doubt");
      });

      test("stopped after a refusal are stopped by the later decision, in every view of them", async () => {
        const id = await sent(store);
        const { verdict } = messageBlocked(id);
        await store.journal.append([
          submissionEnded(id, REFUSED),
          { type: "message_stopped", message: id, at: at(6), channel: "mms", verdict, answer: "reject" },
        ]);
        const view = { status: "blocked", verdict, errorCode: "21614", provider: "sandbox" };
        expect(await store.messages.findById(id)).toMatchObject(view);
        // Also when a row that was written before is written again.
        await store.journal.append([reported(id, "failed", 7)]);
        expect(await store.messages.findById(id)).toMatchObject({ status: "blocked", verdict });
        expect(await store.messages.unresolved(10)).toEqual([]);
        expect(await store.decisions.find(ACME, id)).toMatchObject({ id, at: at(6), channel: "mms", verdict });
        expect(await store.usage.days([ACME], "2026-11-22", "2026-11-22")).toMatchObject([
          { decided: 1, blocked: 1, billable: 0 },
        ]);
      });

      test("are listed newest first, page by page, each once, by any filter", async () => {
        const anyMessage = fc.record({
          at: fc.integer({ min: 0, max: 3 }).map(at),
          account: fc.constantFrom(ACME, OTHER),
          to: fc.constantFrom("+31612345678", "+31612345679") as fc.Arbitrary<E164>,
          originator: fc.constantFrom("Acme", "Shop"),
          candidates: fc.constantFrom(["NL"], ["GB"], ["GB", "GG"]),
        });
        const anyFilter = fc.record(
          {
            to: fc.constantFrom("+31612345678", "+31612345679") as fc.Arbitrary<E164>,
            originator: fc.constantFrom("Acme", "Shop"),
            destination: fc.constantFrom("NL", "GB", "unknown"),
            status: fc.constantFrom("submitting" as const, "refused" as const),
            from: fc.integer({ min: 0, max: 3 }).map(at),
            until: fc.integer({ min: 0, max: 4 }).map(at),
          },
          { requiredKeys: [] },
        );
        const made: MessageView[] = [];
        const run = async (
          messages: readonly Parameters<typeof messageDecided>[1][],
          filter: Value<typeof anyFilter>,
          limit: number,
        ): Promise<void> => {
          for (const changes of messages) {
            const id = await sent(store, changes);
            if (made.length % 3 === 0) await store.journal.append([submissionEnded(id, REFUSED)]);
            const view = await store.messages.findById(id);
            if (view !== undefined) made.push(view);
          }
          const expected = made
            .filter((view) => view.account === ACME)
            .filter(({ to }) => filter.to === undefined || to === filter.to)
            .filter(({ originator }) => filter.originator === undefined || originator === filter.originator)
            .filter(({ candidates }) => {
              const destination = candidates.length === 1 ? candidates[0] : "unknown";
              return filter.destination === undefined || destination === filter.destination;
            })
            .filter(({ status }) => filter.status === undefined || status === filter.status)
            .filter((view) => view.at >= (filter.from ?? 0) && view.at < (filter.until ?? Number.POSITIVE_INFINITY))
            .reverse()
            .sort((a, b) => b.at - a.at);
          const listed: MessageView[] = [];
          for (let cursor: string | undefined, pages = 0; pages <= expected.length; pages++) {
            const page = await store.messages.list(ACME, filter, limit, cursor);
            expect(page.items.length).toBeLessThanOrEqual(limit);
            listed.push(...page.items);
            cursor = page.next;
            if (cursor === undefined) break;
          }
          expect(listed).toEqual(expected);
        };
        await fc.assert(
          fc.asyncProperty(fc.array(anyMessage, { maxLength: 4 }), anyFilter, fc.integer({ min: 1, max: 5 }), run),
          { numRuns: 40, endOnFailure: true },
        );
      });

      test("are not listed from a cursor that was made up", async () => {
        await expect(store.messages.list(ACME, {}, 10, "made up")).rejects.toThrow(InvalidCursor);
      });
    });

    describe("decisions", () => {
      test("are found by their id, by their own account only", async () => {
        const decision = decisionMade(store.journal.upcomingId());
        const message = messageBlocked(store.journal.upcomingId(1));
        const rejected = {
          type: "message_rejected",
          id: store.journal.upcomingId(2),
          at: NOON,
          account: ACME,
          key: "key_1",
          dialect: "native",
          text: "12",
          rejection: { ok: false, code: "number_too_short", position: undefined },
        } as const;
        await store.journal.append([decision, message, rejected, submissionEnded(message.id, REFUSED)]);
        expect(await store.decisions.find(ACME, decision.id)).toEqual(decision);
        expect(await store.decisions.find(ACME, message.id)).toEqual(message);
        expect(await store.decisions.find(ACME, rejected.id)).toMatchObject({ text: "12" });
        expect(await store.decisions.find(OTHER, decision.id)).toBeUndefined();
        expect(await store.decisions.find(ACME, store.journal.upcomingId())).toBeUndefined();
        const fourth = await sent(store);
        await store.journal.append([reported(fourth, "sent", 1)]);
        expect((await store.decisions.find(ACME, fourth))?.type).toBe("message_decided");
      });
    });

    describe("usage", () => {
      test("equals a recount of the record, however it came about", async () => {
        const records: JournalRecord[] = [];
        const append = async (record: JournalRecord): Promise<void> => {
          records.push(record);
          await store.journal.append([record]);
        };
        const ids: MessageId[] = [];
        const events = fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom("sent", "blocked", "asked", "askedBlocked") },
          { weight: 5, arbitrary: fc.constantFrom("accepted", "refused", "doubted", "again", "stopped", "sentReport") },
          { weight: 3, arbitrary: fc.constantFrom("delivered", "failed", "read", "look") },
        );
        const picks = fc.record({
          event: events,
          which: fc.nat(),
          account: fc.constantFrom(ACME, OTHER),
          candidates: fc.constantFrom(["NL"], ["GB"], ["GB", "GG"]),
          at: fc.constantFrom(at(0), at(86_400_000)),
          segments: fc.integer({ min: 1, max: 3 }),
          price: fc.constantFrom<Money | undefined>(
            { micros: 75_000, currency: "EUR" },
            { micros: 10, currency: "USD" },
            undefined,
          ),
        });
        const apply = async ({ event, which, price, ...message }: Value<typeof picks>): Promise<void> => {
          const id = store.journal.upcomingId();
          const chosen = ids[which % Math.max(1, ids.length)] ?? id;
          const { verdict, ...priced } = { ...message, ...(price && { price }), verdict: undefined };
          if (price === undefined) Object.assign(priced, { price: undefined });
          switch (event) {
            case "sent":
              ids.push(id);
              return append(messageDecided(id, priced as object));
            case "blocked":
              ids.push(id);
              return append(messageBlocked(id, priced as object));
            case "asked":
              return append(
                decisionMade(id, { account: message.account, candidates: message.candidates, at: message.at }),
              );
            case "askedBlocked":
              return append(
                decisionMade(id, {
                  account: message.account,
                  candidates: message.candidates,
                  at: message.at,
                  verdict: messageBlocked(id).verdict,
                }),
              );
            case "accepted":
              return append(submissionEnded(chosen, accepted("P"), which % 9));
            case "refused":
              return append(submissionEnded(chosen, REFUSED, which % 9));
            case "doubted":
              return append(submissionEnded(chosen, IN_DOUBT, which % 9));
            case "again":
              return append({
                type: "submission_intended",
                message: chosen,
                at: at(which % 9),
                intent: { attempt: 2, provider: "fallback" },
                verdict: messageDecided(id).verdict,
              });
            case "stopped":
              return append({
                type: "message_stopped",
                message: chosen,
                at: at(which % 9),
                channel: "sms",
                verdict: messageBlocked(id).verdict,
                answer: "report",
              });
            case "sentReport":
              return append(reported(chosen, "sent", which % 9));
            case "delivered":
            case "failed":
            case "read":
              return append(reported(chosen, event, which % 9));
            default:
              // A read between the records divides them into other batches.
              await store.messages.findById(chosen);
          }
        };
        await fc.assert(
          fc.asyncProperty(fc.array(picks, { maxLength: 30 }), async (some) => {
            for (const one of some) await apply(one);
            const days = await store.usage.days([ACME, OTHER], "2026-11-22", "2026-11-23");
            expect(days).toEqual(await recount(records, async (id) => store.messages.findById(id)));
            for (const account of [ACME, OTHER]) {
              for (const until of ["2026-11-22", "2026-11-23"]) {
                const its = days.filter((line) => line.account === account && line.day <= until);
                expect(await store.usage.totals([account], "2026-11-22", until)).toEqual(
                  its.length === 0 ? [] : [{ account, ...countsOf(its) }],
                );
                const places = [...Map.groupBy(its, ({ destination }) => destination)];
                const sums = await store.usage.byDestination([account], "2026-11-22", until);
                expect(Object.fromEntries(sums.map(({ destination, ...line }) => [destination, line]))).toEqual(
                  Object.fromEntries(
                    places.map(([destination, lines]) => [
                      destination,
                      { account, ...countsOf(lines), spend: moneyOf(lines) },
                    ]),
                  ),
                );
              }
            }
          }),
          { numRuns: 25, endOnFailure: true },
        );
      });

      test("is of the accounts and days that were asked for, both days included", async () => {
        const account = "acc_third000000000000000" as AccountId;
        for (const day of [-1, 0, 1]) await sent(store, { account, at: at(day * 86_400_000) });
        await sent(store);
        const days = await store.usage.days([account], "2026-11-21", "2026-11-22");
        expect(days.map(({ day, decided }) => [day, decided])).toEqual([
          ["2026-11-21", 1],
          ["2026-11-22", 1],
        ]);
      });
    });

    describe("notices", () => {
      test("wait until they are taken or given up, the earliest first", async () => {
        const message = await sent(store);
        const notice = {
          message,
          account: ACME,
          dialect: "native" as const,
          url: "https://customer.example/hook",
          key: "key_1",
          report: { status: "delivered" as const, occurredAt: NOON, code: undefined, text: undefined },
        };
        const ids = [0, 1, 2].map((offset) => store.journal.upcomingId(offset)) as [MessageId, MessageId, MessageId];
        expect(await store.notices.nextDueAt()).toBeUndefined();
        await store.journal.append(ids.map((id, index) => ({ type: "notice_queued", id, at: at(index * 10), notice })));
        const dueIds = async (offset: number, limit = 10): Promise<readonly MessageId[]> =>
          (await store.notices.due(at(offset), limit)).map(({ id }) => id);
        expect(await store.notices.nextDueAt()).toBe(NOON);
        expect(await dueIds(-1)).toEqual([]);
        expect(await dueIds(10)).toEqual([ids[0], ids[1]]);
        expect(await dueIds(20, 1)).toEqual([ids[0]]);
        const tried = { type: "notice_attempted", at: at(20) } as const;
        await store.journal.append([
          { ...tried, id: ids[0], attempt: 1, taken: false, status: 500, nextAt: at(1000) },
          { ...tried, id: ids[1], attempt: 1, taken: true, status: 200 },
        ]);
        await store.journal.append([{ ...tried, id: ids[2], attempt: 1, taken: false, error: "gave up" }]);
        expect(await store.notices.due(at(1000), 10)).toEqual([
          { id: ids[0], at: NOON, notice: JSON.parse(JSON.stringify(notice)), attempts: 1, nextAt: at(1000) },
        ]);
        // The word on an earlier attempt, heard again, changes nothing.
        await store.journal.append([{ ...tried, id: ids[0], attempt: 1, taken: false, nextAt: at(5) }]);
        expect(await store.notices.nextDueAt()).toBe(at(1000));
      });
    });

    describe("answered requests", () => {
      test("have one answer for each account and key: the first", async () => {
        const answer = { type: "request_answered", at: NOON, account: ACME, idempotencyKey: "k" } as const;
        await store.journal.append([
          { ...answer, requestHash: "h1", status: 200, body: "{}" },
          { ...answer, requestHash: "h2", status: 500, body: "other" },
        ]);
        expect(await store.requests.find(ACME, "k")).toEqual({ requestHash: "h1", status: 200, body: "{}" });
        expect(await store.requests.find(ACME, "K")).toBeUndefined();
        expect(await store.requests.find(OTHER, "k")).toBeUndefined();
      });
    });

    describe("retention", () => {
      const day = 86_400_000;
      const retention = { ...DEFAULT_RETENTION, decisions: 30 * day, usage: 100 * day } as Retention;

      /** One record of each class, and configuration, all of one instant and in one group. */
      async function appendOfEach(offset: number): Promise<{ message: MessageId; decision: MessageId }> {
        const message = store.journal.upcomingId(0);
        const decision = store.journal.upcomingId(1);
        await store.journal.append([
          messageDecided(message, { at: at(offset), reference: "r" }),
          decisionMade(decision, { at: at(offset) }),
          {
            type: "notice_queued",
            id: store.journal.upcomingId(2),
            at: at(offset),
            notice: {
              message,
              account: ACME,
              dialect: "native",
              url: "https://customer.example",
              key: "key_1",
              report: { status: "sent", occurredAt: at(offset), code: undefined, text: undefined },
            },
          },
          {
            type: "request_answered",
            at: at(offset),
            account: ACME,
            idempotencyKey: `k${offset}`,
            requestHash: "h",
            status: 200,
            body: "{}",
          },
          { type: "account_saved", at: at(offset), actor: OPERATOR, account: sampleAccount(ACME, `Acme ${offset}`) },
        ]);
        return { message, decision };
      }
      const types = async (): Promise<string[]> =>
        (await allOf(store.journal.read(1))).map(({ record }) => record.type);

      test("takes each class when its time has come, and configuration never", async () => {
        const old = await appendOfEach(0);
        await appendOfEach(95 * day);
        const after = async (days: number) => store.retain(at(days * day + 1) as EpochMilliseconds, retention);

        expect(await after(0)).toEqual({
          requests: 0,
          notices: 0,
          decisions: 0,
          messages: 0,
          verified: 0,
          incidents: 0,
          usage: 0,
        });
        expect(await after(1)).toMatchObject({ requests: 1, decisions: 0 });
        expect(await store.requests.find(ACME, "k0")).toBeUndefined();
        expect(await store.decisions.find(ACME, old.decision)).toBeDefined();

        expect(await after(30)).toMatchObject({ requests: 0, notices: 1, decisions: 1, messages: 0 });
        expect(await store.decisions.find(ACME, old.decision)).toBeUndefined();
        expect(await store.notices.due(at(30 * day), 10)).toEqual([]);
        expect((await store.messages.find(ACME, old.message))?.reference).toBe("r");

        expect(await after(90)).toMatchObject({ messages: 1 });
        expect(await store.messages.find(ACME, old.message)).toBeUndefined();
        expect((await store.messages.list(ACME, {}, 10)).items).toHaveLength(1);
        expect(await store.usage.days([ACME], "2026-11-22", "2026-11-22")).toHaveLength(1);
        expect(await after(100 + 1)).toMatchObject({ usage: 1 });
        expect(await store.usage.days([ACME], "2026-11-22", "2026-11-22")).toEqual([]);

        expect((await types())[0]).toBe("account_saved");
        expect((await store.accounts.all())[0]?.name).toBe(`Acme ${95 * day}`);
        expect((await store.messages.unresolved(10)).length).toBe(1);
      });

      test("leaves numbering as it was, also when everything went", async () => {
        await sent(store);
        await sent(store);
        await store.retain(at(1000 * day), retention);
        expect(await types()).toEqual([]);
        expect(store.journal.lastSequence).toBe(2);
        if (place.reopens) await reopen();
        const id = await sent(store, { at: at(1000 * day) });
        expect(store.journal.lastSequence).toBe(3);
        expect((await store.messages.findById(id))?.id).toBe(id);
        expect((await allOf(store.journal.read(1))).map(({ sequence }) => sequence)).toEqual([3]);
      });

      test("goes on until all is gone, a little at a time", async () => {
        for (let i = 0; i < 60; i++) {
          await store.journal.append(
            Array.from({ length: 40 }, (_, offset) => messageDecided(store.journal.upcomingId(offset))),
          );
        }
        const last = await sent(store, { at: at(1000 * day) });
        expect(await store.retain(at(1000 * day), retention)).toMatchObject({ messages: 2400 });
        expect((await store.messages.list(ACME, {}, 10)).items.map(({ id }) => id)).toEqual([last]);
      });
    });
  });
}

function countsOf(lines: readonly UsageDay[]): Pick<UsageDay, "decided" | "blocked" | "verified"> {
  const sum = (field: "decided" | "blocked" | "verified"): number => lines.reduce((all, line) => all + line[field], 0);
  return { decided: sum("decided"), blocked: sum("blocked"), verified: sum("verified") };
}

function moneyOf(lines: readonly UsageDay[]): readonly Money[] {
  const sums = new Map<string, number>();
  for (const { currency, micros } of lines.flatMap(({ spend }) => spend)) {
    sums.set(currency, (sums.get(currency) ?? 0) + micros);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, micros]) => ({ micros, currency }));
}

/** The simple oracle: usage counted from the record, message by message. */
async function recount(
  records: readonly JournalRecord[],
  find: (id: MessageId) => Promise<MessageView | undefined>,
): Promise<readonly UsageDay[]> {
  const lines = new Map<string, { -readonly [K in keyof UsageDay]: UsageDay[K] } & { money: Map<string, number> }>();
  for (const record of records) {
    if (record.type !== "message_decided" && record.type !== "decision_made") continue;
    const destination = record.candidates.length === 1 ? (record.candidates[0] ?? "") : "unknown";
    const day = new Date(record.at).toISOString().slice(0, 10);
    const key = `${record.account} ${day} ${destination}`;
    const line = lines.get(key) ?? {
      account: record.account,
      day,
      destination,
      decided: 0,
      blocked: 0,
      billable: 0,
      billableSegments: 0,
      delivered: 0,
      verified: 0,
      spend: [],
      money: new Map<string, number>(),
    };
    lines.set(key, line);
    line.decided++;
    const status = record.type === "decision_made" ? undefined : (await find(record.id))?.status;
    // A message that was allowed may have been stopped after a refusal.
    if (status === "blocked" || record.verdict.action === "block") line.blocked++;
    if (record.type === "decision_made") continue;
    if (status === "delivered" || status === "read") line.delivered++;
    if (status === undefined || status === "blocked" || status === "submitting" || status === "refused") {
      // An attempt that began again after a doubt is not billable until it ends.
      continue;
    }
    line.billable++;
    line.billableSegments += record.segments;
    const { price } = record;
    if (price !== undefined) line.money.set(price.currency, (line.money.get(price.currency) ?? 0) + price.micros);
  }
  return [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { money, ...line }]) => ({
      ...line,
      spend: [...money].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, micros]) => ({ micros, currency })),
    }));
}
