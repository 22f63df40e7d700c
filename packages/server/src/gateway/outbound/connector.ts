import type { AccountId, Channel, E164 } from "@safeguard/core";
import type { MessageId } from "../message-id.ts";
import type { WireForm } from "../outgoing-message.ts";

export const CONNECTOR_KINDS = ["sandbox", "twilio", "cm", "http"] as const;
export type ConnectorKind = (typeof CONNECTOR_KINDS)[number];

/** One message, decided and journalled, on its way to a provider. */
export interface Submission {
  readonly id: MessageId;
  /** Whose message it is: the sandbox shows an account its own messages. No provider is told. */
  readonly account?: AccountId;
  /** The canonical number: nothing else may reach the provider as recipient. */
  readonly to: E164;
  readonly originator: string;
  readonly text: string | undefined;
  /** Channels that were allowed. A connector must leave the provider no other way that can end as SMS. */
  readonly channels: readonly Channel[];
  readonly channelsDeclared: boolean;
  readonly wire: WireForm | undefined;
  /** Where the provider's delivery reports are to go (ours). Undefined: we have no public URL. */
  readonly callbackUrl: string | undefined;
  /** How long it may be on its way from now on, where the client of the native API said so or it waited. */
  readonly validitySeconds?: number;
}

/** What the provider said, kept for a reply in the same dialect. `body` is parsed JSON, or the text. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: unknown;
  /** From its `Retry-After`, where it named seconds. */
  readonly retryAfterSeconds?: number;
}

export type RefusalKind =
  | "throttled"
  | "credentials"
  | "recipient"
  | "content"
  | "blocked"
  | "unavailable"
  | "untranslatable"
  | "other";

/** How a submission ended. Never guessed: whatever is neither a clear yes nor a clear no is in doubt. */
export type SubmissionOutcome =
  | {
      readonly type: "accepted";
      readonly providerId: string | undefined;
      readonly answer: ProviderAnswer | undefined;
    }
  | {
      readonly type: "refused";
      readonly kind: RefusalKind;
      /** The provider's own code, or ours for what was never sent. */
      readonly code: string;
      readonly text: string;
      readonly answer: ProviderAnswer | undefined;
    }
  | {
      readonly type: "in_doubt";
      readonly cause: "timeout" | "connection_lost" | "answer_unreadable" | "answer_unexpected" | "restart";
      readonly text: string;
    };

/** A provider as we use it. Implementations live in folders beside this file and know nothing of each other. */
export interface Connector {
  readonly id: string;
  readonly kind: ConnectorKind;
  /** Most submissions that one call takes. */
  readonly maxBatch: number;
  /** Waiting messages go out no faster. Absent: as fast as it takes them. */
  readonly messagesPerSecond?: number;
  /** A second submission with the same id is taken for the first one: in doubt, it may be sent again. */
  readonly isIdempotent?: true;
  /** One outcome for each submission, in order. Never throws, never retries: a retry is a new decision. */
  submit(batch: readonly Submission[]): Promise<readonly SubmissionOutcome[]>;
  close(): Promise<void>;
}
