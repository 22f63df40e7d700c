import { humanLatency, reportLag, transit } from "../people/latency.ts";
import type { Random } from "../random/random.ts";

/** What an attacker, and the operator that shares the revenue, make of a message that was sent at `time`. */
export type FakedOutcome = (
  time: number,
  random: Random,
) => { readonly deliveredAt: number | undefined; readonly convertedAt: number | undefined };

/** Nobody enters the code. The operator reports every message as delivered after about a second. */
export const unanswered: FakedOutcome = (time, random) => ({
  deliveredAt: time + random.between(900, 1_600),
  convertedAt: undefined,
});

/** Nobody enters the code, and the numbers do not even exist. */
export const undelivered: FakedOutcome = () => ({ deliveredAt: undefined, convertedAt: undefined });

/** A script enters `part` of the codes, `latency` milliseconds after the request, within `jitter`. */
export function regular(part: number, latency: number, jitter: number): FakedOutcome {
  return (time, random) => ({
    deliveredAt: time + random.between(900, 1_600),
    convertedAt: random.chance(part) ? time + latency + random.between(-jitter, jitter) : undefined,
  });
}

/** `part` of the codes come back, with the latencies of people and of honest delivery reports. */
export function humanLike(part: number): FakedOutcome {
  return (time, random) => {
    const arrival = transit(random);
    const latency = Math.max(humanLatency(random), arrival + 1_500);
    const reached = random.chance(0.94);
    return {
      deliveredAt: reached ? time + arrival + reportLag(random) : undefined,
      convertedAt: reached && random.chance(part / 0.94) ? time + latency : undefined,
    };
  };
}

/** As `humanLike`, but the operator reports every message as delivered after about a second. */
export function deliveredAlways(part: number): FakedOutcome {
  return (time, random) => ({
    deliveredAt: time + random.between(900, 1_600),
    convertedAt: random.chance(part) ? time + Math.max(humanLatency(random), transit(random) + 1_500) : undefined,
  });
}

/** The code comes back two seconds after the request; the delivery report three to six seconds later. */
export const beforeDelivery: FakedOutcome = (time, random) => ({
  deliveredAt: time + random.between(5_000, 8_000),
  convertedAt: time + random.between(1_600, 2_600),
});
