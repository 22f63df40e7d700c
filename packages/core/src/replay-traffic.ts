import type { EpochMilliseconds } from "./brand.ts";
import type { Engine } from "./engine.ts";
import type { Message } from "./message.ts";
import type { Verdict, VerdictAction } from "./verdict/verdict.ts";

/** A recorded message with what became of it, as a traffic file tells. */
export interface RecordedMessage {
  /** Position in the input, from 0: comes back with the decision. */
  readonly position: number;
  readonly message: Message;
  readonly deliveredAt: EpochMilliseconds | undefined;
  readonly convertedAt: EpochMilliseconds | undefined;
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
  readonly #due: Due<Recorded>[] = [];
  #order = 0;

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
      this.#schedule(verdict.until, recorded, "again");
      return;
    }
    const wasHeld = message.heldSince !== undefined;
    const action = wasHeld && verdict.action === "challenge" ? "hold" : verdict.action;
    if (action === "allow") {
      const { deliveredAt, convertedAt } = recorded;
      // What waited was sent later, and was answered later.
      const delay = message.at - recorded.message.at;
      if (deliveredAt !== undefined) this.#schedule(deliveredAt + delay, recorded, "delivered");
      if (convertedAt !== undefined) this.#schedule(convertedAt + delay, recorded, "verified");
    }
    this.#decided({ recorded, verdict, decidedAt: message.at, action, would: verdict.would ?? action });
  }

  #runUntil(until: number): void {
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#pop();
      const at = next.at as EpochMilliseconds;
      const { message } = next.recorded;
      if (next.kind === "again") this.#decide(next.recorded, { ...message, at, heldSince: message.at });
      else {
        const { account, recipient } = message;
        this.#engine.apply({ type: "outcome", account, to: recipient.e164, kind: next.kind, sentAt: message.at, at });
      }
    }
  }

  /** A binary heap by time, then by the order in which things were scheduled. */
  #schedule(at: number, recorded: Recorded, kind: Kind): void {
    const due: Due<Recorded> = { at, order: this.#order++, recorded, kind };
    const heap = this.#due;
    let place = heap.length;
    heap.push(due);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (other === undefined || isBefore(other, due)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = due;
  }

  #pop(): void {
    const heap = this.#due;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let least = heap[below];
      if (least === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, least)) {
        least = right;
        below++;
      }
      if (isBefore(last, least)) break;
      heap[place] = least;
      place = below;
    }
    heap[place] = last;
  }
}

type Kind = "again" | "delivered" | "verified";

interface Due<Recorded> {
  readonly at: number;
  readonly order: number;
  readonly recorded: Recorded;
  readonly kind: Kind;
}

function isBefore(a: Omit<Due<unknown>, "kind">, b: Omit<Due<unknown>, "kind">): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
