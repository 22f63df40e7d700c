import { type NumberDialect, PURPOSES, type Purpose } from "@safeguard/core";
import type { BareDigits } from "./bare-digits.ts";
import type { ColumnRole } from "./export-formats.ts";
import { readAmount } from "./read-amount.ts";
import { NO_OFFSET, NOT_IN_RANGE, readTime } from "./read-time.ts";
import type { Recognition } from "./recognise-format.ts";
import type { RecordReader } from "./record-reader.ts";
import { PLACE, type RowBlockWriter, VALUE } from "./row-block.ts";
import type { RowProblem, RowProblems, RowSkip } from "./row-problems.ts";

/** Who is told of the rows that are left out. */
export interface RowAudit {
  readonly problems: RowProblems;
  readonly skipped: Record<RowSkip, number>;
}

/** What a column that is not there reads as. */
const ABSENT = -1;
/** How far an outcome may lie before the send: clocks differ, and some columns have no milliseconds. */
const CLOCKS_DIFFER = 60_000;
/** As amounts are read. */
const ONE = 1_000_000;

/** Reads rows from records, by the columns that were recognised. */
export class RowReader {
  /** Time of the record that was accepted last. */
  time = 0;

  readonly #recognition: Recognition;
  readonly #audit: RowAudit | undefined;
  readonly #width: number;
  readonly #numbers: NumberDialect;
  readonly #assumedOffset: number;

  readonly #timeAt: number;
  readonly #toAt: number;
  readonly #idAt: number;
  readonly #accountAt: number;
  readonly #fromAt: number;
  readonly #purposeAt: number;
  readonly #ipAt: number;
  readonly #deviceAt: number;
  readonly #deliveredAt: number;
  readonly #convertedAt: number;
  readonly #attemptsAt: number;
  readonly #priceAt: number;
  readonly #currencyAt: number;
  readonly #directionAt: number;
  readonly #channelAt: number;
  readonly #statusAt: number;
  readonly #statusTimeAt: number;
  readonly #conversionAt: number;
  readonly #updatedAt: number;
  readonly #hasOutcomes: boolean;

  #purpose: Purpose = "otp";
  #delivered: number | undefined;
  #converted: number | undefined;
  #attempts: number | undefined;
  #priceMicros: number | undefined;

  /**
   * `assumedOffset`: minutes east of UTC for times without an offset; NaN: such a time is a problem. Without `audit`
   * nobody is told of problems, as when a file is read again.
   */
  constructor(recognition: Recognition, assumedOffset: number, audit: RowAudit | undefined) {
    const at = (role: ColumnRole): number => recognition.columns.get(role)?.index ?? ABSENT;
    this.#recognition = recognition;
    this.#audit = audit;
    this.#width = recognition.width;
    this.#numbers = recognition.numbers;
    this.#assumedOffset = assumedOffset;
    this.#timeAt = at("time");
    this.#toAt = at("to");
    this.#idAt = at("id");
    this.#accountAt = at("account");
    this.#fromAt = at("from");
    this.#purposeAt = at("purpose");
    this.#ipAt = at("ip");
    this.#deviceAt = at("device");
    this.#deliveredAt = at("delivered_at");
    this.#convertedAt = at("converted_at");
    this.#attemptsAt = at("attempts");
    this.#priceAt = at("price");
    this.#currencyAt = at("currency");
    this.#directionAt = at("direction");
    this.#channelAt = at("channel");
    this.#statusAt = at("status");
    this.#statusTimeAt = at("status_time");
    this.#conversionAt = at("conversion");
    this.#updatedAt = at("updated");
    this.#hasOutcomes = this.#deliveredAt + this.#convertedAt + this.#statusAt + this.#conversionAt > 4 * ABSENT;
  }

