import type { Destination, EpochMilliseconds, PastStep } from "@safeguard/core";
import type { PastStepRow } from "./past-traffic-record.ts";

/** The steps of one record. */
export interface PackedSteps {
  readonly from: EpochMilliseconds;
  readonly destinations: readonly string[];
  readonly steps: readonly PastStepRow[];
}

/** In the place of a message's destination: −1, −2. */
const KINDS = ["delivered", "verified"] as const;

/** Steps in the order of time, as a record holds them. Of the outcomes it knows `delivered` and `verified`. */
export function packSteps(steps: readonly PastStep[]): PackedSteps {
  const from = steps[0]?.at ?? (0 as EpochMilliseconds);
  const destinations: string[] = [];
  let before: number = from;
  const rows = steps.map((step): PastStepRow => {
    const gap = step.at - before;
    before = step.at;
    if (step.type === "outcome") {
      const { line, kind, attempts } = step;
      const row = [gap, line, kind === "verified" ? -2 : -1, step.at - step.sentAt] as const;
      return attempts === undefined ? row : [...row, attempts];
    }
    let destination = destinations.indexOf(step.destination);
    if (destination === -1) destination = destinations.push(step.destination) - 1;
    const { line, device, address } = step;
    if (address !== 0) return [gap, line, destination, device, address];
    return device === 0 ? [gap, line, destination] : [gap, line, destination, device];
  });
  return { from, destinations, steps: rows };
}

export function unpackSteps({ from, destinations, steps }: PackedSteps): readonly PastStep[] {
  let before: number = from;
  return steps.map((row): PastStep => {
    const [gap, line, place, fourth = 0, fifth] = row;
    before += gap;
    const at = before as EpochMilliseconds;
    const kind = KINDS[-1 - place];
    if (kind !== undefined) {
      const sentAt = (at - fourth) as EpochMilliseconds;
      return { type: "outcome", line, kind, sentAt, at, ...(fifth !== undefined && { attempts: fifth }) };
    }
    const destination = destinations[place] as Destination;
    return { type: "message", line, destination, at, device: fourth, address: fifth ?? 0 };
  });
}
