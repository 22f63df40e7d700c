import type { EpochMilliseconds } from "../brand.ts";
import type { Message } from "../message.ts";
import type { Destination } from "../numbering/e164.ts";
import { isStandIn, lineOfStandIn } from "../numbering/stand-in.ts";
import { hashText } from "../signals/hash-key.ts";
import type { DetectionAudit, EffectiveDetection } from "./detection-settings.ts";

/** One message to a number, as detection sees it. */
export interface DetectionQuery {
  /** The number's digits as a whole number, and its text. */
  readonly line: number;
  readonly destination: Destination;
  readonly at: EpochMilliseconds;
  /** Hash of the person's device; 0: not known. */
  readonly device: number;
  /** The person's address, of which a hash is made where it is remembered; or that hash (`hashAddress`). */
  readonly address: string | number | undefined;
  /** When a message that was held was asked for. */
  readonly heldSince: EpochMilliseconds | undefined;
  readonly priceMicros: number | undefined;
  readonly currency: string | undefined;
  readonly falseBlockBudget: number;
  readonly scoreThreshold: number;
  readonly holdSeconds: number;
  /** Codes to one number that may stay unanswered. Absent: the default. */
  readonly unanswered?: EffectiveDetection["unanswered"];
  readonly audit: DetectionAudit | undefined;
  readonly draw: number | undefined;
  readonly sharesEvidence: boolean;
  /** While no outcomes are reported, a number that is not known has to prove itself. */
  readonly challengesUnheard?: boolean;
  /** Does a stop stop it? Otherwise, but for lockdown and what an operator contained, it goes out, and only what would have been done is known. */
  readonly acts: boolean;
}

/** A message as detection sees it. */
export function queryOf(message: Message, mode: "monitor" | "enforce", settings: EffectiveDetection): DetectionQuery {
  const { recipient, at, device, endUserAddress, price, heldSince, draw } = message;
  return {
    line: lineOf(recipient.e164),
    destination: recipient.candidates[0],
    at,
    device: device === undefined ? 0 : hashText(device),
    address: endUserAddress,
    heldSince,
    priceMicros: price?.micros,
    currency: price?.currency,
    falseBlockBudget: settings.falseBlockBudget,
    scoreThreshold: settings.scoreThreshold,
    holdSeconds: settings.holdSeconds,
    unanswered: settings.unanswered,
    audit: settings.audit,
    draw,
    sharesEvidence: settings.shareEvidence,
    challengesUnheard: settings.whenOutcomesMissing === "challenge_new",
    acts: mode === "enforce",
  };
}

/** The digits of a number as one whole number: E.164 has at most 15, so each has its own. What stands for an erased one has its own, too. */
export function lineOf(e164: string): number {
  if (isStandIn(e164)) return lineOfStandIn(e164);
  let line = 0;
  for (let index = 1; index < e164.length; index++) line = line * 10 + (e164.charCodeAt(index) - 48);
  return line;
}
