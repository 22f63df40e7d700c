import { type EpochMilliseconds, REASONS, type ReasonCode, type ReasonFamily, type Verdict } from "@safeguard/core";
import type { StoppingVerdict } from "../screening-port.ts";
import { AT } from "./screening-bench.ts";

const COMMON = {
  findings: [],
  score: 0,
  policy: { policy: "default", revisions: [1] },
  degraded: [],
  detection: "filter",
} as const;

export const ALLOW: Verdict = { ...COMMON, action: "allow", reason: "destination_allowed" };
export const BLOCK: StoppingVerdict = { ...COMMON, action: "block", reason: "destination_blocked" };
export const CHALLENGE: StoppingVerdict = { ...COMMON, action: "challenge", reason: "destination_blocked" };
/** Ask again in five seconds. */
export const HOLD: StoppingVerdict = {
  ...COMMON,
  action: "hold",
  reason: "destination_blocked",
  until: (AT + 5000) as EpochMilliseconds,
};

/** A reason of each family that stops messages. Limits and detection have none yet: theirs are made up for the tests. */
export const REASON_OF_FAMILY = {
  network: "test_network" as ReasonCode,
  number: "number_rejected",
  destination: "destination_blocked",
  limit: "test_limit" as ReasonCode,
  detection: "test_detection" as ReasonCode,
} as const satisfies Record<Exclude<ReasonFamily, "allowed">, ReasonCode>;

/** Makes the reasons of {@link REASON_OF_FAMILY} known for as long as the process runs. */
export function knowTestReasons(): void {
  for (const [family, code] of Object.entries(REASON_OF_FAMILY))
    if (!Object.hasOwn(REASONS, code)) Object.assign(REASONS, { [code]: { family, sentence: "Made up for a test." } });
}
