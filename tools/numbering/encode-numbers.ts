const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Whole numbers from 0 as text: five bits a character, the lowest first; a sixth bit says that more follow. */
export function encodeNumbers(numbers: readonly number[]): string {
  let text = "";
  for (const number of numbers) {
    let rest = number;
    while (rest >= 32) {
      text += DIGITS[32 + (rest % 32)];
      rest = Math.floor(rest / 32);
    }
    text += DIGITS[rest];
  }
  return text;
}
