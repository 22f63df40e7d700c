import type { EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DELIVERY_STATUSES, type DeliveryReport } from "../gateway/feedback/delivery-report.ts";
import type { SubmissionOutcome } from "../gateway/outbound/connector.ts";
import {
  joinIntent,
  joinOutcome,
  joinReport,
  joinWait,
  joinWaitEnd,
  type MessageDecision,
  type MessageProgress,
  messageFault,
  messageStatus,
} from "./message-progress.ts";

type Report = Omit<DeliveryReport, "message">;

const ACCEPTED: SubmissionOutcome = { type: "accepted", providerId: "SM1", answer: undefined };
const REFUSED: SubmissionOutcome = { type: "refused", kind: "recipient", code: "21614", text: "no", answer: undefined };
const IN_DOUBT: SubmissionOutcome = { type: "in_doubt", cause: "timeout", text: "no answer in 10 s" };

function decided(decision: MessageDecision): MessageProgress {
  return { decision, submission: undefined, report: undefined, reportedAt: undefined };
}

const submitting = joinIntent(decided("allowed"), { attempt: 1, provider: "p" });
const ended = (outcome: SubmissionOutcome) => joinOutcome(submitting, "p", 1, outcome);

function report(status: Report["status"], occurredAt = 1000, code?: string): Report {
  return { status, occurredAt: occurredAt as EpochMilliseconds, code, text: undefined };
}

const reports: fc.Arbitrary<Report> = fc.record({
  status: fc.constantFrom(...DELIVERY_STATUSES),
  occurredAt: fc.integer({ min: 0, max: 5 }) as unknown as fc.Arbitrary<EpochMilliseconds>,
  code: fc.constantFrom(undefined, "1", "2"),
  text: fc.constantFrom(undefined, "absent", "barred"),
});

describe("The status of a message", () => {
  test("follows decision, submission and delivery", () => {
    expect(messageStatus(submitting)).toBe("submitting");
    expect(messageStatus(ended(ACCEPTED))).toBe("submitted");
    expect(messageStatus(ended(REFUSED))).toBe("refused");
    expect(messageStatus(ended(IN_DOUBT))).toBe("in_doubt");
    expect(messageStatus(joinReport(ended(ACCEPTED), report("delivered")))).toBe("delivered");
  });

  test.each(["blocked", "held", "challenged"] as const)("%s stays, whatever is reported of it", (decision) => {
    expect(messageStatus(joinReport(decided(decision), report("failed")))).toBe(decision);
  });

  test("delivered stays delivered, and read comes after it", () => {
    const delivered = joinReport(ended(ACCEPTED), report("delivered", 1000));
    for (const late of ["sent", "failed", "undelivered"] as const) {
      expect(messageStatus(joinReport(delivered, report(late, 2000)))).toBe("delivered");
    }
    expect(messageStatus(joinReport(delivered, report("read", 2000)))).toBe("read");
  });

  test("a report resolves a doubt and overrules a refusal", () => {
    expect(messageStatus(joinReport(ended(IN_DOUBT), report("undelivered")))).toBe("undelivered");
    expect(messageStatus(joinReport(ended(REFUSED), report("delivered")))).toBe("delivered");
  });

  test("a report that overtakes the provider's answer is not taken back by it", () => {
    const early = joinReport(submitting, report("delivered"));
    const after = joinOutcome(early, "p", 1, ACCEPTED);
    expect(messageStatus(after)).toBe("delivered");
    expect(after.submission?.providerId).toBe("SM1");
  });

  test("a further attempt replaces a refused one, and a late word on the old one changes nothing", () => {
    const second = joinIntent(ended(REFUSED), { attempt: 2, provider: "q" });
    expect(messageStatus(second)).toBe("submitting");
    expect(joinOutcome(second, "p", 1, ACCEPTED)).toEqual(second);
    expect(messageStatus(joinOutcome(second, "q", 2, ACCEPTED))).toBe("submitted");
  });

  test("what is in doubt may become known; what is known does not fall into doubt", () => {
    expect(messageStatus(joinOutcome(ended(IN_DOUBT), "p", 1, ACCEPTED))).toBe("submitted");
    expect(messageStatus(joinOutcome(ended(ACCEPTED), "p", 1, IN_DOUBT))).toBe("submitted");
    expect(messageStatus(joinOutcome(ended(ACCEPTED), "p", 1, REFUSED))).toBe("submitted");
  });
});

describe("A wait that ends without a further attempt", () => {
  test.each(["canceled", "erased", "suspended", "expired"] as const)("%s: what is in doubt stays in doubt", (how) => {
    expect(messageStatus(joinWaitEnd(joinWait(ended(IN_DOUBT), "queued"), how))).toBe("in_doubt");
    expect(messageStatus(joinWaitEnd(joinWait(ended(REFUSED), "queued"), how))).toBe(
      how === "expired" ? "expired" : "canceled",
    );
  });
});

describe("The fault of a message", () => {
  test("is the refusal's, or the failed delivery's; a delivered one has none", () => {
    expect(messageFault(ended(REFUSED))).toEqual({ code: "21614", text: "no" });
    expect(messageFault(ended(IN_DOUBT))?.code).toBe("timeout");
    expect(messageFault(joinReport(ended(ACCEPTED), report("undelivered", 1, "30003")))?.code).toBe("30003");
    expect(messageFault(joinReport(ended(REFUSED), report("delivered")))).toBeUndefined();
  });
});

describe("Reports", () => {
  test("in any order, with any repetition, come to one state", () => {
    const shuffled = fc
      .array(reports, { minLength: 1, maxLength: 6 })
      .chain((some) =>
        fc.tuple(
          fc.constant(some),
          fc.shuffledSubarray(some, { minLength: some.length }),
          fc.array(fc.constantFrom(...some), { maxLength: 4 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([some, again, repeated]) => {
        const one = some.reduce(joinReport, ended(ACCEPTED));
        expect([...again, ...repeated].reduce(joinReport, ended(ACCEPTED))).toEqual(one);
      }),
      { numRuns: 2000 },
    );
  });

  test("and the provider's answer come to one state, whichever is first", () => {
    const outcome = fc.constantFrom(ACCEPTED, REFUSED, IN_DOUBT);
    fc.assert(
      fc.property(fc.array(reports, { maxLength: 5 }), fc.nat(5), outcome, (some, position, answer) => {
        const last = joinOutcome(some.reduce(joinReport, submitting), "p", 1, answer);
        const early = some.slice(0, position).reduce(joinReport, submitting);
        expect(some.slice(position).reduce(joinReport, joinOutcome(early, "p", 1, answer))).toEqual(last);
      }),
    );
  });

  test("never take a message back", () => {
    const order = ["submitted", "sent", "failed", "undelivered", "delivered", "read"];
    fc.assert(
      fc.property(fc.array(reports, { maxLength: 8 }), reports, (some, next) => {
        const before = some.reduce(joinReport, ended(ACCEPTED));
        const after = joinReport(before, next);
        expect(order.indexOf(messageStatus(after))).toBeGreaterThanOrEqual(order.indexOf(messageStatus(before)));
        expect(after.reportedAt).toBe(Math.max(before.reportedAt ?? 0, next.occurredAt));
      }),
    );
  });
});
