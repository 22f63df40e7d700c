import type { Channel, Engine, EpochMilliseconds, Recipient, Verdict } from "@safeguard/core";
import type { TrialTraffic } from "../../detection/trial-traffic.ts";
import type { LimitFacts } from "../../limits/limit-facts.ts";
import type { PriceList } from "../../prices/price-list.ts";
import type { Journal } from "../../store/journal.ts";
import type { MessageWaits, Money } from "../../store/journal-record.ts";
import type { HeldMessages } from "../held-messages.ts";
import type { MessageId } from "../message-id.ts";
import type { OnceByReference } from "../once-by-reference.ts";
import type { Connector } from "../outbound/connector.ts";
import type { ProviderTable } from "../outbound/provider-table.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";

/** What screening asks of the engine. */
export type DecidingEngine = Pick<
  Engine,
  "decide" | "decideByRules" | "limitNeeds" | "preview" | "previewByRules" | "reconsider" | "reconsiderByRules"
>;

/** The queue of what waits, as screening sees it. */
export interface WaitingRoom {
  /** How many more messages of this account may wait. */
  roomFor(account: OutgoingMessage["principal"]["account"]["id"]): number;
  /** May one more be held, by a client that does not wait? */
  mayHold(): boolean;
  /** These are durable. */
  added(waits: readonly MessageWaits[]): void;
  /** Its client waits with it: it is let go here, and not by the queue. */
  claim(message: MessageId): void;
  unclaim(message: MessageId): void;
  /** Has the wait of a claimed message ended meanwhile, because its number was erased? It then goes nowhere. */
  hasEnded(message: MessageId): boolean;
}

/** What screening needs of the rest. */
export interface ScreeningParts {
  readonly journal: Journal;
  readonly engine: DecidingEngine;
  readonly held: HeldMessages;
  /** Absent: nothing can be sent later. */
  readonly waiting?: WaitingRoom;
  /** Which messages count in detection; absent: all. */
  readonly trial?: Pick<TrialTraffic, "counts">;
  policyFor(message: OutgoingMessage): string;
  /** Is the account, or one above it, suspended? What it has waiting then goes nowhere. Absent: none is. */
  isSuspended?(account: OutgoingMessage["principal"]["account"]["id"]): boolean;
  readonly providers: ProviderTable;
  readonly prices: PriceList;
  /** What makes a reference count once. Absent: it never does. */
  readonly once?: Pick<OnceByReference, "recordOf">;
  /** Stands for a text without telling it; the same for the same text. */
  contentOf(text: string): string;
  callbackUrl(connector: Connector, message: MessageId): string | undefined;
  /** So many messages go to this connector at once. Absent: nobody counts. */
  spent?(connector: Connector, messages: number): void;
  now(): EpochMilliseconds;
  /** New notices stand in the journal. */
  noticesQueued(): void;
}

/** A message that was read and decided on, with what is needed to decide it again. */
export interface Decided {
  readonly id: MessageId;
  readonly outgoing: OutgoingMessage;
  readonly recipient: Recipient;
  readonly policy: string;
  readonly segments: number;
  readonly price: Money | undefined;
  readonly facts: LimitFacts;
}

/** Its place in the request. */
export interface Placed {
  readonly index: number;
}

/** Waits, with its client, until it may be decided again. */
export interface Held extends Decided, Placed {
  readonly verdict: Extract<Verdict, { readonly action: "hold" }>;
  /** From then on it is not sent. */
  readonly expiresAt: EpochMilliseconds;
  /** Its content is kept until it has its last word. */
  readonly kept: boolean;
}

/** A message with everything that giving it to a connector takes. */
export interface Sendable extends Decided {
  readonly channels: readonly [Channel, ...Channel[]];
  /** From then on nobody wants it any more, where the client said so. */
  readonly validUntil: EpochMilliseconds | undefined;
}

/** A message on its way. */
export interface Underway extends Sendable, Placed {
  readonly removedChannels: readonly Channel[];
  readonly verdict: Verdict;
  /** Not yet tried, in order. */
  readonly remaining: readonly Connector[];
  readonly attempt: number;
  readonly kept: boolean;
}
