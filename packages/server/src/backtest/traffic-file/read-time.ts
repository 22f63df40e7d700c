/** Times of traffic lie from here on (2000-01-01T00:00:00Z), in epoch milliseconds. */
export const EARLIEST_TIME = 946_684_800_000;
/** And before here (2100-01-01T00:00:00Z): in this span, seconds and milliseconds cannot be mistaken for each other. */
export const TIMES_END = 4_102_444_800_000;

/** Returned by {@link readTime} for what is no time. */
export const NOT_A_TIME = -1;
/** Returned by {@link readTime} for a time whose offset from UTC is not known. */
export const NO_OFFSET = -2;
/** Returned by {@link readTime} for a time before 2000 or after 2099. */
export const NOT_IN_RANGE = -3;

/**
 * The time written in `bytes[start]` to `bytes[end - 1]`, in epoch milliseconds; what is finer is cut off. Negative: one of
 * {@link NOT_A_TIME}, {@link NO_OFFSET}, {@link NOT_IN_RANGE}. Read are
 * - ISO 8601 with date, time of day and offset: `2026-01-31T23:59:59.123+01:00`; a space may stand for `T`, `UTC` or `GMT`
 *   for `Z`, `+0100` for `+01:00`, and the seconds may be missing;
 * - epoch seconds, with or without a fraction, and epoch milliseconds;
 * - `Thu, 24 Aug 2023 05:01:45 +0000` (RFC 5322), which Twilio's API writes.
 *
 * `assumedOffset`: minutes east of UTC for an ISO time without offset; NaN: there is none to assume.
 */
export function readTime(bytes: Uint8Array, start: number, end: number, assumedOffset: number): number {
  while (start < end && bytes[start] === SPACE) start += 1;
  while (end > start && bytes[end - 1] === SPACE) end -= 1;
  if (end - start >= 16 && bytes[start + 4] === HYPHEN) return readIso(bytes, start, end, assumedOffset);
  if (end - start >= 16 && (bytes[start] as number) > NINE) return readInternetDate(bytes, start, end);
  return readEpoch(bytes, start, end);
}

function readIso(bytes: Uint8Array, start: number, end: number, assumedOffset: number): number {
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const separator = (bytes[start + 10] as number) | 0x20;
  if (
    !(year >= 0 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60) ||
    bytes[start + 7] !== HYPHEN ||
    (separator !== LETTER_T && separator !== SPACE) ||
    bytes[start + 13] !== COLON ||
    !isDay(year, month, day)
  ) {
    return NOT_A_TIME;
  }
  let at = start + 16;
  let milliseconds = (hour * 60 + minute) * 60_000;
  if (bytes[at] === COLON && at < end) {
    const second = at + 3 <= end ? twoDigits(bytes, at + 1) : NaN;
    if (!(second >= 0 && second < 60)) return NOT_A_TIME;
    milliseconds += second * 1000;
    at += 3;
    if (at < end && (bytes[at] === DOT || bytes[at] === COMMA)) {
      const from = at + 1;
      let scale = 100;
      for (at = from; at < end; at += 1) {
        const digit = ((bytes[at] as number) - ZERO) >>> 0;
        if (digit > 9) break;
        if (scale >= 1) milliseconds += digit * scale;
        scale /= 10;
      }
      if (at === from) return NOT_A_TIME;
    }
  }
  const offset = at === end ? assumedOffset : readOffset(bytes, at, end);
  if (offset === BAD_OFFSET) return NOT_A_TIME;
  if (Number.isNaN(offset)) return NO_OFFSET;
  return inRange(daysSinceEpoch(year, month, day) * 86_400_000 + milliseconds - offset * 60_000);
}

/** Minutes east of UTC, or {@link BAD_OFFSET}. */
function readOffset(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === SPACE) at += 1;
  const first = bytes[at] as number;
  const length = end - at;
  if ((first | 0x20) === LETTER_Z) return length === 1 ? 0 : BAD_OFFSET;
  if (first === PLUS || first === HYPHEN) {
    const colon = length === 6 && bytes[at + 3] === COLON;
    if (length !== 3 && length !== 5 && !colon) return BAD_OFFSET;
    const hours = twoDigits(bytes, at + 1);
    const minutes = length === 3 ? 0 : twoDigits(bytes, at + (colon ? 4 : 3));
    if (!(hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60)) return BAD_OFFSET;
    return first === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes);
  }
  if (length !== 3) return BAD_OFFSET;
  const name = (first << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  return name === UTC || name === GMT ? 0 : BAD_OFFSET;
}

function readEpoch(bytes: Uint8Array, start: number, end: number): number {
  let whole = 0;
  let at = start;
  for (; at < end; at += 1) {
    const digit = ((bytes[at] as number) - ZERO) >>> 0;
    if (digit > 9) break;
    whole = whole * 10 + digit;
  }
  if (at === start) return NOT_A_TIME;
  let thousandths = 0;
  if (at < end) {
    if (bytes[at] !== DOT || at + 1 === end) return NOT_A_TIME;
    let scale = 100;
    for (at += 1; at < end; at += 1) {
      const digit = ((bytes[at] as number) - ZERO) >>> 0;
      if (digit > 9) return NOT_A_TIME;
      if (scale >= 1) thousandths += digit * scale;
      scale /= 10;
    }
  }
  if (whole >= EARLIEST_TIME) return inRange(whole);
  return inRange(whole * 1000 + thousandths);
}

/** `Thu, 24 Aug 2023 05:01:45 +0000`; the day of the week is not checked. */
function readInternetDate(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 40))).toString("latin1");
  const parts = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})$/.exec(
    text,
  );
  if (parts === null) return NOT_A_TIME;
  const [, day = "", name = "", year = "", hour = "", minute = "", second = "", zone = ""] = parts;
  const month = String(MONTHS.indexOf(name) + 1).padStart(2, "0");
  const iso = `${year}-${month}-${day.padStart(2, "0")}T${hour}:${minute}:${second}${zone.replace(/GMT|UTC/, "Z")}`;
  return readIso(Buffer.from(iso), 0, iso.length, Number.NaN);
}

function inRange(time: number): number {
  return time >= EARLIEST_TIME && time < TIMES_END ? time : NOT_IN_RANGE;
}

/** NaN where they are no digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = ((bytes[at] as number) - ZERO) >>> 0;
  const ones = ((bytes[at + 1] as number) - ZERO) >>> 0;
  return tens > 9 || ones > 9 ? Number.NaN : tens * 10 + ones;
}

function isDay(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  if (day <= 28) return true;
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of the Gregorian calendar since 1970-01-01, counted in years that begin in March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0;
  return y * 365 + ((y / 4) | 0) - ((y / 100) | 0) + ((y / 400) | 0) + dayOfYear + day - 719_469;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SPACE = 0x20;
const PLUS = 0x2b;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_T = 0x74;
const LETTER_Z = 0x7a;
const UTC = 0x555443;
const GMT = 0x474d54;
const BAD_OFFSET = 1e9;
