import type {
  AccountId,
  Channel,
  E164,
  EpochMilliseconds,
  Incident,
  NumberType,
  Purpose,
  RejectedRecipient,
  Scope,
  Verdict,
} from "@safeguard/core";
import type { Account, BlockAnswer } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Actor } from "../accounts/principal.ts";
import type { AlertCode, AlertEvent, AlertFacts } from "../alerts/alert-facts.ts";
import type { AlertSettings } from "../alerts/alert-settings.ts";
import type { ActProposal } from "../approvals/act-proposal.ts";
import type { AuditRow } from "../audit/audit-row.ts";
import type { Brand } from "../brand/brand.ts";
import type { PastTrafficRecord } from "../detection/past-traffic/past-traffic-record.ts";
import type { DeliveryReport } from "../gateway/feedback/delivery-report.ts";
import type { OutcomeKind } from "../gateway/feedback/outcome.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { SubmissionOutcome } from "../gateway/outbound/connector.ts";
import type { Provider, RouteTable } from "../gateway/outbound/provider.ts";
import type { Member } from "../members/member.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";
import type { Rollout, RolloutStep } from "../rollouts/rollout.ts";

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
  /** Address of the person whose action caused it, and what tells his device from others, where the client told. */
  readonly endUserAddress?: string;
  readonly device?: string;
  readonly price?: Money;
  /** See `Message`: what limits count by, besides the number and the sender. */
  readonly content?: string;
  readonly keys?: Readonly<Record<string, string>>;
  readonly pricesIn?: Readonly<Record<string, number>>;
  /** It was held before, and asked for again: when it was asked for first. */
  readonly heldSince?: EpochMilliseconds;
  /** Of a test key: detection was only asked what holds now, and has not counted it. */
  readonly uncounted?: true;
  readonly verdict: Verdict;
}

/** A submission that is about to happen. Durable before the first byte goes out. */
export interface SubmissionIntent {
  /** 1, 2 … */
  readonly attempt: number;
  readonly provider: string;
}

/** Whose outcome: enough to judge it without the message's own record. */
export interface OutcomeSubject {
  readonly account: AccountId;
  readonly to: E164;
  readonly purpose: Purpose;
  /** When the message or decision was decided. */
  readonly sentAt: EpochMilliseconds;
  /** Said by a test key, or of a test key's message: no news for detection. */
  readonly uncounted?: true;
}

/** What became of a message, as the account says: a claim. Each kind once for each message or decision. */
export interface OutcomeReported extends OutcomeSubject {
  readonly type: "outcome_reported";
  /** When we learned of it. */
  readonly at: EpochMilliseconds;
  /** Who said it: a key's id, or `operator`. */
  readonly key: string;
  readonly kind: OutcomeKind;
  readonly message: MessageId;
  /** What `message` is the id of. */
  readonly of: "message" | "decision";
  /** Of the number; `unknown`: several share it. */
  readonly destination: string;
  /** When it happened, as claimed: from `sentAt` to `at`. */
  readonly occurredAt: EpochMilliseconds;
  /** Of `verified`: codes entered until one was right, from 1. Absent: not said. */
  readonly attempts?: number;
}

/** Days are counted from 1970-01-01 UTC. */
export interface ImportedNumber {
  readonly to: E164;
  readonly destination: string;
  readonly firstDay: number;
  readonly lastDay: number;
}

/** Something to tell a customer's server; waits in the durable queue until it was taken or given up. */
export type OutgoingNotice = Notice | AlertNotice;

/** What became of a message. */
export interface Notice {
  readonly message: MessageId;
  readonly account: AccountId;
  readonly dialect: "twilio" | "cm" | "native";
  readonly url: string;
  /** Which key's auth token signs it (Twilio dialect). */
  readonly key: string;
  /** The delivery that it reports. */
  readonly report: Omit<DeliveryReport, "message">;
  /** Told again on demand: the id under which it was told first, which it keeps. */
  readonly replayOf?: MessageId;
}

