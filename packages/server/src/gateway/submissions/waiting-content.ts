import type { Channel, Recipient, Verdict } from "@safeguard/core";
import type { KeyPrincipal } from "../../accounts/principal.ts";
import type { LimitFacts } from "../../limits/limit-facts.ts";
import type { Money } from "../../store/journal-record.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";

/** What sending a waiting message takes, as it is kept: who sends it is looked up again when it is due. */
export interface WaitingContent {
  readonly account: string;
  readonly key: string;
  readonly outgoing: Omit<OutgoingMessage, "principal">;
  readonly recipient: Recipient;
  readonly segments: number;
  readonly price?: Money;
  readonly facts: LimitFacts;
  /** As it was decided when it came. */
  readonly verdict: Verdict;
  /** Channels that it may still travel by. */
  readonly channels: readonly [Channel, ...Channel[]];
}

/** What is not understood is a later version's. */
const FORMAT = 1;

export function writeWaitingContent(
  outgoing: OutgoingMessage,
  decided: Pick<WaitingContent, "recipient" | "segments" | "facts" | "verdict" | "channels"> & {
    readonly price: Money | undefined;
  },
): string {
  const { principal, ...rest } = outgoing;
  const { recipient, segments, price, facts, verdict, channels } = decided;
  const content: WaitingContent = {
    account: principal.account.id,
    key: principal.key.id,
    outgoing: rest,
    recipient,
    segments,
    ...(price !== undefined && { price }),
    facts,
    verdict,
    channels,
  };
  return JSON.stringify({ format: FORMAT, content });
}

/** Undefined: written by another version. */
export function readWaitingContent(text: string): WaitingContent | undefined {
  const { format, content } = JSON.parse(text) as { readonly format: number; readonly content: WaitingContent };
  return format === FORMAT ? content : undefined;
}

/** The message as its client sent it, by the account and the key as they are now. */
export function outgoingOf({ outgoing }: WaitingContent, principal: KeyPrincipal): OutgoingMessage {
  // (JSON has no undefined: what the client did not say is absent)
  return {
    ...ABSENT,
    ...outgoing,
    principal,
  };
}

const ABSENT = {
  text: undefined,
  purpose: undefined,
  policy: undefined,
  reference: undefined,
  callback: undefined,
  endUserAddress: undefined,
  wire: undefined,
} as const;
