/** Whether a request is taken. `share`: its account has too many under way beside the others; `full`: everybody together. */
export type Admitted = "taken" | "share" | "full";

export interface AdmissionOptions {
  /** Requests under way at once, while the server keeps up. */
  readonly capacity: number;
}

/** One account may have at most this many times what is free: alone four fifths, and there is always room for another. */
const SHARE_OF_FREE = 4;
/** However busy the server is, so many are taken. */
const FEWEST = 32;
/** The event loop is behind: what is taken would wait. */
const BEHIND_MS = 250;
const GOOD_MS = 50;

/**
 * The door: how many requests are under way at once, and for whom. An account may have at most four times what is free
 * (the dynamic thresholds of shared switch buffers): one alone gets four fifths, a flood of it leaves room for every other
 * account without anybody being told who is there, and floods that come side by side get the same share each. While the event loop is behind, the
 * capacity is halved with every look, and grows again when it has caught up: what is taken is answered in time, the rest
 * is refused before anything is done for it.
 *
 * Remembers only accounts that have something under way: at most `capacity` of them.
 */
export class Admission {
  readonly #most: number;
  readonly #underWay = new Map<string, number>();
  #capacity: number;
  #total = 0;

  constructor({ capacity }: AdmissionOptions) {
    this.#most = capacity;
    this.#capacity = capacity;
  }

  get underWay(): number {
    return this.#total;
  }

  /** How many may be under way now. */
  get capacity(): number {
    return this.#capacity;
  }

  /** `whose`: the credential or, without one, the address. Taken: `leave` must follow. */
  enter(whose: string): Admitted {
    const free = this.#capacity - this.#total;
    if (free <= 0) return "full";
    const own = this.#underWay.get(whose) ?? 0;
    if (own >= SHARE_OF_FREE * free) return "share";
    this.#underWay.set(whose, own + 1);
    this.#total += 1;
    return "taken";
  }

  leave(whose: string): void {
    const own = this.#underWay.get(whose) ?? 0;
    if (own <= 1) this.#underWay.delete(whose);
    else this.#underWay.set(whose, own - 1);
    this.#total -= 1;
  }

  /** How late the event loop was, looked at regularly. */
  lag(milliseconds: number): void {
    if (milliseconds > BEHIND_MS) this.#capacity = Math.max(FEWEST, Math.floor(this.#capacity / 2));
    else if (milliseconds < GOOD_MS) this.#capacity = Math.min(this.#most, Math.ceil(this.#capacity * 1.1));
  }
}

const LOOK_MS = 100;

/** Tells the door how late the event loop is; returns how to stop that. */
export function watchLag(admission: Pick<Admission, "lag">): () => void {
  let due = performance.now() + LOOK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    admission.lag(Math.max(0, now - due));
    due = now + LOOK_MS;
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
