/** Seven digits and more, with whatever people write between them. */
const NUMBER = /\+?\d(?:[\s().\-/\u00a0]{0,3}\d){6,}/g;
/** A time as exports write them: a year with its day, and nothing but digits and what stands between them. */
const TIME =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[ T]\d{1,2}:[\d:.,]+)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?$/;

/** Hides the rest of whatever looks like a phone number, however it is grouped: `+99200…`. A time is none. */
export function maskedText(text: string): string {
  if (TIME.test(text.trim())) return text;
  return text.replace(NUMBER, (number) => `${firstDigits(number, 5)}…`);
}

/** Hides numbers in what is quoted of a file within a sentence of ours. */
export function maskedQuotes(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => `"${maskedText(quoted.slice(1, -1))}"`);
}

function firstDigits(number: string, count: number): string {
  let seen = 0;
  let end = 0;
  while (end < number.length && seen < count) {
    if (/\d/.test(number.charAt(end))) seen += 1;
    end += 1;
  }
  return number.slice(0, end);
}
