import type { EpochMilliseconds } from "@safeguard/core";

/** Each that waits holds its request open. */
const MOST_WAITING = 10_000;

/** The messages that are held: each waits until it may be asked for again. In memory; that they wait stands in the journal. */
export class HeldMessages {
  readonly #now: () => EpochMilliseconds;
  readonly #most: number;
  readonly #later: (call: () => void, milliseconds: number) => () => void;
  /** How to cancel each one's timer, with how to tell it. */
  readonly #waiting = new Map<() => void, (inTime: boolean) => void>();
  #entered = 0;
  #closed = false;

  /** `later` calls back once after a time, and returns how to cancel that. */
  constructor(
    now: () => EpochMilliseconds,
    most = MOST_WAITING,
    later: (call: () => void, milliseconds: number) => () => void = timer,
  ) {
    this.#now = now;
    this.#most = most;
    this.#later = later;
  }

  /** One more is to wait. False: it cannot; its client is told at once, and may come again. */
  enter(): boolean {
    if (this.#closed || this.#entered >= this.#most) return false;
    this.#entered++;
    return true;
  }

  /** One that entered has its last word. */
  leave(): void {
    this.#entered--;
  }

  /** True when the time has come; false at once when the gateway closes. */
  until(at: EpochMilliseconds): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#later(
        () => {
          this.#waiting.delete(cancel);
          resolve(true);
        },
        Math.max(at - this.#now(), 0),
      );
      this.#waiting.set(cancel, resolve);
    });
  }

  /** Nobody waits any longer. */
  close(): void {
    this.#closed = true;
    for (const [cancel, resolve] of this.#waiting) {
      cancel();
      resolve(false);
    }
    this.#waiting.clear();
  }
}

function timer(call: () => void, milliseconds: number): () => void {
  const started = setTimeout(call, milliseconds);
  return () => clearTimeout(started);
}
