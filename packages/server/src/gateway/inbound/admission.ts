/** Whether a request is taken. `share`: its account has too many under way beside the others; `full`: everybody together. */
export type Admitted = "taken" | "share" | "full";

export interface AdmissionOptions {
  /** Work under way at once, while the server keeps up: the least request is 1, a batch about its messages. */
  readonly capacity: number;
}

/** Whose a request is. */
export interface Whose {
  /** An account; or, where none is proved, an address. */
  readonly account: string;
  /** The account at the root above it, maybe itself: a platform with all its customers. */
  readonly family: string;
}

/** A family may have at most this many times what is free. An account may have at most what its family could still have. */
const SHARE_OF_FREE = 4;
/** However busy the server is, so many of a family are taken while there is any room. */
const LITTLE = 32;
/** So late the event loop is behind: what is taken would wait. */
const BEHIND_MS = 40;
const GOOD_MS = 20;
/** Fewer looks that are late may be a pause of the machine or its disk: what came meanwhile waits its turn. */
const LATE_LOOKS = 5;
const SLOWER = 0.7;
const FASTER = 1.05;
/** A second later, a twentieth of how much was taken in a look is remembered. */
const FORGETTING = 0.94;
/** Of each family, between two looks, however late the loop is. */
const LITTLE_A_LOOK = 16;

/**
 * The door: how much is under way at once, how much is taken from one look at the event loop to the next, and for whom. Both
 * are shared out by the same rule, fair on two levels: a family of accounts may have at most four times what is free (the
 * dynamic thresholds of shared switch buffers), and each account in it at most as much as its family could still have. So one
 * account alone gets two thirds; its flood leaves room for every other one, its parent, children and siblings too, without
 * anybody being told who is there; a customer cannot get more by splitting into many accounts; and floods that come side by
 * side get the same share each. A family with little is taken as long as there is any room.
 *
 * How much may be taken between two looks is not bounded while the event loop keeps up. While it is behind, it is less with
 * every look, and more again when it has caught up: what is taken is answered in time, the rest is refused before anything is
 * done for it. In which order what is taken is done is the fair queue's.
 *
 * Remembers only those that have something under way, or came since the last look.
 */
export class Admission {
  readonly #underWay: Room;
  readonly #lately: Room;
  #requests = 0;
  #lateLooks = 0;
  #mostLately = 0;

  constructor({ capacity }: AdmissionOptions) {
    this.#underWay = new Room(capacity, Math.min(LITTLE, capacity / 5));
    this.#lately = new Room(Number.POSITIVE_INFINITY, LITTLE_A_LOOK);
  }

  /** Requests. */
  get underWay(): number {
    return this.#requests;
  }

  /** How many may be taken between two looks. */
  get pace(): number {
    return this.#lately.most;
  }

  /** `work`: what it takes of the event loop, beside the least request. Taken: `leave` must follow, with the same work. */
  enter(whose: Whose, work = 1): Admitted {
    const admitted = this.#underWay.admits(whose);
    if (admitted !== "taken") return admitted;
    const paced = this.#lately.admits(whose);
    if (paced !== "taken" && !this.#lately.hasLittle(whose)) return paced;
    this.#requests += 1;
    this.#underWay.add(whose, work);
    this.#lately.add(whose, work);
    return "taken";
  }

  leave(whose: Whose, work = 1): void {
    this.#requests -= 1;
    this.#underWay.add(whose, -work);
  }

  /** How late the event loop was, looked at regularly. */
  lag(milliseconds: number): void {
    const room = this.#lately;
    const { total } = room;
    // (a look in which the loop was still at what came in the one before says nothing)
    this.#mostLately = Math.max(total, FORGETTING * this.#mostLately);
    this.#lateLooks = milliseconds > BEHIND_MS ? this.#lateLooks + 1 : 0;
    if (this.#lateLooks >= LATE_LOOKS)
      room.most = Math.max(LITTLE_A_LOOK, Math.floor(Math.min(room.most, total) * SLOWER));
    else if (milliseconds < GOOD_MS) {
      room.most = Math.ceil(room.most * FASTER);
      // Nobody comes near it any more.
      if (room.most > SHARE_OF_FREE * (this.#mostLately + LITTLE_A_LOOK)) room.most = Number.POSITIVE_INFINITY;
    }
    room.clear();
  }
}

/** Something of which there is only so much, shared out among families and their accounts. */
class Room {
  most: number;
  total = 0;
  readonly #little: number;
  readonly #accounts = new Map<string, number>();
  readonly #families = new Map<string, number>();

  constructor(most: number, little: number) {
    this.most = most;
    this.#little = little;
  }

  admits({ account, family }: Whose): Admitted {
    const free = this.most - this.total;
    if (free <= 0) return "full";
    if (free === Number.POSITIVE_INFINITY) return "taken";
    if (this.hasLittle({ account, family })) return "taken";
    const left = SHARE_OF_FREE * free - (this.#families.get(family) ?? 0);
    return (this.#accounts.get(account) ?? 0) < left ? "taken" : "share";
  }

  /** Also the first of an account whose family has not much more. */
  hasLittle({ account, family }: Whose): boolean {
    const together = this.#families.get(family) ?? 0;
    return together < this.#little || (together < SHARE_OF_FREE * this.#little && !this.#accounts.has(account));
  }

  add({ account, family }: Whose, change: number): void {
    count(this.#accounts, account, change);
    count(this.#families, family, change);
    this.total += change;
  }

  clear(): void {
    this.#accounts.clear();
    this.#families.clear();
    this.total = 0;
  }
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const next = (counts.get(key) ?? 0) + change;
  if (next <= 0) counts.delete(key);
  else counts.set(key, next);
}

const LOOK_MS = 20;

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
