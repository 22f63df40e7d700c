import type { EpochMilliseconds } from "@safeguard/core";
import { expect, it } from "vitest";
import { statusAfter } from "../../src/gateway/feedback/delivery-order.ts";
import { DELIVERY_STATUSES, type DeliveryReport } from "../../src/gateway/feedback/delivery-report.ts";
import type { MessageId } from "../../src/gateway/message-id.ts";
import {
  joinIntent,
  joinOutcome,
  joinReport,
  type MessageProgress,
  messageStatus,
} from "../../src/store/message-progress.ts";
import { keepOutcome } from "../long-form.ts";

const MOST = 7;
/** One report of each kind; a sequence may have any of them more than once. */
const REPORTS = DELIVERY_STATUSES.map(
  (status, index): DeliveryReport => ({
    message: "0".repeat(32) as MessageId,
    status,
    occurredAt: (1_795_348_800_000 + ((index * 7) % 5) * 1000) as EpochMilliseconds,
    code: status === "failed" || status === "undelivered" ? `3000${index}` : undefined,
    text: undefined,
  }),
);
const DECIDED: MessageProgress = {
  decision: "allowed",
  submission: undefined,
  report: undefined,
  reportedAt: undefined,
};
const SUBMITTED = joinIntent(DECIDED, { attempt: 1, provider: "p" });

it(`all orders of up to ${MOST} delivery reports, with duplicates, end in one state`, () => {
  /** By which reports came, whatever the order and however often. */
  const ends = new Map<number, string>();
  let orders = 0;
  const follow = (
    progress: MessageProgress,
    status: ReturnType<typeof messageStatus>,
    came: number,
    left: number,
  ): void => {
    orders++;
    const end = JSON.stringify(progress);
    const known = ends.get(came);
    if (known === undefined) ends.set(came, end);
    else if (known !== end) expect(end).toBe(known);
    // What a customer is told beforehand is what the record will say.
    if (messageStatus(progress) !== status) expect(status).toBe(messageStatus(progress));
    if (left === 0) return;
    for (const [index, report] of REPORTS.entries()) {
      const view = { status, reportedAt: progress.report?.occurredAt };
      follow(joinReport(progress, report), statusAfter(view, report), came | (1 << index), left - 1);
    }
  };
  follow(SUBMITTED, "submitting", 0, MOST);
  expect(orders).toBe(Array.from({ length: MOST + 1 }, (_, length) => 5 ** length).reduce((sum, one) => sum + one));
  expect(ends.size).toBe(2 ** REPORTS.length);
  keepOutcome("report-orders", {
    title: "Orders of delivery reports",
    command: "npm run test:faults",
    about:
      "Every sequence of up to seven delivery reports of five kinds: the state depends on which came, not on order or repetition.",
    counts: { sequences: orders, "sets of reports": ends.size, "sets with more than one end": 0 },
  });
});

it("the provider's own answer may come anywhere among them", () => {
  const steps = [
    (progress: MessageProgress) => joinOutcome(progress, "p", 1, { type: "in_doubt", cause: "timeout", text: "" }),
    (progress: MessageProgress) =>
      joinOutcome(progress, "p", 1, { type: "accepted", providerId: "1", answer: undefined }),
    ...REPORTS.map((report) => (progress: MessageProgress) => joinReport(progress, report)),
  ];
  const ends = new Map<number, string>();
  const follow = (progress: MessageProgress, came: number, left: number): void => {
    const end = JSON.stringify(progress);
    expect(ends.get(came) ?? end).toBe(end);
    ends.set(came, end);
    if (left > 0) for (const [index, step] of steps.entries()) follow(step(progress), came | (1 << index), left - 1);
  };
  follow(SUBMITTED, 0, 5);
  expect(ends.size).toBeGreaterThan(100);
});

it("a record in which the last report wins would be caught", () => {
  const ends = new Map<number, Set<string>>();
  const follow = (status: string, came: number, left: number): void => {
    ends.set(came, (ends.get(came) ?? new Set()).add(status));
    if (left > 0) for (const [index, report] of REPORTS.entries()) follow(report.status, came | (1 << index), left - 1);
  };
  follow("submitting", 0, 3);
  expect([...ends.values()].some((states) => states.size > 1)).toBe(true);
});
