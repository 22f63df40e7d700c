import type { WaitEnd } from "../../store/journal-record.ts";
import type { WaitingMessage } from "../../store/store.ts";
import { nextState, type SubmissionEvent, type SubmissionState } from "./submission-state.ts";

/** The state of a message that waits, from what the store has of it. */
export function stateOfWaiting({ state, attempts, inDoubt }: WaitingMessage): SubmissionState {
  return state === "queued" ? { name: "queued", attempts, maybeSent: inDoubt } : { name: state };
}

/** A message was asked to do what no message does: a fault of ours, found before anything is recorded or sent. */
export class StepImpossible extends Error {
  override readonly name = "StepImpossible";
  readonly code = "step_impossible";

  constructor(state: SubmissionState, event: SubmissionEvent) {
    super(`A message that is ${state.name} cannot be ${event.type}.`);
  }
}

/** As {@link nextState}; throws StepImpossible. */
export function step(state: SubmissionState, event: SubmissionEvent): SubmissionState {
  const next = nextState(state, event);
  if (next === undefined) throw new StepImpossible(state, event);
  return next;
}

/** How a wait ended that ended in this state; undefined: it goes on, or an attempt is under way. */
export function waitEndOf({ name }: SubmissionState): WaitEnd | undefined {
  switch (name) {
    case "submitted":
    case "refused":
    case "in_doubt":
    case "expired":
    case "canceled":
      return name;
    case "blocked":
    case "challenged":
      return "stopped";
    case "delivered":
    case "failed":
      return "submitted";
    default:
      return undefined;
  }
}
