/** Sequence number of a session, from 1; 0 stands for none. */
export type SessionNumber = number;

/** What is known of a session, as bits of {@link SessionLog.state}. */
export const SESSION = {
  /** A message went out. */
  sent: 1,
  converted: 2,
  delivered: 4,
  /** The number was verified before, and trusted: the control group. */
  trusted: 8,
  /** Not let through, or would not have been. */
  stopped: 16,
  /** Its number was near one of the last few of its block of 10,000. */
  near: 32,
  /** Its block of 10,000 (100,000) had no completed verification. */
  new10k: 64,
  new100k: 128,
  /** In a block that was suspected then or later: no baseline learns from it. */
  suspected: 256,
  /** The number had a session within the last day: no trial of its own. */
  repeat: 512,
  /** The person later did something real, or the account said that it was fraud. */
  active: 1024,
  banned: 2048,
  /** Asks whether a range is still attacked, or measures how many stopped messages are legitimate. */
  probe: 4096,
  /** Under a watch on new blocks, in one that the attack left alone. */
  elsewhere: 8192,
  /** Released by the audit's draw. */
  audit: 16384,
  /** A report said that it was not delivered. */
  failed: 32768,
  /** It is known how often a code was entered until it was right, and that was more than once. */
  entered: 65536,
  retyped: 131072,
} as const;

/** Links from a session to the one before it: in its blocks of 100 to 100,000, in the new blocks, of its number. */
export const LINK = { block: 0, new10k: 4, new100k: 5, number: 6 } as const;

/** What {@link SessionLog.append} needs. */
export interface NewSession {
  readonly line: number;
  readonly at: number;
  readonly state: number;
  readonly destination: number;
  /** Trials of the destination and of the account up to this one. */
  readonly clock: number;
  readonly accountClock: number;
  readonly device: number;
  /** Hash of the end user's network, of {@link ADDRESS_BITS}; 0: not known. */
  readonly address: number;
}

/**
 * What is kept of an end user's address: enough that two of those compared are seldom alike by chance, too little to find it
 * again (256 IPv4 addresses have the same).
 */
export const ADDRESS_BITS = 24;

const NEVER = 0xffff_ffff;

/**
 * One record a session, so that what is asked of one lies together in memory: words of 32 bits, of which the first four are
 * two numbers of 64. An even number of them.
 */
const LINE = 0;
const AT = 1;
const STATE = 4;
const CLOCK = 5;
const ACCOUNT_CLOCK = 6;
/** Milliseconds from the first message to the outcome; see {@link took}. */
const CONVERTED_AFTER = 7;
const DELIVERED_AFTER = 8;
/** Messages that went out in 8 bits, above them the address; and milliseconds from the first to the last message. */
const MESSAGES = 9;
const LAST_AFTER = 10;
const DEVICE = 11;
const DESTINATION = 12;
const LINKS = 13;
const WORDS = LINKS + 7;
const PAIRS = WORDS / 2;
const MOST_MESSAGES = 255;
const MESSAGE_BITS = 32 - ADDRESS_BITS;

/**
 * The account's recent sessions in the order of time: a ring that forgets the oldest. Sessions of one block are chained
 * backwards through it, so that no block needs a list of its own. 80 bytes a session. Nothing is asked of a session that is
 * not kept.
 */
export class SessionLog {
  readonly #largest: number;
  #mask: number;
  /** The next session's number; the oldest kept one's. */
  head: SessionNumber = 1;
  tail: SessionNumber = 1;
  /** The same memory twice. */
  #words: Uint32Array;
  #numbers: Float64Array;

