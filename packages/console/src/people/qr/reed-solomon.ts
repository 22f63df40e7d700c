/** Product in the field of 256 that QR codes count in (x^8 + x^4 + x^3 + x^2 + 1). */
export function product(a: number, b: number): number {
  let sum = 0;
  for (let bit = 7; bit >= 0; bit--) {
    sum = (sum << 1) ^ ((sum >> 7) * 0x11d);
    if (((b >> bit) & 1) === 1) sum ^= a;
  }
  return sum;
}

/** The words of correction for these words: what is left when they are divided by (x - 1)(x - 2)(x - 4)… */
export function remainderOf(words: readonly number[], count: number): readonly number[] {
  const divisor = divisorOf(count);
  const rest = new Array<number>(count).fill(0);
  for (const word of words) {
    const factor = word ^ (rest.shift() ?? 0);
    rest.push(0);
    for (const [index, coefficient] of divisor.entries())
      rest[index] = (rest[index] ?? 0) ^ product(coefficient, factor);
  }
  return rest;
}

/** Its coefficients from the second highest on; the highest is 1. */
function divisorOf(count: number): readonly number[] {
  const result = [...new Array<number>(count - 1).fill(0), 1];
  let root = 1;
  for (let degree = 0; degree < count; degree++) {
    for (let index = 0; index < count; index++)
      result[index] = product(result[index] ?? 0, root) ^ (result[index + 1] ?? 0);
    root = product(root, 2);
  }
  return result;
}
