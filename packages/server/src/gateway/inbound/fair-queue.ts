import { Fifo } from "../../fifo.ts";
import type { Whose } from "./admission.ts";

export interface FairQueueOptions {
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
  /** Calls when what the event loop has read at once is done, before it reads again. */
  atEndOfTurn(call: () => void): void;
}

/** So long a turn of the event loop is at requests; what is left waits for the next. */
const TURN_MS = 8;
/** While connections come: the loop takes one of them a turn (libuv 1.52), and whoever connects waits behind all others. */
const SHORT_TURN_MS = 1;
/** An account whose first one waits longer has more than it gets done: what comes now is better told so at once. */
const PATIENCE_MS = 250;

/**
 * Whose request is next. A turn of Node's event loop reads every connection that has something to say, hundreds of them when
 * one client floods, and who asks only now and then would wait for all of these twice: until it is read, and until it is
 * answered. So a turn does but a little of what was read, and the rest waits: families take turns, in each family its
 * accounts, and each account is served in the order in which it came (fair queueing after Nagle, RFC 970, on two levels).
 *
 * Nothing waits while the server keeps up. How much may wait is bounded by whoever lets requests in.
 */
export class FairQueue {
  readonly #families = new Rounds<Rounds<Fifo<Waiting>>>();
  readonly #now: () => number;
  readonly #atEndOfTurn: (call: () => void) => void;
  #waiting = 0;
  #turnEnds: number | undefined;
  #isShort = false;

  constructor({ now, atEndOfTurn }: FairQueueOptions) {
    this.#now = now;
    this.#atEndOfTurn = atEndOfTurn;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Calls at once, or when its turn has come. `call` must not throw. */
  run({ account, family }: Whose, call: () => void): void {
    const now = this.#now();
    this.#beginTurn(now);
    if (this.#waiting === 0 && now < (this.#turnEnds ?? 0)) {
      call();
      return;
    }
    this.#waiting += 1;
    const accounts = this.#families.of(family, () => new Rounds());
    accounts.of(account, () => new Fifo()).push({ since: now, call });
  }

  /** What an account asked first waits for so long that its next one had better be told to come again. */
  isLong({ account, family }: Whose): boolean {
    const since = this.#families.get(family)?.get(account)?.first?.since;
    return since !== undefined && this.#now() - since > PATIENCE_MS;
  }

  /** A connection came: there may be more behind it. */
  connected(): void {
    this.#isShort = true;
    if (this.#turnEnds !== undefined) this.#turnEnds = Math.min(this.#turnEnds, this.#now() + SHORT_TURN_MS);
  }

  #beginTurn(now: number): void {
    if (this.#turnEnds !== undefined) return;
    this.#turnEnds = now + (this.#isShort ? SHORT_TURN_MS : TURN_MS);
    this.#atEndOfTurn(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnEnds = undefined;
    if (this.#waiting === 0) {
      this.#isShort = false;
      return;
    }
    const began = this.#now();
    this.#beginTurn(began);
    this.#isShort = false;
    const ends = this.#turnEnds ?? began;
    // At least one, however long it takes.
    do this.#next()?.();
    while (this.#waiting > 0 && this.#now() < ends);
  };

  #next(): (() => void) | undefined {
    const accounts = this.#families.first();
    const waiting = accounts?.first();
    const call = waiting?.shift()?.call;
    if (accounts === undefined || waiting === undefined || call === undefined) return undefined;
    this.#waiting -= 1;
    accounts.firstHadItsTurn(waiting.length > 0);
    this.#families.firstHadItsTurn(accounts.size > 0);
    return call;
  }
}

interface Waiting {
  readonly since: number;
  readonly call: () => void;
}

/** Those who have something waiting, in the order of their turns. */
class Rounds<T> {
  readonly #all = new Map<string, T>();

  get size(): number {
    return this.#all.size;
  }

  get(name: string): T | undefined {
    return this.#all.get(name);
  }

  /** Comes last, if it was not there. */
  of(name: string, make: () => T): T {
    const there = this.#all.get(name);
    if (there !== undefined) return there;
    const made = make();
    this.#all.set(name, made);
    return made;
  }

  first(): T | undefined {
    return this.#all.values().next().value;
  }

  /** It goes behind the others, or away. */
  firstHadItsTurn(hasMore: boolean): void {
    const entry = this.#all.entries().next().value;
    if (entry === undefined) return;
    this.#all.delete(entry[0]);
    if (hasMore) this.#all.set(entry[0], entry[1]);
  }
}
