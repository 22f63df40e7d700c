import type { AccountId } from "@safeguard/core";
import type { Seal } from "../store/seal.ts";
import type { AlertEvent } from "./alert-facts.ts";

const GOOD_FOR_MS = 24 * 3_600_000;
const PURPOSE = "alert-confirmation";

/** What a link lets its holder do: contain this incident, until then. */
export interface Confirmation {
  readonly account: AccountId;
  readonly incident: number;
  /** When the link was made: once a link to this incident was used after that, this one is used up. */
  readonly since: number;
  readonly until: number;
}

export interface ConfirmationLinks {
  /** Undefined: there is nothing to confirm, or this server does not know how it is reached. */
  urlFor(account: AccountId, event: AlertEvent, now: number): string | undefined;
  /** Undefined: no link of ours, or it is too old. */
  read(token: string, now: number): Confirmation | undefined;
}

/** Links in alerts that lead to a page where a person confirms a containment. Sealed under the master key, and good for a day. */
export function createConfirmationLinks(parts: {
  readonly seal: Pick<Seal, "seal" | "open">;
  publicUrl(): string | undefined;
}): ConfirmationLinks {
  return {
    urlFor(account, { facts, event }, now) {
      const base = parts.publicUrl();
      if (facts.code !== "incident_opened" || event !== "raised" || !facts.needsConfirmation) return undefined;
      if (base === undefined) return undefined;
      const confirmation: Confirmation = { account, incident: facts.incident, since: now, until: now + GOOD_FOR_MS };
      const token = parts.seal.seal(JSON.stringify(confirmation), PURPOSE);
      return `${base.replace(/\/$/, "")}/confirm/${token}`;
    },
    read(token, now) {
      try {
        const confirmation = JSON.parse(parts.seal.open(token, PURPOSE)) as Confirmation;
        return now < confirmation.until ? confirmation : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
