import type { AccountId, Evidence, Incident } from "@safeguard/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MessageId } from "../../gateway/message-id.ts";
import type { AlertCode, JournalRecord } from "../journal-record.ts";
import { DEFAULT_RETENTION } from "../retention.ts";
import { InvalidCursor, type Store } from "../store.ts";
import { ACME, at, NOON, OTHER } from "./sample-records.ts";
import type { StoreUnderTest } from "./store-contract.ts";

const DAY = 86_400_000;
const OPERATOR = { type: "operator", name: "test" } as const;
const ALL = ["open", "acknowledged", "contained", "closed", "false_alarm"] as const;

/** What every store promises of incidents, alerts and the switches of detection. */
export function describeIncidentStore(name: string, create: () => StoreUnderTest): void {
  describe(`Store contract, incidents: ${name}`, () => {
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
      if (!place.reopens) return;
      await store.close();
      store = await place.open();
    };
    const append = (...records: JournalRecord[]): Promise<void> => store.journal.append(records);
    const saved = (number: number, changes: Partial<Incident> = {}, offset = 0): JournalRecord => ({
      type: "incident_saved",
      at: at(offset),
      incident: sampleIncident(number, changes),
    });
    async function raise(code: AlertCode, account: AccountId = ACME, offset = 0): Promise<MessageId> {
      const id = store.journal.upcomingId();
      await append({ type: "detection_alert", id, at: at(offset), account, code, sentence: `It is ${code}.` });
      return id;
    }

    test("an incident is as it was last saved, of its account only, and after another start", async () => {
      await append(saved(1), saved(2), saved(1, { account: OTHER, state: "closed" }));
      await append(saved(1, { state: "contained", lastSeenAt: at(5) }));
      await reopen();
      expect(await store.incidents.find(ACME, 1)).toEqual(
        JSON.parse(JSON.stringify(sampleIncident(1, { state: "contained", lastSeenAt: at(5) }))),
      );
      expect((await store.incidents.find(OTHER, 1))?.state).toBe("closed");
      expect(await store.incidents.find(OTHER, 2)).toBeUndefined();
    });

    test("a list has the highest number first, only the states asked for, page by page", async () => {
      await append(...Array.from({ length: 7 }, (_, index) => saved(index + 1)));
      await append(saved(3, { state: "closed" }), saved(1, { account: OTHER }));
      const numbers: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.incidents.list(ACME, ["open"], 2, cursor);
        numbers.push(...page.items.map(({ number }) => number));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(numbers).toEqual([7, 6, 5, 4, 2, 1]);
      expect((await store.incidents.list(ACME, ["closed", "false_alarm"], 10)).items).toHaveLength(1);
      expect((await store.incidents.list(ACME, ALL, 7)).next).toBeUndefined();
      await expect(store.incidents.list(ACME, ALL, 7, "x")).rejects.toThrow(InvalidCursor);
    });

    test("an alert is open until it is resolved, by its own account", async () => {
      const lockdown = await raise("lockdown");
      const missing = await raise("outcomes_missing", ACME, 1);
      const foreign = await raise("bypass", OTHER, 2);
      await append(
        { type: "alert_resolved", at: at(9), account: ACME, alert: lockdown, code: "lockdown" },
        { type: "alert_resolved", at: at(9), account: ACME, alert: foreign, code: "bypass" },
      );
      await reopen();
      const open = await store.alerts.list(ACME, { openOnly: true }, 10);
      expect(open.items).toEqual([
        {
          id: missing,
          account: ACME,
          code: "outcomes_missing",
          sentence: "It is outcomes_missing.",
          incident: undefined,
          raisedAt: at(1),
          resolvedAt: undefined,
        },
      ]);
      const all = await store.alerts.list(ACME, {}, 10);
      expect(all.items.map(({ id, resolvedAt }) => [id, resolvedAt])).toEqual([
        [missing, undefined],
        [lockdown, at(9)],
      ]);
      const first = await store.alerts.list(undefined, { openOnly: true }, 1);
      expect(first.items.map(({ id }) => id)).toEqual([foreign]);
      const second = await store.alerts.list(undefined, { openOnly: true }, 1, first.next);
      expect(second.items.map(({ id }) => id)).toEqual([missing]);
      expect(second.next).toBeUndefined();
    });

    test("lockdown and bypass are known as last said", async () => {
      const said = { at: NOON, actor: OPERATOR, account: ACME, reason: "why" } as const;
      await append(
        { ...said, type: "lockdown_set", until: at(1000) },
        { ...said, type: "bypass_set", until: at(2000) },
        { ...said, type: "lockdown_set", until: NOON, reason: "over" },
        { ...said, account: OTHER, type: "lockdown_set", until: at(3000) },
      );
      await reopen();
      expect(
        (await store.switches.all()).map(({ account, type, until, reason }) => [account, type, until, reason]),
      ).toEqual([
        [ACME, "lockdown_set", NOON, "over"],
        [ACME, "bypass_set", at(2000), "why"],
        [OTHER, "lockdown_set", at(3000), "why"],
      ]);
    });

    test("incidents and alerts go with their retention; who did what stays", async () => {
      const late = DEFAULT_RETENTION.incidents + DAY;
      await append(saved(1), saved(2));
      await append(saved(2, { state: "closed" }, late));
      await raise("lockdown");
      await append({
        type: "incident_judged",
        at: NOON,
        actor: OPERATOR,
        account: ACME,
        incident: 1,
        word: "close",
        reason: "over",
      });
      await store.retain(at(late), DEFAULT_RETENTION);
      expect(await store.incidents.find(ACME, 1)).toBeUndefined();
      expect((await store.incidents.find(ACME, 2))?.state).toBe("closed");
      expect((await store.alerts.list(ACME, {}, 10)).items).toEqual([]);
      const types: string[] = [];
      for await (const { record } of store.journal.read(1)) types.push(record.type);
      expect(types.sort()).toEqual(["incident_judged", "incident_saved"]);
    });
  });
}

const EVIDENCE: Evidence = {
  scope: { type: "block", prefix: "+99200123", size: 10_000 },
  since: NOON,
  counts: { sessions: 9, sent: 4, converted: 0, pending: 1, unanswered: 3, stopped: 5 },
  trials: 11,
  hits: 9,
  expectedShare: 1 / 2100,
  share: 17.2,
  adjacency: 1.5,
  unanswered: 6.3,
  faked: 0,
  expectedConversion: 0.55,
  total: 24,
  threshold: 12,
  credit: 0,
};

/** An open incident as the core gives it. */
export function sampleIncident(number: number, changes: Partial<Incident> = {}): Incident {
  return {
    account: ACME,
    number,
    state: "open",
    pattern: "number_block",
    openedAt: NOON,
    lastSeenAt: NOON,
    closedAt: undefined,
    destinations: ["TJ" as Incident["destinations"][number]],
    ranges: [{ scope: EVIDENCE.scope, foundAt: NOON, containment: undefined }],
    evidence: EVIDENCE,
    counts: {
      attempts: 40,
      leaked: 4,
      converted: 0,
      held: 0,
      challenged: 30,
      blocked: 6,
      wouldStop: 0,
      verified: 0,
      money: { currency: "USD", lostMicros: 800_000, savedMicros: 7_200_000, unpriced: 0 },
    },
    timeline: [{ at: NOON, type: "opened", scope: EVIDENCE.scope }],
    ...changes,
  };
}