  /** `largest`: most sessions that are kept, a power of two. */
  constructor(largest: number, capacity = 16) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.#words = new Uint32Array(capacity * WORDS);
    this.#numbers = new Float64Array(this.#words.buffer);
  }

  /** Is the session still kept? */
  has(session: SessionNumber): boolean {
    return session >= this.tail && session < this.head;
  }

  /** True when the next `append` forgets the oldest session: whoever wants to learn from it does so before. */
  get full(): boolean {
    return this.head - this.tail > this.#mask && this.#mask + 1 >= this.#largest;
  }

  append(session: NewSession): SessionNumber {
    if (this.head - this.tail > this.#mask) {
      if (this.#mask + 1 < this.#largest) this.#grow();
      else this.tail++;
    }
    const number = this.head++;
    const record = this.#record(number);
    const words = this.#words;
    this.#numbers[(number & this.#mask) * PAIRS + LINE] = session.line;
    this.#numbers[(number & this.#mask) * PAIRS + AT] = session.at;
    words[record + STATE] = session.state;
    words[record + CLOCK] = session.clock;
    words[record + ACCOUNT_CLOCK] = session.accountClock;
    words[record + CONVERTED_AFTER] = NEVER;
    words[record + DELIVERED_AFTER] = NEVER;
    words[record + MESSAGES] = session.address << MESSAGE_BITS;
    words[record + LAST_AFTER] = 0;
    words[record + DEVICE] = session.device;
    words[record + DESTINATION] = session.destination;
    words.fill(0, record + LINKS, record + WORDS);
    return number;
  }

  line(session: SessionNumber): number {
    return this.#numbers[(session & this.#mask) * PAIRS + LINE] ?? 0;
  }

  /** When its first message was asked for. */
  at(session: SessionNumber): number {
    return this.#numbers[(session & this.#mask) * PAIRS + AT] ?? 0;
  }

  /** Bits of {@link SESSION}. */
  state(session: SessionNumber): number {
    return this.#words[this.#record(session) + STATE] ?? 0;
  }

  /** Index of its destination among the account's. */
  destination(session: SessionNumber): number {
    return this.#words[this.#record(session) + DESTINATION] ?? 0;
  }

  /** Trials of its destination up to it. */
  clock(session: SessionNumber): number {
    return this.#words[this.#record(session) + CLOCK] ?? 0;
  }

  /** Trials of the account up to it. */
  accountClock(session: SessionNumber): number {
    return this.#words[this.#record(session) + ACCOUNT_CLOCK] ?? 0;
  }

  /** A hash; 0: not known. */
  device(session: SessionNumber): number {
    return this.#words[this.#record(session) + DEVICE] ?? 0;
  }

  /** A hash; 0: not known. */
  address(session: SessionNumber): number {
    return (this.#words[this.#record(session) + MESSAGES] ?? 0) >>> MESSAGE_BITS;
  }

  /** Messages of it that went out, up to 255. */
  messages(session: SessionNumber): number {
    return (this.#words[this.#record(session) + MESSAGES] ?? 0) & MOST_MESSAGES;
  }

  /** Milliseconds from its first message to its last. */
  lastAfter(session: SessionNumber): number {
    return this.#words[this.#record(session) + LAST_AFTER] ?? 0;
  }

  /** The session before this one on the chain; 0 where there is none any more. */
  before(session: SessionNumber, link: number): SessionNumber {
    const previous = this.#words[this.#record(session) + LINKS + link] ?? 0;
    return previous >= this.tail ? previous : 0;
  }

  link(session: SessionNumber, link: number, previous: SessionNumber): void {
    this.#words[this.#record(session) + LINKS + link] = previous;
  }

  /** Milliseconds from the first message until it was completed; undefined: not (yet). */
  convertedAfter(session: SessionNumber): number | undefined {
    return took(this.#words[this.#record(session) + CONVERTED_AFTER]);
  }

  deliveredAfter(session: SessionNumber): number | undefined {
    return took(this.#words[this.#record(session) + DELIVERED_AFTER]);
  }

  convert(session: SessionNumber, at: number): void {
    this.mark(session, SESSION.converted);
    this.#words[this.#record(session) + CONVERTED_AFTER] = span(at - this.at(session));
  }

  deliver(session: SessionNumber, at: number): void {
    this.mark(session, SESSION.delivered);
    this.#words[this.#record(session) + DELIVERED_AFTER] = span(at - this.at(session));
  }

  mark(session: SessionNumber, bits: number): void {
    const place = this.#record(session) + STATE;
    this.#words[place] = (this.#words[place] ?? 0) | bits;
  }

  /** A further message of the session went out. */
  sent(session: SessionNumber, at: number): void {
    const record = this.#record(session);
    this.mark(session, SESSION.sent);
    if (this.messages(session) < MOST_MESSAGES)
      this.#words[record + MESSAGES] = (this.#words[record + MESSAGES] ?? 0) + 1;
    this.#words[record + LAST_AFTER] = span(at - this.at(session));
  }

  /** The sessions of one number are another's from now on. A walk over the log: it also reaches those that no chain leads to. */
  rename(line: number, other: number): void {
    // (also where a session was forgotten and nothing stands in its place yet)
    for (let place = 0; place <= this.#mask; place++) {
      if (this.#numbers[place * PAIRS + LINE] === line) this.#numbers[place * PAIRS + LINE] = other;
    }
  }

  snapshot(): SessionLogSnapshot {
    return { head: this.head, tail: this.tail, records: this.#words.slice() };
  }

  static restore({ head, tail, records }: SessionLogSnapshot, largest: number): SessionLog {
    const log = new SessionLog(largest, records.length / WORDS);
    log.head = head;
    log.tail = tail;
    log.#words.set(records);
    return log;
  }

  /** Where the session's record begins, in words. */
  #record(session: SessionNumber): number {
    return (session & this.#mask) * WORDS;
  }

  #grow(): void {
    const larger = new SessionLog(this.#largest, (this.#mask + 1) * 2);
    // The ring is full: in two pieces, from the oldest to its end and from its beginning to the newest.
    const newest = this.#record(this.head);
    larger.#words.set(this.#words.subarray(newest), larger.#record(this.tail));
    larger.#words.set(this.#words.subarray(0, newest), larger.#record(this.head - (this.head & this.#mask)));
    this.#mask = larger.#mask;
    this.#words = larger.#words;
    this.#numbers = larger.#numbers;
  }
}

export interface SessionLogSnapshot {
  readonly head: number;
  readonly tail: number;
  readonly records: Uint32Array;
}

/** 2^32 − 1 means never; a time before the first message counts as at once. */
function span(milliseconds: number): number {
  return Math.min(Math.max(Math.round(milliseconds), 0), NEVER - 1);
}

function took(value: number | undefined): number | undefined {
  return value === undefined || value === NEVER ? undefined : value;
}