/** An alert, for one of the account's channels: where that leads is looked up when it is told. */
export interface AlertNotice {
  readonly dialect: "alert";
  readonly account: AccountId;
  readonly channel: string;
  readonly event: AlertEvent;
  readonly replayOf?: MessageId;
}

/** Words of an operator on an incident. */
export const INCIDENT_WORDS = ["acknowledge", "release", "close", "false_alarm", "undo_false_alarm"] as const;
export type IncidentWord = (typeof INCIDENT_WORDS)[number];

/** What a person (or a program with a key) did to detection, and why: the audit trail, and events of the engine. */
export type DetectionAction = {
  readonly at: EpochMilliseconds;
  readonly actor: Actor;
  readonly account: AccountId;
  readonly reason: string;
} & (
  | { readonly type: "incident_judged"; readonly incident: number; readonly word: IncidentWord }
  | {
      readonly type: "range_contained";
      readonly scope: Extract<Scope, { readonly type: "block" }>;
      readonly incident?: number;
      readonly until: EpochMilliseconds;
    }
  | DetectionSwitch
);

/** `until` not after `at`: it ends. */
export interface DetectionSwitch {
  readonly type: "lockdown_set" | "bypass_set";
  readonly until: EpochMilliseconds;
}

export type { AlertCode } from "../alerts/alert-facts.ts";

/** Raised once; resolved when what it says is so no more. */
export interface DetectionAlert {
  readonly type: "detection_alert";
  readonly id: MessageId;
  readonly at: EpochMilliseconds;
  readonly account: AccountId;
  readonly code: AlertCode;
  /** In plain words; without numbers of persons. */
  readonly sentence: string;
  readonly incident?: number;
  /** Absent: of an earlier version. */
  readonly facts?: AlertFacts;
}

/** Who says it and when; why, where that was asked. */
interface Saying {
  readonly at: EpochMilliseconds;
  readonly actor: Actor;
  readonly reason?: string;
}

/** How a message waits: for detection, for the time that its client named, or for its turn (the first or another one). */
export const WAIT_STATES = ["held", "scheduled", "queued"] as const;
export type WaitState = (typeof WAIT_STATES)[number];

/** How a wait ended: with the submission's last outcome, or without one. */
export const WAIT_ENDS = [
  "submitted",
  "refused",
  "in_doubt",
  "stopped",
  "expired",
  "canceled",
  "suspended",
  "erased",
] as const;
export type WaitEnd = (typeof WAIT_ENDS)[number];

/**
 * The message waits to be submitted, from `dueAt` on. Said again, it waits anew; what is not said then holds no more.
 * `content` is what sending it takes, its text and number among it: given where it begins to wait. It is no part of the
 * record: the store keeps it apart, enciphered, and only until `wait_ended`.
 */
export interface MessageWaits {
  readonly type: "message_waits";
  readonly message: MessageId;
  readonly at: EpochMilliseconds;
  readonly account: AccountId;
  readonly state: WaitState;
  readonly dueAt: EpochMilliseconds;
  /** From then on it is not submitted any more. */
  readonly expiresAt: EpochMilliseconds;
  /** The one that it is to go through; `none`: there was no route. */
  readonly provider: string;
  /** Attempts that were made, at all providers. */
  readonly attempts: number;
  /** Attempts that were made at this provider. */
  readonly tries: number;
  /** When the client wants it sent. */
  readonly sendAt?: EpochMilliseconds;
  /** Since when detection holds it. */
  readonly heldSince?: EpochMilliseconds;
  /** Decided by rules alone: detection and limits count it when it is due. */
  readonly uncounted?: true;
  /** An attempt may have reached the person: what ends the wait leaves it in doubt. */
  readonly inDoubt?: true;
  /** Taken off since it was first decided. */
  readonly removedChannels?: readonly Channel[];
  readonly content?: string;
}

