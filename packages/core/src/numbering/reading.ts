import type { Destination } from "./e164.ts";
import { NUMBER_TYPES, type NumberRejection, type Recipient, type RejectedRecipient } from "./recipient.ts";
import { rejected } from "./rejection.ts";

/** What the plan says of a number: a recipient without its digits. */
export type NumberReading = Omit<Recipient, "e164">;

/** What the plan says of the digits of a full international number, as they are written. */
export interface Reading extends NumberReading {
  /** Set when it is no recipient number as it is written; the rest then means nothing. */
  readonly rejected: RejectedRecipient | undefined;
  /** It is a number as it is written, and nothing can change that: it has no national prefix. */
  readonly final: boolean;
  /** The digits may be written with a national prefix; `withoutNationalPrefix` tells. */
  readonly maybeRespelled: boolean;
  /** The general pattern of the calling code's main plan holds. */
  readonly inGeneralPattern: boolean;
  /** Rejected, though it has as many digits as the plan's numbers, or more: enough to be what a national prefix was before. */
  readonly longEnough: boolean;
}

/** Reads what `tools/numbering/compile-plan.ts` writes: `candidates,twin,type,flags` or `rejection,flags`, a line each. */
export function decodeReadings(text: string): readonly Reading[] {
  const candidateLists = new Map<string, readonly [Destination, ...Destination[]]>();
  return `number_too_long,\n${text}`.split("\n").map((line): Reading => {
    const parts = line.split(",");
    const flags = parts[parts.length - 1] ?? "";
    const [first = "", twin = "", type = ""] = parts;
    const isNumber = parts.length === 4;
    let candidates = isNumber ? candidateLists.get(first) : NOWHERE;
    if (candidates === undefined) {
      candidates = Object.freeze(first.split(" ") as [Destination, ...Destination[]]);
      candidateLists.set(first, candidates);
    }
    const maybeRespelled = flags.includes("r");
    return {
      candidates,
      twin: isNumber && twin !== "" ? twin : undefined,
      type: isNumber ? (NUMBER_TYPES[Number(type)] ?? "unknown") : "unknown",
      valid: flags.includes("v"),
      rejected: isNumber ? undefined : rejected(first as NumberRejection),
      final: isNumber && !maybeRespelled,
      maybeRespelled,
      inGeneralPattern: flags.includes("n"),
      longEnough: flags.includes("l"),
    };
  });
}

/** Stands in for the candidates of a rejected number, which nobody reads. */
const NOWHERE: readonly [Destination] = ["ZZ" as Destination];
