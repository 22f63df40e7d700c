/** The largest amount that is read: a thousand million units of a currency for one message is a mistake. */
const MOST_UNITS = 1_000_000_000;

/**
 * The amount of money written in `bytes[start]` to `bytes[end - 1]` (`0.0795`, `-.05`, `0,05`), in millionths of its unit,
 * rounded; NaN where it is none. A comma is read as the decimal point that it is in much of Europe.
 */
export function readAmount(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  while (end > at && bytes[end - 1] === SPACE) end -= 1;
  const negative = at < end && bytes[at] === MINUS;
  if (negative || (at < end && bytes[at] === PLUS)) at += 1;
  let units = 0;
  let digits = 0;
  let micros = 0;
  for (; at < end; at += 1) {
    const digit = ((bytes[at] as number) - ZERO) >>> 0;
    if (digit > 9) break;
    units = units * 10 + digit;
    digits += 1;
  }
  if (at < end) {
    if (bytes[at] !== DOT && bytes[at] !== COMMA) return Number.NaN;
    let place = 100_000;
    let rounded = false;
    for (at += 1; at < end; at += 1) {
      const digit = ((bytes[at] as number) - ZERO) >>> 0;
      if (digit > 9) return Number.NaN;
      micros += digit * place;
      if (place === 0 && !rounded) {
        rounded = true;
        if (digit >= 5) micros += 1;
      }
      place = Math.floor(place / 10);
      digits += 1;
    }
  }
  if (digits === 0 || units >= MOST_UNITS) return Number.NaN;
  const amount = units * 1_000_000 + micros;
  return negative && amount > 0 ? -amount : amount;
}

const SPACE = 0x20;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
