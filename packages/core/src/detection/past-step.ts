import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import type { OutcomeKind } from "./detection-event.ts";
import type { DetectionQuery } from "./detection-query.ts";
import { PRESETS } from "./detection-settings.ts";

/** Something that happened before Safeguard decided: a message that went out, or what became of one. */
export type PastStep =
  | {
      readonly type: "message";
      /** The number's digits as a whole number. */
      readonly line: number;
      readonly destination: Destination;
      readonly at: EpochMilliseconds;
      /** Hash of the person's device (`hashText`); 0: not known. */
      readonly device: number;
      /** Of that person's network (`hashAddress`); 0: not known. */
      readonly address: number;
    }
  | {
      readonly type: "outcome";
      readonly line: number;
      readonly kind: OutcomeKind;
      readonly sentAt: EpochMilliseconds;
      readonly at: EpochMilliseconds;
      /** See the event `outcome`. */
      readonly attempts?: number;
    };

/** A message of the past, as detection sees it: it went out, whatever is said of it. */
export function pastQuery({
  line,
  destination,
  at,
  device,
  address,
}: Extract<PastStep, { type: "message" }>): DetectionQuery {
  return {
    line,
    destination,
    at,
    device,
    address,
    heldSince: undefined,
    priceMicros: undefined,
    currency: undefined,
    falseBlockBudget: PRESETS.balanced.falseBlockBudget,
    scoreThreshold: 50,
    holdSeconds: 0,
    audit: undefined,
    draw: undefined,
    sharesEvidence: false,
    acts: false,
  };
}
