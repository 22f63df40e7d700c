import type { AccountId, Destination, Message } from "@safeguard/core";
import { ScratchFile } from "./traffic-file/scratch-file.ts";
import { TrafficUnreadable } from "./traffic-file/traffic-unreadable.ts";

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
const MESSAGE_BYTES = 31;
/** A million messages, in 32 MB. */
const CHUNKS_IN_MEMORY = 16;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly lines: Float64Array;
  readonly times: Float64Array;
  readonly prices: Uint32Array;
  readonly incidents: Uint32Array;
  readonly accounts: Uint32Array;
  readonly destinations: Uint16Array;
  readonly flags: Uint8Array;
  /** Which of the log's chunks it holds. */
  index: number;
  /** It is in the scratch file as well. */
  isWritten: boolean;
}

export interface MessageLogOptions {
  /** Chunks of 65,536 messages that stay in memory. Default 16. */
  readonly chunksInMemory?: number;
  /** Where the temporary file goes. Default: the system's place for them. */
  readonly scratchDirectory?: string;
}

/**
 * Every message with what became of it, 31 bytes each: an attack is known only after its first messages have gone out, and
 * those are counted, too. What was used last stays in memory, the rest is in a temporary file; where none can be written
 * all stays. Messages that lie together in the log are to be asked about together.
 */
export class MessageLog {
  /** Messages that were ever added. */
  added = 0;
  readonly #scratchDirectory: string | undefined;
  #mostInMemory: number;
  /** In memory, the one that was used last at the end. */
  readonly #chunks: Chunk[] = [];
  #last: Chunk | undefined;
  /** Where each chunk begins in the scratch file. */
  readonly #positions: number[] = [];
  #scratch: ScratchFile | undefined;
  readonly #accounts = new Numbering<AccountId>();
  readonly #destinations = new Numbering<Destination>();
  readonly #prices = new Numbering<Money | undefined>();

  constructor({ chunksInMemory = CHUNKS_IN_MEMORY, scratchDirectory }: MessageLogOptions = {}) {
    this.#mostInMemory = chunksInMemory;
    this.#scratchDirectory = scratchDirectory;
  }

  add({ account, destination, line, at, flags, incident, price }: LoggedMessage): void {
    const place = this.added % CHUNK;
    const chunk = place === 0 ? this.#newest(this.added / CHUNK) : this.#chunk(this.added);
    chunk.isWritten = false;
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

  /** Nobody asks any more. */
  [Symbol.dispose](): void {
    this.#scratch?.close();
    this.#scratch = undefined;
  }

  #chunk(message: number): Chunk {
    const index = Math.floor(message / CHUNK);
    const last = this.#last;
    return last?.index === index ? last : this.#fetch(index);
  }

  #fetch(index: number): Chunk {
    const place = this.#chunks.findLastIndex((held) => held.index === index);
    const chunk = place === -1 ? this.#room() : (this.#chunks.splice(place, 1)[0] as Chunk);
    if (place === -1) {
      this.#scratch?.read(chunk.bytes, 0, chunk.bytes.length, this.#positions[index] as number);
      chunk.index = index;
      chunk.isWritten = true;
    }
    return this.#use(chunk);
  }

  #newest(index: number): Chunk {
    const chunk = this.#room();
    chunk.index = index;
    return this.#use(chunk);
  }

  #use(chunk: Chunk): Chunk {
    this.#chunks.push(chunk);
    this.#last = chunk;
    return chunk;
  }

  /** A chunk to be filled: that which was used longest ago, unless there may be another one. */
  #room(): Chunk {
    const [oldest] = this.#chunks;
    if (oldest === undefined || this.#chunks.length < this.#mostInMemory || !this.#isSaved(oldest)) return newChunk();
    this.#chunks.shift();
    return oldest;
  }

  /** Writes a chunk that goes out of memory. False: it must stay. */
  #isSaved(chunk: Chunk): boolean {
    if (chunk.isWritten) return true;
    try {
      this.#scratch ??= new ScratchFile(this.#scratchDirectory);
      const position = this.#scratch.size;
      this.#scratch.append(chunk.bytes, 0, chunk.bytes.length);
      this.#positions[chunk.index] = position;
      return true;
    } catch (error) {
      if (!(error instanceof TrafficUnreadable)) throw error;
      this.#mostInMemory = Number.POSITIVE_INFINITY;
      return false;
    }
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
  const buffer = new ArrayBuffer(CHUNK * MESSAGE_BYTES);
  return {
    bytes: new Uint8Array(buffer),
    lines: new Float64Array(buffer, 0, CHUNK),
    times: new Float64Array(buffer, 8 * CHUNK, CHUNK),
    prices: new Uint32Array(buffer, 16 * CHUNK, CHUNK),
    incidents: new Uint32Array(buffer, 20 * CHUNK, CHUNK),
    accounts: new Uint32Array(buffer, 24 * CHUNK, CHUNK),
    destinations: new Uint16Array(buffer, 28 * CHUNK, CHUNK),
    flags: new Uint8Array(buffer, 30 * CHUNK, CHUNK),
    index: 0,
    isWritten: false,
  };
}
