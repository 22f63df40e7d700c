import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Actor } from "../../accounts/principal.ts";
import type { ImportedNumber } from "../../store/journal-record.ts";

/**
 * One step of past traffic, as small as it goes: `gap` milliseconds after the step before it.
 * - A message: [gap, number's digits, index of its destination], and where they are known hashes of the person's device (0:
 *   not known) and address.
 * - What became of one: [gap, number's digits, −1 delivered or −2 verified, milliseconds since it was sent], and where it is
 *   known how many codes were entered.
 */
export type PastStepRow =
  | readonly [gap: number, line: number, destination: number]
  | readonly [gap: number, line: number, destination: number, device: number]
  | readonly [gap: number, line: number, destination: number, device: number, address: number]
  | readonly [gap: number, line: number, kind: -1 | -2, sentAgo: number]
  | readonly [gap: number, line: number, kind: -1 | -2, sentAgo: number, attempts: number];

/** How past traffic is learned: the engine lives through these records as through any other. */
export type PastTrafficRecord =
  | {
      readonly type: "past_traffic_learned";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      /** Time from which the first step's gap counts. */
      readonly from: EpochMilliseconds;
      readonly destinations: readonly string[];
      readonly steps: readonly PastStepRow[];
    }
  /** Who turned out to be verified: for the table of verified numbers. Follows from what was learned: no event of the engine. */
  | {
      readonly type: "past_numbers_verified";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly numbers: readonly ImportedNumber[];
    }
  | {
      readonly type: "past_learning_ended";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
    }
  /** What was measured of the account's traffic is forgotten; `wasTrial`: with the numbers that it verified. */
  | {
      readonly type: "detection_begun_anew";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly wasTrial: boolean;
      readonly reason: string;
    };
