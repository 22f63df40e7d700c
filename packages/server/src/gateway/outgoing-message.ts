import type { Channel, EpochMilliseconds, NumberDialect, Purpose } from "@safeguard/core";
import type { SendMode } from "../accounts/account.ts";
import type { KeyPrincipal } from "../accounts/principal.ts";

/** The request as the client wrote it, so that a connector of the same dialect can pass on what we do not model. */
export type WireForm =
  | { readonly dialect: "twilio"; readonly fields: readonly (readonly [name: string, value: string])[] }
  /** `msg`: the client's own JSON object (keys as it spelled them), without its recipients. */
  | { readonly dialect: "cm"; readonly msg: Readonly<Record<string, unknown>> };

/** Whom to tell what becomes of the message, besides the account's own targets. */
export interface CallbackTarget {
  readonly dialect: "twilio" | "cm" | "native";
  readonly url: string;
}

/** When and how to send it, where the client said so. */
export interface SendingWish {
  /** `async`: it is accepted now, and sent later. Absent: as the key says, else the account. */
  readonly mode?: SendMode;
  /** Not before; it is then accepted now in any case. */
  readonly sendAt?: EpochMilliseconds;
  /** From then on not at all. */
  readonly expiresAt?: EpochMilliseconds;
  /** The same, counted from when it is to be sent. */
  readonly validityMs?: number;
}

/** One message to one recipient as a dialect understood it; `to` is still what the client typed. */
export interface OutgoingMessage {
  readonly principal: KeyPrincipal;
  readonly dialect: Extract<NumberDialect, "native" | "twilio" | "cm">;
  readonly to: string;
  readonly originator: string;
  /** The text; undefined where the dialect sends a template or media that only its own provider can render. */
  readonly text: string | undefined;
  /** Channels it may travel by, in order; the decision is made for each. */
  readonly channels: readonly [Channel, ...Channel[]];
  /** Whether the client (or the account) said so; undeclared means one SMS. */
  readonly channelsDeclared: boolean;
  readonly purpose: Purpose | undefined;
  readonly policy: string | undefined;
  readonly riskCheck: "enable" | "disable";
  /** The client's own reference, given back in answers and reports. */
  readonly reference: string | undefined;
  readonly callback: CallbackTarget | undefined;
  /** Address of the person whose action caused it, where the client told. */
  readonly endUserAddress: string | undefined;
  /** What tells that person's device from others, where the client told. */
  readonly device?: string;
  /** What the client counts by, for ceilings per key. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly wire: WireForm | undefined;
  readonly sending?: SendingWish;
  readonly at: EpochMilliseconds;
}
