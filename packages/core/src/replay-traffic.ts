import type { EpochMilliseconds } from "./brand.ts";
import type { Engine } from "./engine.ts";
import type { Message } from "./message.ts";
import { TimeQueue } from "./time-queue.ts";
import type { Verdict, VerdictAction } from "./verdict/verdict.ts";

/** A recorded message with what became of it, as a traffic file tells. */
export interface RecordedMessage {
  /** Position in the input, from 0: comes back with the decision. */
  readonly position: number;
  readonly message: Message;
  readonly deliveredAt: EpochMilliseconds | undefined;
  readonly convertedAt: EpochMilliseconds | undefined;
  /** So many codes were entered until one was right, from 1; undefined: not known. */
  readonly attempts?: number | undefined;
}

/** What became of one recorded message under the engine: its last word, after any waiting. */
export interface ReplayedMessage<Recorded extends RecordedMessage = RecordedMessage> {
  readonly recorded: Recorded;
  readonly verdict: Verdict;
  /** When it was said: later than asked for where the message was held. */
  readonly decidedAt: EpochMilliseconds;
  /** A held message that was released is `allow`, one that ran out of time `hold`. */
  readonly action: VerdictAction;
  /** What detection would have done where it only monitors; else the same as `action`. */
  readonly would: VerdictAction;
}

/**
 * Runs recorded messages through the engine as if they were asked for now. Messages come in the order of time; an outcome
 * takes part from its own time on, and that of a message that was stopped never happens. What was held is asked for again
 * when its time has come.
 */
export class TrafficReplay<Recorded extends RecordedMessage = RecordedMessage> {
  readonly #engine: Engine;
  readonly #policy: string;
  readonly #decided: (replayed: ReplayedMessage<Recorded>) => void;
  readonly #due: TimeQueue<Due<Recorded>> = new TimeQueue();

  /** `decided` hears every message once, when the last word on it is said. */
  constructor(engine: Engine, policy: string, decided: (replayed: ReplayedMessage<Recorded>) => void) {
    this.#engine = engine;
    this.#policy = policy;
    this.#decided = decided;
  }

  add(recorded: Recorded): void {
    const { at } = recorded.message;
    this.#runUntil(at);
    this.#decide(recorded, recorded.message);
  }

  /** No more messages: what waits has its last word. */
  finish(): void {
    this.#runUntil(Number.POSITIVE_INFINITY);
  }

  #decide(recorded: Recorded, message: Message): void {
    const verdict = this.#engine.decide(message, this.#policy);
    if (verdict.action === "hold") {
      this.#due.push(verdict.until, { kind: "again", recorded });
      return;
    }
    const wasHeld = message.heldSince !== undefined;
    const action = wasHeld && verdict.action === "challenge" ? "hold" : verdict.action;
    if (action === "allow") {
      const { deliveredAt, convertedAt } = recorded;
      // What waited was sent later, and was answered later.
      const delay = message.at - recorded.message.at;
      if (deliveredAt !== undefined) this.#due.push(deliveredAt + delay, { kind: "delivered", recorded });
      if (convertedAt !== undefined) this.#due.push(convertedAt + delay, { kind: "verified", recorded });
    }
    this.#decided({ recorded, verdict, decidedAt: message.at, action, would: verdict.would ?? action });
  }

  #runUntil(until: number): void {
    for (let at = this.#due.nextAt as EpochMilliseconds; at <= until; at = this.#due.nextAt as EpochMilliseconds) {
      const next = this.#due.pop();
      if (next === undefined) return;
      const { message } = next.recorded;
      if (next.kind === "again") this.#decide(next.recorded, { ...message, at, heldSince: message.at });
      else {
        const { account, recipient } = message;
        const { kind } = next;
        const attempts = kind === "verified" ? next.recorded.attempts : undefined;
        const to = recipient.e164;
        this.#engine.apply({ type: "outcome", account, to, kind, sentAt: message.at, at, attempts });
      }
    }
  }
}

/** What happens next to a recorded message. */
interface Due<Recorded> {
  readonly kind: "again" | "delivered" | "verified";
  readonly recorded: Recorded;
}
