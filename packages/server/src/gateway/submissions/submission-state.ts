import type { VerdictAction } from "@safeguard/core";

/**
 * Where one message stands between its client and the report of its delivery. `attempts`: how many submissions were begun.
 * `maybeSent`: one of them had no clear end, so whatever comes instead of a further one leaves the message in doubt.
 */
export type SubmissionState =
  /** Not decided yet. */
  | { readonly name: "received" }
  /** Allowed. */
  | { readonly name: "accepted" }
  /** Waits for detection; decided again when that time is over. */
  | { readonly name: "held" }
  /** Waits for the time that its client named; detection and limits have not counted it. */
  | { readonly name: "scheduled" }
  /** Waits for its turn. */
  | { readonly name: "queued"; readonly attempts: number; readonly maybeSent: boolean }
  /** The intent is durable; a provider may have it. */
  | { readonly name: "submitting"; readonly attempts: number; readonly maybeSent: boolean }
  | { readonly name: "submitted" | "refused" | "in_doubt" }
  | { readonly name: "delivered" | "failed" }
  /** Ends without an attempt that may have reached anybody. */
  | { readonly name: "blocked" | "challenged" | "expired" | "canceled" };

export type SubmissionEvent =
  /** The first decision, and each one after a wait or a refusal. `queues`: allowed, and its turn comes later. */
  | { readonly type: "decided"; readonly action: VerdictAction; readonly queues?: boolean }
  /** Allowed by rules alone, and to be sent at a time that the client named. */
  | { readonly type: "scheduled" }
  /** An attempt begins: it is durable that it does. */
  | { readonly type: "intended" }
  | { readonly type: "taken" }
  /** Definitely not sent. `again`: another attempt is to follow. */
  | { readonly type: "refused"; readonly again: boolean }
  /** Nobody knows. `again`: its account wants it sent once more, or the provider tells the two apart. */
  | { readonly type: "doubted"; readonly again: boolean }
  /** A person found out what became of it. */
  | { readonly type: "settled"; readonly sent: boolean }
  | { readonly type: "reported"; readonly delivered: boolean }
  | { readonly type: "expired" }
  /** By its client, an operator, a suspension or an erasure. */
  | { readonly type: "canceled" };

export type SubmissionStateName = SubmissionState["name"];

/** The state after an event; undefined: this cannot happen to such a message. Pure, and the only place that says so. */
export function nextState(state: SubmissionState, event: SubmissionEvent): SubmissionState | undefined {
  switch (event.type) {
    case "decided":
      return decided(state, event.action, event.queues === true);
    case "scheduled":
      return state.name === "received" ? { name: "scheduled" } : undefined;
    case "intended":
      if (state.name === "accepted") return { name: "submitting", attempts: 1, maybeSent: false };
      return state.name === "queued" ? { ...state, name: "submitting", attempts: state.attempts + 1 } : undefined;
    case "taken":
      // A report of delivery may overtake the next turn of a message, whatever its provider had answered.
      return state.name === "submitting" || wasTried(state) ? { name: "submitted" } : undefined;
    case "refused":
      if (state.name !== "submitting") return undefined;
      if (event.again) return { ...state, name: "queued" };
      return { name: state.maybeSent ? "in_doubt" : "refused" };
    case "doubted":
      if (state.name !== "submitting") return undefined;
      return event.again ? { ...state, name: "queued", maybeSent: true } : { name: "in_doubt" };
    case "settled":
      if (state.name !== "in_doubt") return undefined;
      return { name: event.sent ? "submitted" : "refused" };
    case "reported":
      return reported(state, event.delivered);
    case "expired":
    case "canceled":
      if (!isWaiting(state)) return undefined;
      return { name: isMaybeSent(state) ? "in_doubt" : event.type };
  }
}

/** May it yet be submitted, with no attempt under way? */
export function isWaiting({ name }: SubmissionState): boolean {
  return name === "held" || name === "scheduled" || name === "queued";
}

function decided(state: SubmissionState, action: VerdictAction, queues: boolean): SubmissionState | undefined {
  if (state.name !== "received" && !isWaiting(state)) return undefined;
  switch (action) {
    case "allow":
      if (state.name === "queued") return state;
      return queues || state.name !== "received"
        ? { name: "queued", attempts: 0, maybeSent: false }
        : { name: "accepted" };
    case "hold":
      // What had an attempt was counted then: it keeps its place, and is asked about again later.
      return state.name === "queued" ? state : { name: "held" };
    case "block":
    case "challenge":
      if (isMaybeSent(state)) return { name: "in_doubt" };
      return { name: action === "block" ? "blocked" : "challenged" };
  }
}

/** Evidence resolves a doubt and overrules a refusal; a failure is believed only of what was taken or may have been. */
function reported(state: SubmissionState, delivered: boolean): SubmissionState | undefined {
  switch (state.name) {
    case "submitting":
    case "submitted":
    case "in_doubt":
    case "refused":
    case "delivered":
    case "failed":
      return { name: delivered || state.name === "delivered" ? "delivered" : "failed" };
    default:
      return delivered && wasTried(state) ? { name: "delivered" } : undefined;
  }
}

function wasTried(state: SubmissionState): boolean {
  return state.name === "queued" && state.attempts > 0;
}

function isMaybeSent(state: SubmissionState): boolean {
  return state.name === "queued" && state.maybeSent;
}
