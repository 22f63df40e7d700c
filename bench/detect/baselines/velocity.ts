import type { Attempt } from "../candidate.ts";
import { RollingCounts } from "./rolling-count.ts";
import type { Rule } from "./rule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** At most `most` messages in any `length` milliseconds that share a key; without a key a message passes uncounted. */
export function velocity(most: number, length: number, keyOf: (attempt: Attempt) => string | undefined): Rule {
  const sent = new RollingCounts(length);
  return {
    decide(attempt) {
      const key = keyOf(attempt);
      if (key === undefined) return "allow";
      const { time } = attempt.row;
      if (sent.at(key, time) >= most) return "block";
      sent.add(key, time);
      return "allow";
    },
  };
}

/** Five an hour for each address of an end user: the limit that guides on one-time codes advise most. */
export function perAddress(): Rule {
  return velocity(5, HOUR, ({ row }) => row.ip);
}

/**
 * So many an hour for each block of 10,000 numbers. coss.com's documentation limits "the number without its last four
 * digits" but does not publish its figure: 5 and 20 are tried.
 */
export function perBlock(most: number): Rule {
  return velocity(most, HOUR, ({ row }) => row.to.slice(0, -4));
}

/** 100 messages in ten minutes for each country, the shape of the burst protection that Vonage describes. */
export function countryBurst(): Rule {
  return velocity(100, 10 * MINUTE, ({ recipient }) => recipient.candidates[0]);
}
