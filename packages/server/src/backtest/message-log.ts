import type { AccountId, Destination, Message } from "@safeguard/core";

/** What is kept of a message, as one number of flags. */
export const LOGGED = {
  block: 1,
  hold: 2,
  challenge: 4,
  /** Detection would have stopped it where the policy lets it only monitor: it went out. */
  wouldStop: 8,
  delivered: 16,
  /** Completed, as the file says. */
  converted: 32,
  /** Passed because its number was verified before. */
  verifiedNumber: 64,
} as const;

/** Stopped, or would have been. */
export const LOGGED_STOP: number = LOGGED.block | LOGGED.hold | LOGGED.challenge | LOGGED.wouldStop;

export type Money = NonNullable<Message["price"]>;

export interface LoggedMessage {
  readonly account: AccountId;
  readonly destination: Destination;
  /** The number's digits as a number. */
  readonly line: number;
  readonly at: number;
  readonly flags: number;
  /** Of its account; 0: none. */
  readonly incident: number;
  readonly price: Money | undefined;
}

/** Messages in one piece of memory. */
const CHUNK = 65_536;
/** 16.8 million messages in 520 MB. Of more, the oldest are given up. */
const MOST_CHUNKS = 256;

interface Chunk {
  readonly lines: Float64Array;
  readonly times: Float64Array;
  readonly prices: Uint32Array;
  readonly incidents: Uint32Array;
  readonly accounts: Uint32Array;
  readonly destinations: Uint16Array;
  readonly flags: Uint8Array;
}

/**
 * Every message with what became of it, 31 bytes each: an attack is known only after its first messages have gone out, and
 * those are counted, too.
 */
export class MessageLog {
  /** Messages that were ever added. */
  added = 0;
  readonly #chunks: (Chunk | undefined)[] = [];
  readonly #accounts = new Numbering<AccountId>();
  readonly #destinations = new Numbering<Destination>();
  readonly #prices = new Numbering<Money | undefined>();

  /** The oldest that is kept, counted from 0. */
  get first(): number {
    return Math.max(0, this.#chunks.length - MOST_CHUNKS) * CHUNK;
  }

  add({ account, destination, line, at, flags, incident, price }: LoggedMessage): void {
    const place = this.added % CHUNK;
    if (place === 0) {
      this.#chunks.push(newChunk());
      if (this.#chunks.length > MOST_CHUNKS) this.#chunks[this.#chunks.length - 1 - MOST_CHUNKS] = undefined;
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Chunk;
    chunk.lines[place] = line;
    chunk.times[place] = at;
    chunk.flags[place] = flags;
    chunk.incidents[place] = incident;
    chunk.accounts[place] = this.#accounts.of(account);
    chunk.destinations[place] = this.#destinations.of(destination);
    chunk.prices[place] = this.#prices.of(price);
    this.added += 1;
  }

  line(message: number): number {
    return this.#chunk(message).lines[message % CHUNK] as number;
  }

  at(message: number): number {
    return this.#chunk(message).times[message % CHUNK] as number;
  }

  flags(message: number): number {
    return this.#chunk(message).flags[message % CHUNK] as number;
  }

  incident(message: number): number {
    return this.#chunk(message).incidents[message % CHUNK] as number;
  }

  account(message: number): AccountId {
    return this.#accounts.name(this.#chunk(message).accounts[message % CHUNK] as number);
  }

  destination(message: number): Destination {
    return this.#destinations.name(this.#chunk(message).destinations[message % CHUNK] as number);
  }

  price(message: number): Money | undefined {
    return this.#prices.name(this.#chunk(message).prices[message % CHUNK] as number);
  }

  #chunk(message: number): Chunk {
    return this.#chunks[Math.floor(message / CHUNK)] as Chunk;
  }
}

/** Gives the same small number for the same thing; neighbours nearly always have the same. */
class Numbering<Name> {
  readonly #numbers = new Map<Name, number>();
  readonly #names: Name[] = [];
  #last: Name | undefined;
  #lastNumber = -1;

  of(name: Name): number {
    if (name === this.#last && this.#lastNumber >= 0) return this.#lastNumber;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    this.#last = name;
    this.#lastNumber = number;
    return number;
  }

  name(number: number): Name {
    return this.#names[number] as Name;
  }
}

function newChunk(): Chunk {
  return {
    lines: new Float64Array(CHUNK),
    times: new Float64Array(CHUNK),
    prices: new Uint32Array(CHUNK),
    incidents: new Uint32Array(CHUNK),
    accounts: new Uint32Array(CHUNK),
    destinations: new Uint16Array(CHUNK),
    flags: new Uint8Array(CHUNK),
  };
}
