import type {
  AccountId,
  Channel,
  E164,
  EpochMilliseconds,
  NumberType,
  Purpose,
  RejectedRecipient,
  Verdict,
} from "@safeguard/core";
import type { Account, BlockAnswer } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Actor } from "../accounts/principal.ts";
import type { DeliveryReport } from "../gateway/feedback/delivery-report.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { SubmissionOutcome } from "../gateway/outbound/connector.ts";
import type { Provider, RouteTable } from "../gateway/outbound/provider.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";

/** Amount of money: millionths of the currency's unit. */
export interface Money {
  readonly micros: number;
  readonly currency: string;
}

/** What was decided on, as far as it is recorded: never the text. Enough to compute the verdict again. */
export interface DecidedMessage {
  readonly account: AccountId;
  readonly key: string;
  readonly to: E164;
  readonly candidates: readonly string[];
  readonly twin?: string;
  readonly numberType: NumberType;
  readonly valid: boolean;
  readonly originator: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly riskCheck: "enable" | "disable";
  /** Address of the person whose action caused it, where the client told. */
  readonly endUserAddress?: string;
  readonly verdict: Verdict;
}

/** A submission that is about to happen. Durable before the first byte goes out. */
export interface SubmissionIntent {
  /** 1, 2 … */
  readonly attempt: number;
  readonly provider: string;
}

/** Something to tell a customer's server; waits in the durable queue until it was taken or given up. */
export interface Notice {
  readonly message: MessageId;
  readonly account: AccountId;
  readonly dialect: "twilio" | "cm" | "native";
  readonly url: string;
  /** Which key's auth token signs it (Twilio dialect). */
  readonly key: string;
  /** The delivery that it reports. */
  readonly report: Omit<DeliveryReport, "message">;
}

/** Everything that happens, in the order in which it happened. Each record has a sequence number; tables follow from them. */
export type JournalRecord =
  | { readonly type: "account_saved"; readonly at: EpochMilliseconds; readonly actor: Actor; readonly account: Account }
  | { readonly type: "key_saved"; readonly at: EpochMilliseconds; readonly actor: Actor; readonly key: ApiKey }
  | {
      readonly type: "revision_saved";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly revision: PolicyRevision;
    }
  | {
      readonly type: "provider_saved";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly provider: Provider;
    }
  | {
      readonly type: "provider_removed";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly provider: string;
    }
  | {
      readonly type: "routes_saved";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly routes: RouteTable;
    }
  /** The decision API: decided, not sent. */
  | ({ readonly type: "decision_made"; readonly id: MessageId; readonly at: EpochMilliseconds } & DecidedMessage)
  /** The gateway: decided; with an intent, about to be submitted. */
  | MessageDecided
  /** The text was no number. `text` is cut to 64 characters. */
  | {
      readonly type: "message_rejected";
      readonly id: MessageId;
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly key: string;
      readonly dialect: "native" | "twilio" | "cm";
      readonly text: string;
      readonly rejection: RejectedRecipient;
      readonly reference?: string;
    }
  /** A further attempt, decided again first. */
  | {
      readonly type: "submission_intended";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly intent: SubmissionIntent;
      readonly verdict: Verdict;
      /** Channels that this decision took off, besides those that were off already. */
      readonly removedChannels?: readonly Channel[];
    }
  /** Refused by a provider, decided again for the next one, and stopped by what was in force then. No further attempt. */
  | {
      readonly type: "message_stopped";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly channel: Channel;
      readonly verdict: Verdict;
      readonly answer: BlockAnswer;
    }
  /** `outcome` without the provider's answer body, which may hold the text. */
  | {
      readonly type: "submission_ended";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly provider: string;
      readonly attempt: number;
      readonly outcome: SubmissionOutcome;
    }
  | { readonly type: "delivery_reported"; readonly at: EpochMilliseconds; readonly report: DeliveryReport }
  /** The client says that the person completed the verification, or did not. A claim. */
  | {
      readonly type: "verification_reported";
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly key: string;
      readonly message: MessageId;
      readonly outcome: "confirmed" | "unconfirmed";
      readonly occurredAt: EpochMilliseconds;
    }
  | { readonly type: "notice_queued"; readonly id: MessageId; readonly at: EpochMilliseconds; readonly notice: Notice }
  /** `nextAt` absent and not `taken`: given up. */
  | {
      readonly type: "notice_attempted";
      readonly id: MessageId;
      readonly at: EpochMilliseconds;
      readonly attempt: number;
      readonly taken: boolean;
      readonly status?: number;
      readonly error?: string;
      readonly nextAt?: EpochMilliseconds;
    }
  /** One effect per key: later requests with the same key get the same answer. */
  | {
      readonly type: "request_answered";
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly idempotencyKey: string;
      /** SHA-256 (hex) of method, path and body. */
      readonly requestHash: string;
      readonly status: number;
      readonly body: string;
    };

/** A decision as it is looked up. */
export type DecisionRecord = Extract<
  JournalRecord,
  { readonly type: "decision_made" | "message_decided" | "message_rejected" }
>;

export interface MessageDecided extends DecidedMessage {
  readonly type: "message_decided";
  readonly id: MessageId;
  readonly at: EpochMilliseconds;
  readonly dialect: "native" | "twilio" | "cm";
  /** Channels that it may still travel by. */
  readonly channels: readonly Channel[];
  readonly removedChannels: readonly Channel[];
  readonly reference?: string;
  readonly callback?: { readonly dialect: "twilio" | "cm" | "native"; readonly url: string };
  readonly segments: number;
  readonly price?: Money;
  /** How the client is told of a block. */
  readonly answer?: BlockAnswer;
  /** Absent: it was stopped. */
  readonly intent?: SubmissionIntent;
}
