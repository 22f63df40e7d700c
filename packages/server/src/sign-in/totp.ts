import { createHmac, timingSafeEqual } from "node:crypto";

/** How long an app shows a code. */
const HALF_MINUTE_MS = 30_000;
const DIGITS = 6;

/** Which half minute it is, counted from 1970. `at`: epoch milliseconds. */
export function halfMinuteOf(at: number): number {
  return Math.floor(at / HALF_MINUTE_MS);
}

/** The code of a half minute (RFC 6238 with SHA-1 and six digits, which every authenticator app knows). */
export function codeOfHalfMinute(secret: string, halfMinute: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(halfMinute));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** Of which half minute a code is: the present one, or one beside it. Undefined: of none of the three. */
export function halfMinuteOfCode(secret: string, code: string, at: number): number | undefined {
  const now = halfMinuteOf(at);
  // (the present one first: a code can be that of two)
  return [now, now - 1, now + 1].find((halfMinute) => isSame(codeOfHalfMinute(secret, halfMinute), code));
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
