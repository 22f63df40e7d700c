import { decide } from "./decide.ts";
import { Engine, type EngineEvent } from "./engine.ts";
import type { Message } from "./message.ts";
import { compilePolicy } from "./policy/compiled-policy.ts";
import type { PolicyLevel } from "./policy/policy-document.ts";
import type { Verdict } from "./verdict/verdict.ts";

/** What the engine lives through: changes, and messages to decide on. */
export type ReplayEvent =
  | EngineEvent
  | { readonly type: "message"; readonly message: Message; readonly policy: string };

/** A message with its verdict, in the order of the events. */
export interface Replayed {
  readonly message: Message;
  readonly verdict: Verdict;
}

/** Runs events in their order, as they were lived through, and gives the verdict of each message. */
export function* replay(events: Iterable<ReplayEvent>, engine: Engine = new Engine()): Generator<Replayed> {
  for (const event of events) {
    if (event.type !== "message") engine.apply(event);
    else yield { message: event.message, verdict: engine.decide(event.message, event.policy) };
  }
}

/**
 * Decides once more on a recorded message under the levels that decided then (`Engine.levelsFor`, or the revisions that the
 * verdict names); `sameVerdict` tells whether it still agrees.
 */
export function recompute(levels: readonly PolicyLevel[], message: Message): Verdict {
  return decide(message, compilePolicy(levels));
}
