import { PLACE } from "./row-block.ts";
import type { TrafficRow } from "./traffic-row.ts";

/** What the backtest decided on a row. */
export interface RowDecision {
  /** With detection enforced: `hold` is a message that ran out of time, one that was released is `allow`. */
  readonly action: "allow" | "hold" | "challenge" | "block";
  /** What would have been done, where detection does not act; empty: the same. */
  readonly would: string;
  /** Reason code. */
  readonly reason: string;
  /** Risk score, 0–100. */
  readonly score: number;
  /** The range that explains it; empty: none. */
  readonly range: string;
  /** The incident that it belongs to; empty: none. */
  readonly incident: string;
  /** What the message costs, in millionths; undefined: not known. */
  readonly priceMicros: number | undefined;
}

/** The first line of a decisions file, line end included. */
export const DECISIONS_HEADER = "id,time,to,action,would,reason,score,range,incident,price\n";

/** Writes decisions as CSV (RFC 4180, `LF`), byte by byte. The time is ISO 8601 in UTC, id and number are as in the input. */
export class DecisionLine {
  readonly #known = new Map<string, Uint8Array>();
  #day = Number.NaN;
  readonly #date = new Uint8Array(10);

  /** An upper bound for the bytes of a line, to make room by. */
  room(row: TrafficRow, decision: RowDecision): number {
    const bytes = row.placeOf(PLACE.id + 1) - row.placeOf(PLACE.id) + row.placeOf(PLACE.to + 1) - row.placeOf(PLACE.to);
    const { would, reason, range, incident } = decision;
    // A character is at most three bytes in UTF-8, and a byte is doubled at most, when it is a quote.
    const texts = would.length + reason.length + range.length + incident.length;
    return 176 + 2 * bytes + 6 * texts;
  }

  /** Writes the line from `into[at]` on; says where it ends. There must be {@link room}. */
  write(row: TrafficRow, decision: RowDecision, into: Buffer, at: number): number {
    const { bytes } = row;
    const idStart = row.placeOf(PLACE.id);
    const idStop = row.placeOf(PLACE.id + 1);
    let end = idStart === idStop ? this.#number(row.number, into, at) : copyField(bytes, idStart, idStop, into, at);
    into[end] = COMMA;
    end = this.#time(row.time, into, end + 1);
    into[end] = COMMA;
    end = copyField(bytes, row.placeOf(PLACE.to), row.placeOf(PLACE.to + 1), into, end + 1);
    into[end] = COMMA;
    end = this.#text(decision.action, into, end + 1);
    into[end] = COMMA;
    end = this.#text(decision.would, into, end + 1);
    into[end] = COMMA;
    end = this.#text(decision.reason, into, end + 1);
    into[end] = COMMA;
    end = this.#number(decision.score, into, end + 1);
    into[end] = COMMA;
    end = this.#text(decision.range, into, end + 1);
    into[end] = COMMA;
    end = this.#text(decision.incident, into, end + 1);
    into[end] = COMMA;
    end += 1;
    if (decision.priceMicros !== undefined) end = writeAmount(decision.priceMicros, into, end);
    into[end] = LF;
    return end + 1;
  }