/** Everything that happens, in the order in which it happened. Each record has a sequence number; tables follow from them. */
export type JournalRecord =
  | ({ readonly type: "account_saved"; readonly account: Account } & Saying)
  | ({ readonly type: "key_saved"; readonly key: ApiKey } & Saying)
  | ({ readonly type: "member_saved"; readonly member: Member } & Saying)
  /** The row of the audit trail of a change that became durable with it. */
  | { readonly type: "audited"; readonly at: EpochMilliseconds; readonly row: AuditRow }
  /** Somebody took the audit trail out of here, with everything that it says. */
  | { readonly type: "audit_exported"; readonly at: EpochMilliseconds; readonly actor: Actor; readonly rows: number }
  /** Prices are kept in a file of their own; `sha256` of what it then holds. */
  | {
      readonly type: "prices_replaced";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly entries: number;
      readonly sha256: string;
    }
  /** What waited in a store that was restored may be sent. */
  | { readonly type: "sending_resumed"; readonly at: EpochMilliseconds; readonly actor: Actor; readonly reason: string }
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
  /** It waited, was decided again, and waits on. */
  | {
      readonly type: "message_held";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly verdict: Extract<Verdict, { readonly action: "hold" }>;
    }
  /** A further attempt, or the first of a message that waited; decided again first. */
  | {
      readonly type: "submission_intended";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly intent: SubmissionIntent;
      readonly verdict: Verdict;
      /** Channels that this decision took off, besides those that were off already. */
      readonly removedChannels?: readonly Channel[];
    }
  /**
   * Refused by a provider or waiting, decided again, and stopped by what was in force then. No further attempt. With a
   * verdict of hold it was not decided again: its wait was broken off.
   */
  | {
      readonly type: "message_stopped";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly channel: Channel;
      readonly verdict: Verdict;
      readonly answer: BlockAnswer;
    }
  | MessageWaits
  | {
      readonly type: "wait_ended";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly how: WaitEnd;
    }
  /** A scheduled message is due: now detection and limits have counted it. Its fate is the next record. */
  | MessageDue
  /** Somebody found out what became of a message in doubt. */
  | {
      readonly type: "submission_settled";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly provider: string;
      readonly attempt: number;
      readonly outcome: SettledOutcome;
      readonly reason: string;
    }
  /**
   * `outcome` without the provider's answer body, which may hold the text. `next`: refused, and another attempt follows,
   * at once or after a wait; what the message reserved of its limits stays reserved.
   */
  | {
      readonly type: "submission_ended";
      readonly message: MessageId;
      readonly at: EpochMilliseconds;
      readonly provider: string;
      readonly attempt: number;
      readonly outcome: SubmissionOutcome;
      readonly next?: true;
    }
  /** `about`: whose outcome it is; only where the report is the first to say so (see `outcomeOf`). */
  | {
      readonly type: "delivery_reported";
      readonly at: EpochMilliseconds;
      readonly report: DeliveryReport;
      readonly about?: OutcomeSubject;
    }
  | OutcomeReported
  /** Numbers that the account has verified before, or elsewhere. */
  | {
      readonly type: "verified_imported";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly numbers: readonly ImportedNumber[];
    }
  /** Whatever was known of this number's verifications is forgotten. */
  | {
      readonly type: "verified_removed";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly to: E164;
    }
  /** The client says that the person has not completed the verification. (`confirmed`: before `outcome_reported`.) */
  | {
      readonly type: "verification_reported";
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly key: string;
      readonly message: MessageId;
      readonly outcome: "confirmed" | "unconfirmed";
      readonly occurredAt: EpochMilliseconds;
    }
  /** An incident as it stands; a later one replaces it. Follows from what was decided: no event of the engine. */
  | { readonly type: "incident_saved"; readonly at: EpochMilliseconds; readonly incident: Incident }
  | DetectionAction
  | PastTrafficRecord
  | DetectionAlert
  /** `alert`: the id of the one that is over. */
  | {
      readonly type: "alert_resolved";
      readonly at: EpochMilliseconds;
      readonly account: AccountId;
      readonly alert: MessageId;
      readonly code: AlertCode;
    }
  /** Somebody looked at the whole numbers of an incident. */
  | {
      readonly type: "evidence_revealed";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly incident: number;
    }
  /** Somebody looked at the whole number of a message. */
  | {
      readonly type: "number_revealed";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly message: MessageId;
    }
  /** Somebody ran a backtest, took its decisions with their whole numbers, or put its file away. */
  | {
      readonly type: "backtest_run" | "backtest_decisions_taken" | "backtest_deleted";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly backtest: string;
      /** Of a run: by what it decides, such as `default/3`. */
      readonly policies?: readonly string[];
    }
  /** Name, logo and colour of an account's own; with none of them they are taken away. */
  | ({ readonly type: "brand_saved"; readonly brand: Brand } & Saying)
  /** A baseline on its way into the accounts below; said again with each stage, stop and undo. */
  | ({ readonly type: "rollout_saved"; readonly rollout: Rollout } & Saying)
  /** In the same append as the target's revisions, whose authors say who it was. */
  | { readonly type: "rollout_step_done"; readonly at: EpochMilliseconds; readonly step: RolloutStep }
  /** What loosens, besides policies, and waits for a second person; said again, with what became of it. */
  | {
      readonly type: "act_proposal_saved";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly proposal: ActProposal;
    }
  /**
   * A number was taken out of the journal and of all that follows from it; `standIn` is in its place from then on. Absent
   * `account`: in every account. `resumed`: a stop came between, and it was done again.
   */
  | {
      readonly type: "number_erased";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account?: AccountId;
      readonly standIn: E164;
      readonly reason?: string;
      readonly resumed?: true;
    }
  /** Somebody took out all that is kept of a number. `range`: the 100 numbers that it is one of. */
  | {
      readonly type: "number_exported";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account?: AccountId;
      readonly range: string;
      readonly reason?: string;
    }
  | {
      readonly type: "alert_settings_saved";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly settings: AlertSettings;
    }
  /** A customer's server is not told anything any more, or again. `receiver`: see `receiverOf`. */
  | {
      readonly type: "receiver_paused" | "receiver_resumed";
      readonly at: EpochMilliseconds;
      readonly actor: Actor;
      readonly account: AccountId;
      readonly receiver: string;
    }
  /** `dueAt`: not to be told before; absent: at once. */
  | {
      readonly type: "notice_queued";
      readonly id: MessageId;
      readonly at: EpochMilliseconds;
      readonly notice: OutgoingNotice;
      readonly dueAt?: EpochMilliseconds;
    }
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

