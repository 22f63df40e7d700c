import type { E164 } from "./e164.ts";

const A = 97;
const NINE = 57;

/**
 * What stands for a number that was erased: all its digits but the last two, and two letters from a to j in their place. So
 * it is in the same block of 100, and nothing that was counted changes; but it is nobody's number, and the letters (of
 * `draw`, a whole number from 0 to 99 that must have nothing to do with the number) tell nothing of the two digits. They only
 * keep two erased numbers of a block apart.
 */
export function standInFor(e164: E164, draw: number): E164 {
  const letters = String.fromCharCode(A + (Math.floor(draw / 10) % 10), A + (draw % 10));
  return `${e164.slice(0, -2)}${letters}` as E164;
}

export function isStandIn(e164: string): boolean {
  return e164.charCodeAt(e164.length - 1) > NINE;
}

/** As people read it: `+316849135xx`. Any other number stays as it is. */
export function shownNumber(e164: E164): E164 {
  return isStandIn(e164) ? (`${e164.slice(0, -2)}xx` as E164) : e164;
}

/** Between two whole numbers, and so no number's; in the same blocks. */
export function lineOfStandIn(e164: string): number {
  const last = e164.length - 1;
  const draw = (e164.charCodeAt(last - 1) - A) * 10 + e164.charCodeAt(last) - A;
  return Number(e164.slice(1, -2)) * 100 + draw + 0.5;
}
