import { type AccountDetection, SESSION } from "@safeguard/core";
import type { Account } from "../../accounts/account.ts";
import type { KnownTraffic } from "./past-traffic-body.ts";

/** What detection knows of an account's traffic. Walks over what is remembered: not for every message. */
export function knownTraffic(
  { id }: Pick<Account, "id">,
  detection: AccountDetection | undefined,
  trial: boolean,
): KnownTraffic {
  if (detection === undefined) return { account: id, ...NOTHING, trial };
  const { signals, knownTo, isLearning } = detection;
  const { log, numbers, blocks, latency } = signals;
  let verifiedNumbers = 0;
  for (const { firstAt, banned } of numbers.known()) if (firstAt !== undefined && !banned) verifiedNumbers++;
  let suspected = 0;
  for (let session = log.tail; session < log.head; session++) {
    if ((log.state(session) & SESSION.suspected) !== 0) suspected++;
  }
  return {
    account: id,
    knownTo: knownTo === 0 ? null : new Date(knownTo).toISOString(),
    learning: isLearning,
    trial,
    numbers: numbers.count,
    verifiedNumbers,
    blocks: blocks.count,
    remembered: { messages: log.head - log.tail, suspected },
    completion: {
      share: rounded(signals.completionShare),
      medianSeconds: Math.round(latency.quantile(0.5) / 1000),
      observed: Math.round(latency.observed),
    },
    destinations: destinationsOf(detection),
  };
}

function destinationsOf({ signals }: AccountDetection): KnownTraffic["destinations"] {
  const destinations: KnownTraffic["destinations"] = [];
  for (let index = 0; ; index++) {
    const known = signals.destinationAt(index);
    if (known === undefined) break;
    const completionShare = rounded(known.completion.share(signals.completionShare));
    destinations.push({ destination: known.destination, newNumbers: known.clock, completionShare });
  }
  return destinations.sort((a, b) => b.newNumbers - a.newNumbers);
}

const NOTHING = {
  knownTo: null,
  learning: false,
  numbers: 0,
  verifiedNumbers: 0,
  blocks: 0,
  remembered: { messages: 0, suspected: 0 },
  completion: { share: 0, medianSeconds: 0, observed: 0 },
  destinations: [],
};

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