/** What a person says of a message in doubt: the provider took it, or it never did. */
export const SETTLED_OUTCOMES = ["sent", "not_sent"] as const;
export type SettledOutcome = (typeof SETTLED_OUTCOMES)[number];

/** As MessageDecided, of a message that was decided by rules alone when it came. */
export interface MessageDue extends DecidedMessage {
  readonly type: "message_due";
  readonly message: MessageId;
  readonly at: EpochMilliseconds;
  readonly dialect: "native" | "twilio" | "cm";
  readonly channels: readonly Channel[];
  readonly removedChannels: readonly Channel[];
  readonly counted?: Channel;
  readonly segments: number;
}

export interface MessageDecided extends DecidedMessage {
  readonly type: "message_decided";
  readonly id: MessageId;
  readonly at: EpochMilliseconds;
  readonly dialect: "native" | "twilio" | "cm";
  /** Channels that it may still travel by. */
  readonly channels: readonly Channel[];
  readonly removedChannels: readonly Channel[];
  /** The channel that detection counted it by, where that is not `channel`. */
  readonly counted?: Channel;
  readonly reference?: string;
  readonly callback?: { readonly dialect: "twilio" | "cm" | "native"; readonly url: string };
  readonly segments: number;
  /** How the client is told of a stop. Absent with a verdict of hold: it waits, and is decided again. */
  readonly answer?: BlockAnswer;
  /** Absent: it was stopped, or waits. */
  readonly intent?: SubmissionIntent;
}
