import type { Connector } from "../outbound/connector.ts";

/** So much of a second's messages may go at once. */
const BURST_SECONDS = 1;

interface Bucket {
  rate: number;
  tokens: number;
  at: number;
}

/** How many messages each connector may be given now: a bucket that fills with its messages per second. */
export interface Throttle {
  /** As many of `wanted` as may go now; they count as gone. */
  take(connector: Connector | undefined, wanted: number): number;
  /** They went without having been asked for, or (negative) were taken and did not go. */
  spend(connector: Connector | undefined, messages: number): void;
  /** Milliseconds until one may go; 0: now. */
  wait(connector: Connector | undefined): number;
}

export function createThrottle(now: () => number): Throttle {
  const buckets = new Map<string, Bucket>();

  function bucketOf(connector: Connector | undefined): Bucket | undefined {
    const rate = connector?.messagesPerSecond;
    if (connector === undefined || rate === undefined) return undefined;
    const at = now();
    let bucket = buckets.get(connector.id);
    if (bucket === undefined) {
      bucket = { rate, tokens: mostOf(rate), at };
      buckets.set(connector.id, bucket);
    }
    bucket.rate = rate;
    bucket.tokens = Math.min(mostOf(rate), bucket.tokens + ((at - bucket.at) / 1_000) * rate);
    bucket.at = at;
    return bucket;
  }

  return {
    take(connector, wanted) {
      const bucket = bucketOf(connector);
      if (bucket === undefined) return wanted;
      const taken = Math.max(0, Math.min(wanted, Math.floor(bucket.tokens)));
      bucket.tokens -= taken;
      return taken;
    },
    spend(connector, messages) {
      const bucket = bucketOf(connector);
      // What nobody could hold up owes at most a second.
      if (bucket !== undefined) bucket.tokens = Math.max(-mostOf(bucket.rate), bucket.tokens - messages);
    },
    wait(connector) {
      const bucket = bucketOf(connector);
      if (bucket === undefined || bucket.tokens >= 1) return 0;
      return Math.ceil(((1 - bucket.tokens) / bucket.rate) * 1_000);
    },
  };
}

function mostOf(rate: number): number {
  return Math.max(1, rate * BURST_SECONDS);
}