  /** A text of which there are few. */
  #text(text: string, into: Buffer, at: number): number {
    if (text === "") return at;
    let bytes = this.#known.get(text);
    if (bytes === undefined) {
      const plain = Buffer.from(text);
      const field = Buffer.alloc(2 * plain.length + 2);
      bytes = Uint8Array.from(field.subarray(0, copyField(plain, 0, plain.length, field, 0)));
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(text, bytes);
    }
    for (let byte = 0; byte < bytes.length; byte += 1) into[at + byte] = bytes[byte] as number;
    return at + bytes.length;
  }

  #number(value: number, into: Buffer, at: number): number {
    if (Number.isInteger(value) && value >= 0 && value < 100) {
      if (value >= 10) {
        twoDigits(value, into, at);
        return at + 2;
      }
      into[at] = ZERO + value;
      return at + 1;
    }
    return at + into.write(String(value), at, "latin1");
  }

  #time(time: number, into: Buffer, at: number): number {
    const day = Math.floor(time / DAY);
    if (day !== this.#day) {
      this.#day = day;
      Buffer.from(this.#date.buffer).write(new Date(day * DAY).toISOString().slice(0, 10), "latin1");
    }
    const date = this.#date;
    for (let byte = 0; byte < 10; byte += 1) into[at + byte] = date[byte] as number;
    const milliseconds = time - day * DAY;
    const seconds = (milliseconds / 1000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    const thousandths = milliseconds - seconds * 1000;
    into[at + 10] = LETTER_T;
    twoDigits(hours, into, at + 11);
    into[at + 13] = COLON;
    twoDigits(minutes - hours * 60, into, at + 14);
    into[at + 16] = COLON;
    twoDigits(seconds - minutes * 60, into, at + 17);
    into[at + 19] = DOT;
    const hundreds = (thousandths / 100) | 0;
    into[at + 20] = ZERO + hundreds;
    twoDigits(thousandths - hundreds * 100, into, at + 21);
    into[at + 23] = LETTER_Z;
    return at + 24;
  }
}

/**
 * Copies a text as a CSV field: in quotes where it has a comma, a quote or a line end. What a spreadsheet would compute
 * has an apostrophe before it (OWASP, CSV injection); numbers with a sign, such as those of persons, and their ranges stay
 * as they are.
 */
function copyField(from: Uint8Array, start: number, stop: number, into: Buffer, at: number): number {
  if (start < stop && isFormula(from, start, stop)) return copyQuoted(from, start, stop, into, at, true);
  let end = at;
  for (let place = start; place < stop; place += 1) {
    const byte = from[place] as number;
    if (byte === QUOTE || byte === COMMA || byte === LF || byte === CR) return copyQuoted(from, start, stop, into, at);
    into[end] = byte;
    end += 1;
  }
  return end;
}

function isFormula(from: Uint8Array, start: number, stop: number): boolean {
  const first = from[start];
  if (first === EQUALS || first === AT || first === TAB || first === CR) return true;
  if (first !== PLUS && first !== MINUS) return false;
  for (let place = start + 1; place < stop; place += 1) {
    const byte = from[place] as number;
    if ((byte < ZERO || byte > NINE) && byte !== DOT && byte !== SPACE && byte !== LETTER_X) return true;
  }
  return false;
}

function copyQuoted(from: Uint8Array, start: number, stop: number, into: Buffer, at: number, defused = false): number {
  let end = at;
  into[end] = QUOTE;
  end += 1;
  if (defused) {
    into[end] = APOSTROPHE;
    end += 1;
  }
  for (let place = start; place < stop; place += 1) {
    const byte = from[place] as number;
    if (byte === QUOTE) {
      into[end] = QUOTE;
      end += 1;
    }
    into[end] = byte;
    end += 1;
  }
  into[end] = QUOTE;
  return end + 1;
}

/** Millionths as a decimal number, without zeros at its end. */
function writeAmount(micros: number, into: Buffer, at: number): number {
  const units = Math.floor(micros / 1_000_000);
  let rest = micros - units * 1_000_000;
  let end = at;
  if (units < 10) {
    into[end] = ZERO + units;
    end += 1;
  } else {
    end += into.write(String(units), end, "latin1");
  }
  if (rest === 0) return end;
  into[end] = DOT;
  end += 1;
  for (let place = 100_000; rest > 0; place /= 10) {
    const digit = (rest / place) | 0;
    into[end] = ZERO + digit;
    end += 1;
    rest -= digit * place;
  }
  return end;
}

function twoDigits(value: number, into: Buffer, at: number): void {
  const tens = (value / 10) | 0;
  into[at] = ZERO + tens;
  into[at + 1] = ZERO + value - tens * 10;
}

/** Texts that are kept as bytes. */
const MOST_KNOWN = 4096;
const DAY = 86_400_000;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const LETTER_X = 0x78;
const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const MINUS = 0x2d;
const NINE = 0x39;
const EQUALS = 0x3d;
const AT = 0x40;