  /** Reads the values of a record. False: it is no row of the traffic, and the audit knows why. */
  accept(record: RecordReader): boolean {
    if (record.fault !== undefined) return this.#refuse(record, record.fault, ABSENT);
    if (record.count !== this.#width) return this.#refuse(record, "fields", ABSENT);
    const { bytes, starts, stops } = record;
    const timeAt = this.#timeAt;
    const time = readTime(bytes, starts[timeAt] as number, stops[timeAt] as number, this.#assumedOffset);
    if (time < 0) {
      const empty = isEmpty(record, timeAt);
      return this.#refuse(record, empty ? "time_missing" : (TIME_PROBLEMS.get(time) ?? "time_unreadable"), timeAt);
    }
    this.time = time;
    if (this.#directionAt !== ABSENT && isInbound(record, this.#directionAt)) return this.#skip("inbound");
    if (this.#channelAt !== ABSENT && !isSms(record, this.#channelAt)) return this.#skip("other_channel");
    if (this.#numbers === "twilio" && hasChannelPrefix(record, this.#toAt)) return this.#skip("other_channel");
    this.#purpose = "otp";
    if (this.#purposeAt !== ABSENT && !isEmpty(record, this.#purposeAt)) {
      const purpose = PURPOSES.find((known) => isWord(record, this.#purposeAt, known));
      if (purpose === undefined) return this.#refuse(record, "purpose_unknown", this.#purposeAt);
      this.#purpose = purpose;
    }
    this.#delivered = undefined;
    this.#converted = undefined;
    this.#attempts = undefined;
    if (this.#hasOutcomes) this.#readOutcomes(record);
    this.#priceMicros = this.#priceAt === ABSENT ? undefined : this.#readPrice(record);
    return true;
  }

  /** Counts the recipient of the record that was accepted last, where it is written as digits alone. */
  countBare(record: RecordReader, bare: BareDigits): void {
    bare.add(record.bytes, startOf(record, this.#toAt), stopOf(record, this.#toAt));
  }

  /** Writes the row of the record that was accepted last. `position` and `number`: as of {@link TrafficRow}. */
  write(record: RecordReader, position: number, number: number, into: RowBlockWriter): void {
    record.unescape();
    into.begin();
    into.setValue(VALUE.time, this.time);
    into.setValue(VALUE.deliveredAt, this.#delivered);
    into.setValue(VALUE.convertedAt, this.#converted);
    into.setValue(VALUE.attempts, this.#attempts);
    into.setValue(VALUE.priceMicros, this.#priceMicros);
    into.setPlace(PLACE.position, position);
    into.setPlace(PLACE.number, number);
    into.setPlace(PLACE.line, record.line);
    into.setPlace(PLACE.purpose, PURPOSES.indexOf(this.#purpose));
    writeText(record, this.#idAt, PLACE.id, into);
    writeText(record, this.#accountAt, PLACE.account, into);
    writeText(record, this.#toAt, PLACE.to, into);
    writeText(record, this.#fromAt, PLACE.from, into);
    writeText(record, this.#ipAt, PLACE.ip, into);
    writeText(record, this.#deviceAt, PLACE.device, into);
    writeText(record, this.#currencyAt, PLACE.currency, into);
  }

  #readOutcomes(record: RecordReader): void {
    if (this.#deliveredAt !== ABSENT) {
      this.#delivered = this.#outcome(record, this.#deliveredAt, "delivered_at_unreadable");
    } else if (this.#statusAt !== ABSENT && isWord(record, this.#statusAt, "delivered")) {
      const at = this.#statusTimeAt;
      this.#delivered = (at === ABSENT ? undefined : this.#outcome(record, at, "delivered_at_unreadable")) ?? this.time;
    }
    if (this.#convertedAt !== ABSENT) {
      this.#converted = this.#outcome(record, this.#convertedAt, "converted_at_unreadable");
    } else if (this.#conversionAt !== ABSENT && isWord(record, this.#conversionAt, "converted")) {
      const at = this.#updatedAt;
      this.#converted = (at === ABSENT ? undefined : this.#outcome(record, at, "converted_at_unreadable")) ?? this.time;
    }
    if (this.#attemptsAt !== ABSENT && this.#converted !== undefined) this.#attempts = this.#readAttempts(record);
  }

  #readAttempts(record: RecordReader): number | undefined {
    const at = this.#attemptsAt;
    if (isEmpty(record, at)) return undefined;
    const micros = readAmount(record.bytes, record.starts[at] as number, record.stops[at] as number);
    if (micros >= ONE && micros % ONE === 0) return micros / ONE;
    this.#note(record, "attempts_unreadable", at);
    return undefined;
  }

  #outcome(record: RecordReader, at: number, problem: RowProblem): number | undefined {
    if (record.starts[at] === record.stops[at]) return undefined;
    const { bytes, starts, stops } = record;
    const time = readTime(bytes, starts[at] as number, stops[at] as number, this.#assumedOffset);
    if (time >= this.time) return time;
    if (time < 0) {
      if (!isEmpty(record, at)) this.#note(record, problem, at);
      return undefined;
    }
    if (time >= this.time - CLOCKS_DIFFER) return this.time;
    this.#note(record, "outcome_before_time", at);
    return undefined;
  }

  #readPrice(record: RecordReader): number | undefined {
    const at = this.#priceAt;
    const start = record.starts[at] as number;
    const stop = record.stops[at] as number;
    if (start === stop) return undefined;
    const micros = readAmount(record.bytes, start, stop);
    if (micros >= 0) return micros;
    if (Number.isNaN(micros)) {
      if (!isEmpty(record, at)) this.#note(record, "price_unreadable", at);
      return undefined;
    }
    if (this.#recognition.format.pricesAreNegative) return -micros;
    this.#note(record, "price_negative", at);
    return undefined;
  }

  #skip(reason: RowSkip): false {
    if (this.#audit !== undefined) this.#audit.skipped[reason] += 1;
    return false;
  }

  #refuse(record: RecordReader, problem: RowProblem, at: number): false {
    this.#note(record, problem, at);
    return false;
  }

  #note(record: RecordReader, problem: RowProblem, at: number): void {
    this.#audit?.problems.add(problem, record.line, () => this.#describe(record, problem, at));
  }

  #describe(record: RecordReader, problem: RowProblem, at: number): string {
    if (problem === "fields") {
      return `the row has ${record.count} fields, the header has ${this.#width}; a field with a delimiter in it must stand in quotes`;
    }
    const rule = RULES[problem];
    if (at === ABSENT) return rule;
    const name = [...this.#recognition.columns.values()].find(({ index }) => index === at)?.name ?? "a column";
    const start = record.starts[at] as number;
    const value = record.bytes.toString("utf8", start, Math.min(record.stops[at] as number, start + 40));
    return `${name} ${JSON.stringify(value)} ${rule}`;
  }
}

const TIME_PROBLEMS: ReadonlyMap<number, RowProblem> = new Map([
  [NO_OFFSET, "time_without_offset"],
  [NOT_IN_RANGE, "time_out_of_range"],
]);

/** What is wrong and what is right; behind the field's name and value where there is one. */
const RULES: Readonly<Record<Exclude<RowProblem, "fields">, string>> = {
  quote:
    'a quoted field is not closed within 1 MiB, or has text behind its closing quote; a quote inside is written ""',
  too_long: "the row has more than 1 MiB; no message has",
  nul: "the row has a zero byte; the file must be text in UTF-8",
  time_missing: "is empty; a row needs the time at which the send was requested",
  time_unreadable: "is no time; write ISO 8601 with offset (2026-01-31T23:59:59Z), epoch seconds or epoch milliseconds",
  time_without_offset:
    "has no offset from UTC; write Z or +02:00 behind it, or say which offset the file means (at the command line: --offset +02:00)",
  time_out_of_range: "is before 2000 or after 2099; traffic of the past lies between",
  purpose_unknown: `is no purpose; it is one of ${PURPOSES.join(", ")}, or empty for otp`,
  delivered_at_unreadable:
    "is no time, so the message counts as never delivered; leave it empty or write a time as in time (yes or no does not do)",
  converted_at_unreadable:
    "is no time, so the message counts as never verified; leave it empty or write a time as in time (yes or no does not do)",
  attempts_unreadable:
    "is no whole number from 1, so it counts as unknown; write how many codes were entered until one was right",
  outcome_before_time: "is more than a minute before the message itself, so it is left out",
  price_unreadable: "is no amount, so the price counts as unknown; write a decimal number such as 0.0795",
  price_negative: "is negative, so the price counts as unknown; write what the message cost as a positive number",
};

function isEmpty(record: RecordReader, at: number): boolean {
  return trimmedStart(record, at) === trimmedStop(record, at);
}

/** Of a column that the file may not have; then start and end are 0. */
function startOf(record: RecordReader, at: number): number {
  return at === ABSENT ? 0 : trimmedStart(record, at);
}

function stopOf(record: RecordReader, at: number): number {
  return at === ABSENT ? 0 : trimmedStop(record, at);
}

function writeText(record: RecordReader, at: number, place: number, into: RowBlockWriter): void {
  into.setPlace(place, startOf(record, at));
  into.setPlace(place + 1, stopOf(record, at));
}

function trimmedStart({ bytes, starts, stops }: RecordReader, at: number): number {
  let start = starts[at] as number;
  const stop = stops[at] as number;
  while (start < stop && bytes[start] === SPACE) start += 1;
  return start;
}

function trimmedStop({ bytes, starts, stops }: RecordReader, at: number): number {
  const start = starts[at] as number;
  let stop = stops[at] as number;
  while (stop > start && bytes[stop - 1] === SPACE) stop -= 1;
  return stop;
}

/** Whether a field is this lower-case word, in any case. */
function isWord(record: RecordReader, at: number, word: string): boolean {
  const start = trimmedStart(record, at);
  if (trimmedStop(record, at) - start !== word.length) return false;
  for (let letter = 0; letter < word.length; letter += 1) {
    if (((record.bytes[start + letter] as number) | 0x20) !== word.charCodeAt(letter)) return false;
  }
  return true;
}

/** `inbound`, `incoming`, `in`, `MO`; Twilio's `outbound-api`, `outbound-reply` and the like are not. */
function isInbound(record: RecordReader, at: number): boolean {
  const start = trimmedStart(record, at);
  const first = (record.bytes[start] as number) | 0x20;
  const second = (record.bytes[start + 1] as number) | 0x20;
  return trimmedStop(record, at) - start >= 2 && ((first === 0x69 && second === 0x6e) || isWord(record, at, "mo"));
}

function isSms(record: RecordReader, at: number): boolean {
  return isEmpty(record, at) || isWord(record, at, "sms") || isWord(record, at, "mms");
}

/** Twilio writes `whatsapp:+31…` and `messenger:…` for what is no SMS. */
function hasChannelPrefix({ bytes, starts, stops }: RecordReader, at: number): boolean {
  const start = starts[at] as number;
  const first = (bytes[start] as number) | 0x20;
  if (first < 0x61 || first > 0x7a) return false;
  const colon = bytes.indexOf(COLON, start);
  return colon >= 0 && colon < (stops[at] as number);
}

const SPACE = 0x20;
const COLON = 0x3a;
