import type { EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  joinIntent,
  joinOutcome,
  joinReport,
  joinStop,
  joinWait,
  joinWaitEnd,
  type MessageProgress,
  messageStatus,
  settledOutcome,
} from "../../store/message-progress.ts";
import type { SubmissionOutcome } from "../outbound/connector.ts";
import {
  isWaiting,
  nextState,
  type SubmissionEvent,
  type SubmissionState,
  type SubmissionStateName,
} from "./submission-state.ts";
import { waitEndOf } from "./waiting-state.ts";

const RECEIVED: SubmissionState = { name: "received" };

const EVENTS: readonly SubmissionEvent[] = [
  ...(["allow", "hold", "challenge", "block"] as const).map((action) => ({ type: "decided", action }) as const),
  { type: "decided", action: "allow", queues: true },
  { type: "scheduled" },
  { type: "intended" },
  { type: "taken" },
  { type: "refused", again: false },
  { type: "refused", again: true },
  { type: "doubted", again: false },
  { type: "doubted", again: true },
  { type: "settled", sent: true },
  { type: "settled", sent: false },
  { type: "reported", delivered: true },
  { type: "reported", delivered: false },
  { type: "expired" },
  { type: "canceled" },
];

/** The whole machine once more, as plain text: from each state, every way on. `?`: one that may have been sent. */
const WAYS: Readonly<Record<string, string>> = {
  received: "accepted queued held challenged blocked scheduled",
  accepted: "submitting",
  held: "queued held challenged blocked expired canceled",
  scheduled: "queued held challenged blocked expired canceled",
  queued: "queued submitting submitted delivered challenged blocked expired canceled",
  "queued?": "queued? submitting? submitted in_doubt delivered",
  submitting: "submitted refused queued in_doubt queued? delivered failed",
  "submitting?": "submitted in_doubt queued? delivered failed",
  submitted: "delivered failed",
  refused: "delivered failed",
  in_doubt: "submitted refused delivered failed",
  delivered: "delivered",
  failed: "delivered failed",
  blocked: "",
  challenged: "",
  expired: "",
  canceled: "",
};

function nameOf(state: SubmissionState): string {
  return "maybeSent" in state && state.maybeSent ? `${state.name}?` : state.name;
}

const events = fc.array(fc.constantFrom(...EVENTS), { maxLength: 14 });

