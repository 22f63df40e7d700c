const LEAST_SILENCE_MS = 6 * 3_600_000;
/** So many would have been reported, had it gone on as before: chance does not leave out so many. */
const LEAST_EXPECTED = 20;

/** When outcomes stopped being reported for good, though messages went on. */
export interface OutcomeEnd {
  /** The last message that has one was sent then. */
  readonly at: number;
  /** Messages after it. */
  readonly messagesAfter: number;
  /** The share of the messages before it that have one. */
  readonly shareBefore: number;
}

/** Watches one kind of outcome over messages in the order of time. */
export class OutcomeFlow {
  #lastAt = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #count = 0;
  #messages = 0;
  #messagesUntilLast = 0;

  /** A message, and when it had the outcome; undefined: never. */
  add(at: number, outcomeAt: number | undefined): void {
    this.#messages += 1;
    if (at > this.#until) this.#until = at;
    if (outcomeAt === undefined) return;
    this.#count += 1;
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#messagesUntilLast = this.#messages;
  }

  get count(): number {
    return this.#count;
  }

  /** Up to here outcomes are known; without any, never. */
  get knownUntil(): number {
    return this.end() === undefined && this.#count > 0 ? this.#until : this.#lastAt;
  }

  /** Undefined: they were reported to the end, or never, or it cannot be told. */
  end(): OutcomeEnd | undefined {
    if (this.#count === 0 || this.#until - this.#lastAt < LEAST_SILENCE_MS) return undefined;
    const messagesAfter = this.#messages - this.#messagesUntilLast;
    const shareBefore = this.#count / this.#messagesUntilLast;
    return messagesAfter * shareBefore < LEAST_EXPECTED ? undefined : { at: this.#lastAt, messagesAfter, shareBefore };
  }
}
