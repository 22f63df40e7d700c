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
} as const;

/** Links from a session to the one before it: in its blocks of 100 to 100,000, in the new blocks, of its number. */
export const LINK = { block: 0, new10k: 4, new100k: 5, number: 6 } as const;
const LINKS = 7;

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
  readonly address: number;
}

const NEVER = 0xffff_ffff;

/**
 * The account's recent sessions in the order of time, in columns: a ring that forgets the oldest. Sessions of one block are
 * chained backwards through it, so that no block needs a list of its own. About 80 bytes a session.
 */
export class SessionLog {
  readonly #largest: number;
  #mask: number;
  /** The next session's number; the oldest kept one's. */
  head: SessionNumber = 1;
  tail: SessionNumber = 1;
  line: Float64Array;
  at: Float64Array;
  state: Uint16Array;
  destination: Uint16Array;
  clock: Uint32Array;
  accountClock: Uint32Array;
  device: Uint32Array;
  address: Uint32Array;
  /** Milliseconds from the first message to the outcome; see {@link took}. */
  #convertedAfter: Uint32Array;
  #deliveredAfter: Uint32Array;
  /** Messages that went out, and milliseconds from the first to the last of them. */
  messages: Uint8Array;
  lastAfter: Uint32Array;
  #links: Uint32Array;

  /** `largest`: most sessions that are kept, a power of two. */
  constructor(largest: number, capacity = 16) {
    this.#largest = largest;
    this.#mask = capacity - 1;
    this.line = new Float64Array(capacity);
    this.at = new Float64Array(capacity);
    this.state = new Uint16Array(capacity);
    this.destination = new Uint16Array(capacity);
    this.clock = new Uint32Array(capacity);
    this.accountClock = new Uint32Array(capacity);
    this.device = new Uint32Array(capacity);
    this.address = new Uint32Array(capacity);
    this.#convertedAfter = new Uint32Array(capacity);
    this.#deliveredAfter = new Uint32Array(capacity);
    this.messages = new Uint8Array(capacity);
    this.lastAfter = new Uint32Array(capacity);
    this.#links = new Uint32Array(capacity * LINKS);
  }

  /** Is the session still kept? */
  has(session: SessionNumber): boolean {
    return session >= this.tail && session < this.head;
  }

  /** Where the session stands in the columns. Only while it is kept. */
  index(session: SessionNumber): number {
    return session & this.#mask;
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
    const index = number & this.#mask;
    this.line[index] = session.line;
    this.at[index] = session.at;
    this.state[index] = session.state;
    this.destination[index] = session.destination;
    this.clock[index] = session.clock;
    this.accountClock[index] = session.accountClock;
    this.device[index] = session.device;
    this.address[index] = session.address;
    this.#convertedAfter[index] = NEVER;
    this.#deliveredAfter[index] = NEVER;
    this.messages[index] = 0;
    this.lastAfter[index] = 0;
    this.#links.fill(0, index * LINKS, index * LINKS + LINKS);
    return number;
  }

  /** The session before this one on the chain; 0 where there is none any more. */
  before(session: SessionNumber, link: number): SessionNumber {
    const previous = this.#links[(session & this.#mask) * LINKS + link] ?? 0;
    return previous >= this.tail ? previous : 0;
  }

  link(session: SessionNumber, link: number, previous: SessionNumber): void {
    this.#links[(session & this.#mask) * LINKS + link] = previous;
  }

  /** Milliseconds from the first message until it was completed; undefined: not (yet). */
  convertedAfter(session: SessionNumber): number | undefined {
    return took(this.#convertedAfter[session & this.#mask]);
  }

  deliveredAfter(session: SessionNumber): number | undefined {
    return took(this.#deliveredAfter[session & this.#mask]);
  }

  convert(session: SessionNumber, at: number): void {
    const index = session & this.#mask;
    this.state[index] = (this.state[index] ?? 0) | SESSION.converted;
    this.#convertedAfter[index] = span(at - (this.at[index] ?? 0));
  }

  deliver(session: SessionNumber, at: number): void {
    const index = session & this.#mask;
    this.state[index] = (this.state[index] ?? 0) | SESSION.delivered;
    this.#deliveredAfter[index] = span(at - (this.at[index] ?? 0));
  }

  mark(session: SessionNumber, bits: number): void {
    const index = session & this.#mask;
    this.state[index] = (this.state[index] ?? 0) | bits;
  }

  /** A further message of the session went out. */
  sent(session: SessionNumber, at: number): void {
    const index = session & this.#mask;
    const count = this.messages[index] ?? 0;
    if (count < 255) this.messages[index] = count + 1;
    this.lastAfter[index] = span(at - (this.at[index] ?? 0));
    this.state[index] = (this.state[index] ?? 0) | SESSION.sent;
  }

  snapshot(): SessionLogSnapshot {
    return {
      head: this.head,
      tail: this.tail,
      columns: this.#columns().map((column) => column.slice()),
    };
  }

  static restore(snapshot: SessionLogSnapshot, largest: number): SessionLog {
    const capacity = snapshot.columns[0]?.length ?? 256;
    const log = new SessionLog(largest, capacity);
    log.head = snapshot.head;
    log.tail = snapshot.tail;
    for (const [position, column] of log.#columns().entries()) column.set(snapshot.columns[position] ?? []);
    return log;
  }

  #columns(): readonly Column[] {
    return [
      this.line,
      this.at,
      this.state,
      this.destination,
      this.clock,
      this.accountClock,
      this.device,
      this.address,
      this.#convertedAfter,
      this.#deliveredAfter,
      this.messages,
      this.lastAfter,
      this.#links,
    ];
  }

  #grow(): void {
    const larger = new SessionLog(this.#largest, (this.#mask + 1) * 2);
    const [from, to] = [this.#columns(), larger.#columns()];
    const capacity = this.#mask + 1;
    // The ring is full: in two pieces, from the oldest to its end and from its beginning to the newest.
    const newest = this.head & this.#mask;
    for (let column = 0; column < from.length; column++) {
      const [source, target] = [from[column], to[column]];
      const width = column === from.length - 1 ? LINKS : 1;
      const oldestAt = (this.tail & larger.#mask) * width;
      const newestAt = ((this.head - newest) & larger.#mask) * width;
      target?.set(source?.subarray(newest * width, capacity * width) ?? [], oldestAt);
      target?.set(source?.subarray(0, newest * width) ?? [], newestAt);
    }
    this.#mask = larger.#mask;
    this.line = larger.line;
    this.at = larger.at;
    this.state = larger.state;
    this.destination = larger.destination;
    this.clock = larger.clock;
    this.accountClock = larger.accountClock;
    this.device = larger.device;
    this.address = larger.address;
    this.#convertedAfter = larger.#convertedAfter;
    this.#deliveredAfter = larger.#deliveredAfter;
    this.messages = larger.messages;
    this.lastAfter = larger.lastAfter;
    this.#links = larger.#links;
  }
}

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

export interface SessionLogSnapshot {
  readonly head: number;
  readonly tail: number;
  readonly columns: readonly Column[];
}

/** 2^32 − 1 means never; a time before the first message counts as at once. */
function span(milliseconds: number): number {
  return Math.min(Math.max(Math.round(milliseconds), 0), NEVER - 1);
}

function took(value: number | undefined): number | undefined {
  return value === undefined || value === NEVER ? undefined : value;
}