describe("the states of a submission", () => {
  it("are reached by the ways that stand in the table, and by no other", () => {
    const found = new Map<string, Set<string>>(Object.keys(WAYS).map((name) => [name, new Set()]));
    const open: SubmissionState[] = [RECEIVED];
    const seen = new Set<string>();
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      const key = JSON.stringify(state);
      if (seen.has(key) || ("attempts" in state && state.attempts > 2)) continue;
      seen.add(key);
      for (const event of EVENTS) {
        const next = nextState(state, event);
        if (next === undefined) continue;
        found.get(nameOf(state))?.add(nameOf(next));
        open.push(next);
      }
    }
    const sorted = (names: Iterable<string>) => [...names].sort().join(" ");
    expect(Object.fromEntries([...found].map(([name, ways]) => [name, sorted(ways)]))).toEqual(
      Object.fromEntries(Object.entries(WAYS).map(([name, ways]) => [name, sorted(ways.split(" ").filter(Boolean))])),
    );
  });

  it("what may have been sent is never called unsent, and never blocked", () => {
    fc.assert(
      fc.property(events, (list) => {
        let state: SubmissionState = RECEIVED;
        let mayHaveIt = false;
        for (const event of list) {
          const next = nextState(state, event);
          if (next === undefined) continue;
          // (a person's word, or a definite answer to the only attempt, is knowledge)
          if (event.type === "doubted") mayHaveIt = true;
          if (event.type === "settled") mayHaveIt = event.sent;
          state = next;
          if (mayHaveIt) expect(["blocked", "challenged", "expired", "canceled", "refused"]).not.toContain(state.name);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a further submission of what may have been sent follows only where it was asked for", () => {
    fc.assert(
      fc.property(events, (list) => {
        let state: SubmissionState = RECEIVED;
        let attempts = 0;
        let reasons = 0;
        for (const event of list) {
          const next = nextState(state, event);
          if (next === undefined) continue;
          if (event.type === "intended") attempts++;
          if ((event.type === "refused" || event.type === "doubted") && event.again) reasons++;
          state = next;
          expect(attempts).toBeLessThanOrEqual(reasons + 1);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a stopped, expired or canceled message stays so, whatever happens", () => {
    const ends = ["blocked", "challenged", "expired", "canceled"] as const satisfies readonly SubmissionStateName[];
    for (const name of ends) for (const event of EVENTS) expect(nextState({ name }, event)).toBeUndefined();
  });
});

const AT = 1_000 as EpochMilliseconds;
const ACCEPTED: SubmissionOutcome = { type: "accepted", providerId: "P", answer: undefined };
const REFUSED: SubmissionOutcome = { type: "refused", kind: "other", code: "x", text: "", answer: undefined };
const DOUBT: SubmissionOutcome = { type: "in_doubt", cause: "timeout", text: "" };

/** What the store makes of the records that such a step writes. */
function progressAfter(
  progress: MessageProgress | undefined,
  state: SubmissionState,
  event: SubmissionEvent,
  next: SubmissionState,
): MessageProgress {
  const known = progress ?? { decision: "allowed", submission: undefined, report: undefined, reportedAt: undefined };
  const attempt = "attempts" in state ? state.attempts : (known.submission?.attempt ?? 1);
  const wait = (of: MessageProgress): MessageProgress =>
    next.name === "held" || next.name === "scheduled" || next.name === "queued" ? joinWait(of, next.name) : of;
  const end = (of: MessageProgress): MessageProgress => {
    const how = waitEndOf(next);
    return how === undefined ? of : joinWaitEnd(of, how);
  };
  switch (event.type) {
    case "decided":
      if (next.name === "blocked" || next.name === "challenged") return end(joinStop(known, next.name));
      return next.name === "in_doubt" ? end(known) : wait(known);
    case "scheduled":
      return wait(known);
    case "intended":
      return joinIntent(known, { attempt: attempt + (state.name === "accepted" ? 0 : 1), provider: "p" });
    case "taken":
      // (of one that waits, a report has said so)
      return end(state.name === "submitting" ? joinOutcome(known, "p", attempt, ACCEPTED) : known);
    case "refused":
    case "doubted": {
      const isDoubt = event.type === "doubted" || ("maybeSent" in state && state.maybeSent);
      const ended = joinOutcome(known, "p", attempt, isDoubt ? DOUBT : REFUSED);
      return event.again ? wait(ended) : end(ended);
    }
    case "settled":
      return joinOutcome(known, "p", attempt, settledOutcome(event.sent ? "sent" : "not_sent"));
    case "reported": {
      const status = event.delivered ? "delivered" : "failed";
      return joinReport(known, { status, occurredAt: AT, code: undefined, text: undefined });
    }
    case "expired":
    case "canceled":
      return end(known);
  }
}

it("the status that the store derives from the records is the state's name, after every history", () => {
  fc.assert(
    fc.property(events, (list) => {
      let state: SubmissionState = RECEIVED;
      let progress: MessageProgress | undefined;
      let reported = false;
      for (const event of list) {
        // A message that was reported on is known for sure: what is said afterwards is noise to both.
        if (reported && event.type !== "reported") continue;
        const next = nextState(state, event);
        // Taken without an attempt under way: only a report tells that, and it comes as one.
        if (next === undefined || (event.type === "taken" && isWaiting(state))) continue;
        if (event.type === "reported") reported = true;
        progress = progressAfter(progress, state, event, next);
        state = next;
        // Between the decision and the intent, which are one record, there is no status.
        if (state.name === "accepted") progress = { ...progress, decision: "allowed" };
        else expect([state.name, messageStatus(progress)]).toEqual([state.name, state.name]);
      }
    }),
    { numRuns: 3_000 },
  );
});
