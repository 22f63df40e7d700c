import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { generator, keepOutcome, replayable, SEED, size } from "../long-form.ts";

const COMMAND = "npm run test:faults";
const RELOADS = size("RELOADS", 80, 1000);
const HANDS = 8;
const random = generator(SEED);

let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard({ countries: ["NL", "LU"], detection: "off" });
});
afterAll(() => safeguard.stop());

interface Decision {
  readonly action: string;
  readonly policy: { readonly revisions: readonly number[] };
}

it(
  `${RELOADS} policies saved under load, malformed ones among them: nothing is dropped, and each decision is its revision's`,
  { timeout: 60_000 + RELOADS * 500 },
  () =>
    replayable(COMMAND, async () => {
      /** Whether Luxembourg is blocked, by revision. The first ones are the start's. */
      const blocked = new Map<number, boolean>();
      let newest = 0;
      let ended = false;
      let malformed = 0;
      const decisions: {
        readonly askedAt: number;
        readonly answeredAt: number;
        readonly newestWhenAsked: number;
        readonly revision: number;
        readonly action: string;
      }[] = [];
      const hand = async (): Promise<void> => {
        while (!ended) {
          const askedAt = performance.now();
          const newestWhenAsked = newest;
          const { status, body } = await safeguard.api("POST", "/v1/decisions", {
            to: `+352628${String(Math.floor(random() * 1e6)).padStart(6, "0")}`,
          });
          expect([status, JSON.stringify(body)]).toEqual([201, expect.anything()]);
          const { action, policy } = body as Decision;
          decisions.push({
            askedAt,
            answeredAt: performance.now(),
            newestWhenAsked,
            revision: policy.revisions[0] ?? 0,
            action,
          });
        }
      };
      const hands = Promise.all(Array.from({ length: HANDS }, hand));
      hands.catch(() => undefined);
      const delays: number[] = [];
      let checked = 0;
      let block = false;
      for (let reload = 0; reload < RELOADS; reload++) {
        const path = "/v1/policies/default/destinations";
        if (reload % 20 === 19) {
          malformed++;
          const { status } = await safeguard.api("POST", path, { block: ["Luxemburg"], reason: 5 });
          expect(status).toBe(400);
          continue;
        }
        block = !block;
        const savedAt = performance.now();
        const { status, body } = await safeguard.api("POST", path, {
          [block ? "block" : "allow"]: ["LU"],
          reason: "reload",
        });
        expect([status, body]).toEqual([201, expect.anything()]);
        const [{ number } = { number: 0 }] = (body as { revisions: { number: number }[] }).revisions;
        blocked.set(number, block);
        newest = number;
        // Until the first decision by it was answered, from the moment that it was sent.
        while (!decisions.some(({ revision }) => revision >= number)) await sleep(1);
        const first = decisions.find(({ revision }) => revision >= number);
        if (block && first !== undefined) delays.push(first.answeredAt - savedAt);
        decisions.splice(0, Math.max(0, decisions.length - 2000)).forEach(check);
      }
      ended = true;
      await hands;
      function check({ newestWhenAsked, revision, action }: (typeof decisions)[number]): void {
        checked++;
        // What was answered as saved is in force for whatever is asked from then on.
        expect(revision).toBeGreaterThanOrEqual(newestWhenAsked);
        const rule = blocked.get(revision);
        if (rule !== undefined) expect([revision, action]).toEqual([revision, rule ? "block" : "allow"]);
      }
      decisions.forEach(check);
      delays.sort((a, b) => a - b);
      const at = (share: number): number =>
        Math.round((delays[Math.floor((delays.length - 1) * share)] ?? 0) * 10) / 10;
      expect(checked).toBeGreaterThan(RELOADS);
      keepOutcome("policy-reload", {
        title: "Policies saved under load",
        command: COMMAND,
        about:
          "A country is blocked and allowed over and over while eight clients ask. From sending the change to the answer of the first decision by it, as measured on the machine as loaded as it was; decisions asked after the change was answered were by it, all of them.",
        counts: {
          "policies saved": blocked.size,
          "malformed ones, all refused": malformed,
          "decisions under them": checked,
          "requests dropped": 0,
          "decisions that are not their revision's": 0,
          "block effective, median ms": at(0.5),
          "block effective, p99 ms": at(0.99),
          "block effective, longest ms": at(1),
        },
      });
    }),
);
