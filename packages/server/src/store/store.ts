import type {
  AccountId,
  Channel,
  E164,
  EpochMilliseconds,
  Incident,
  IncidentState,
  NumberType,
  Purpose,
  Verdict,
} from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { AlertFacts } from "../alerts/alert-facts.ts";
import type { AlertSettings } from "../alerts/alert-settings.ts";
import type { ActProposal } from "../approvals/act-proposal.ts";
import type { AuditHead, AuditRow } from "../audit/audit-row.ts";
import type { FoundRow } from "../audit/verify-chain.ts";
import type { Brand } from "../brand/brand.ts";
import type { OutcomeKind } from "../gateway/feedback/outcome.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { Provider, RouteTable } from "../gateway/outbound/provider.ts";
import type { Member } from "../members/member.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";
import type { Rollout, RolloutStep } from "../rollouts/rollout.ts";
import type { Journal } from "./journal.ts";
import type {
  AlertCode,
  DecisionRecord,
  DetectionAction,
  DetectionSwitch,
  JournalRecord,
  Money,
  OutcomeSubject,
  OutgoingNotice,
  WaitState,
} from "./journal-record.ts";
import type { MasterKey } from "./master-key.ts";
import type { FoundSubjects, NumberQuestion } from "./number-trace.ts";
import type { Restored } from "./restored.ts";
import type { Removed, Retention } from "./retention.ts";
import type { ErasureQuestion } from "./tables/erase-journal.ts";
import type { ErasedRows } from "./tables/erase-tables.ts";

/** The states of a message: the decision, then the submission, then the delivery. Later ones replace earlier ones. */
export const MESSAGE_STATUSES = [
  "blocked",
  "held",
  "challenged",
  "scheduled",
  "queued",
  "submitting",
  "submitted",
  "refused",
  "in_doubt",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "read",
  "expired",
  "canceled",
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** A message as people look it up. */
export interface MessageView {
  readonly id: MessageId;
  readonly account: AccountId;
  readonly key: string;
  readonly at: EpochMilliseconds;
  readonly updatedAt: EpochMilliseconds;
  readonly dialect: "native" | "twilio" | "cm";
  readonly to: E164;
  readonly candidates: readonly string[];
  readonly numberType: NumberType;
  readonly originator: string;
  readonly channels: readonly Channel[];
  readonly removedChannels: readonly Channel[];
  readonly purpose: Purpose;
  readonly reference: string | undefined;
  readonly callback: { readonly dialect: "twilio" | "cm" | "native"; readonly url: string } | undefined;
  readonly status: MessageStatus;
  readonly verdict: Verdict;
  readonly segments: number;
  readonly price: Money | undefined;
  readonly provider: string | undefined;
  readonly providerId: string | undefined;
  /** Of the latest submission; absent: none was begun. */
  readonly attempt?: number;
  /** The provider's code and text, where it refused or failed. */
  readonly errorCode: string | undefined;
  readonly errorText: string | undefined;
  /** Latest delivery report, by the provider's time. */
  readonly reportedAt: EpochMilliseconds | undefined;
  /** It waits to be submitted, or is being submitted after a wait. */
  readonly waiting?: WaitingTimes;
}

export interface WaitingTimes {
  readonly state: WaitState;
  readonly dueAt: EpochMilliseconds;
  readonly expiresAt: EpochMilliseconds;
  readonly sendAt: EpochMilliseconds | undefined;
}

/** A message that waits, without its content. */
export interface WaitingMessage extends WaitingTimes {
  readonly id: MessageId;
  readonly account: AccountId;
  readonly provider: string;
  readonly attempts: number;
  readonly tries: number;
  readonly heldSince: EpochMilliseconds | undefined;
  readonly uncounted: boolean;
  readonly inDoubt: boolean;
  readonly removedChannels: readonly Channel[];
}

/** The messages of one account that wait for one provider. */
export interface WaitingLane {
  readonly provider: string;
  readonly account: AccountId;
}

/** A submission that began and has no end. */
export interface UnresolvedSubmission {
  readonly id: MessageId;
  readonly provider: string;
  readonly attempt: number;
  /** It had waited before, and its content is still kept. */
  readonly waiting: WaitingMessage | undefined;
}

export interface MessageFilter {
  readonly to?: E164;
  readonly originator?: string;
  readonly destination?: string;
  readonly status?: MessageStatus;
  /** What the number begins with, such as `+31653`. This, `purpose` and `reason` are looked for in the records themselves. */
  readonly prefix?: string;
  readonly purpose?: Purpose;
  /** Reason code of the verdict that stands. */
  readonly reason?: string;
  readonly from?: EpochMilliseconds;
  readonly until?: EpochMilliseconds;
}

export interface AuditFilter {
  readonly from?: EpochMilliseconds;
  readonly until?: EpochMilliseconds;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back to get the next page; undefined: this was the last. */
  readonly next: string | undefined;
}

/** A page cursor that this store did not make. */
export class InvalidCursor extends Error {
  override readonly name = "InvalidCursor";
  readonly code = "invalid_cursor";
}

/** One line of usage: decisions and messages of one account to one destination on the UTC day of the decision. */
export interface UsageDay {
  readonly account: AccountId;
  /** `2026-11-22`. */
  readonly day: string;
  /** `unknown`: numbers that are possible but valid nowhere, so that several destinations share them. */
  readonly destination: string;
  /** Through the gateway and the decision API. */
  readonly decided: number;
  /** Of those, the ones whose verdict was block. */
  readonly blocked: number;
  /** Accepted by a provider, or in doubt: what is billable. Blocked and refused ones are not. */
  readonly billable: number;
  readonly billableSegments: number;
  readonly delivered: number;
  /** Of the decided ones, those whose verification was completed, whenever that was. */
  readonly verified: number;
  /** Of the billable ones, where a price is known. */
  readonly spend: readonly Money[];
}

/** See {@link UsageDay}. */
export type UsageTotal = Pick<UsageDay, "account" | "decided" | "blocked" | "verified">;
export type UsageOfDestination = Pick<
  UsageDay,
  "account" | "destination" | "decided" | "blocked" | "verified" | "spend"
>;

export interface QueuedNotice {
  readonly id: MessageId;
  /** When it was queued. */
  readonly at: EpochMilliseconds;
  readonly notice: OutgoingNotice;
  readonly attempts: number;
  readonly nextAt: EpochMilliseconds;
}

/** `failed`: given up. */
export const DELIVERY_STATES = ["waiting", "taken", "failed"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What was told, or is to be told, to a customer's server, and how that goes. */
export interface Delivery {
  readonly id: MessageId;
  readonly notice: OutgoingNotice;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly at: EpochMilliseconds;
  readonly updatedAt: EpochMilliseconds;
  readonly nextAt: EpochMilliseconds | undefined;
  /** The HTTP status of the last answer, and why it did not count, as a short code. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** Oldest first; of before these were kept there are none. */
  readonly tries: readonly DeliveryTry[];
}

/** One try to tell a customer's server something. */
export interface DeliveryTry {
  readonly at: EpochMilliseconds;
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/** What an outcome is said of: a message or decision, or the latest one to a number that was decided in a span of time. */
export type OutcomeReference =
  | { readonly id: MessageId }
  | { readonly to: E164; readonly from: EpochMilliseconds; readonly until: EpochMilliseconds };

/** A message or decision that outcomes can be said of. */
export interface ReportedSubject extends OutcomeSubject {
  readonly id: MessageId;
  readonly of: "message" | "decision";
  /** As usage counts it. */
  readonly destination: string;
  /** What has been said already. */
  readonly known: readonly OutcomeKind[];
}

/** Days are counted from 1970-01-01 UTC. */
export interface VerifiedNumber {
  readonly to: E164;
  readonly firstDay: number;
  readonly lastDay: number;
  /** The account found fraud behind it: not trusted, whatever else is reported. */
  readonly banned: boolean;
}

/** A receiver was paused or resumed. */
export type ReceiverRecord = Extract<JournalRecord, { readonly type: "receiver_paused" | "receiver_resumed" }>;

/** Something that a person should know of detection. */
export interface Alert {
  readonly id: MessageId;
  readonly account: AccountId;
  readonly code: AlertCode;
  readonly sentence: string;
  readonly incident: number | undefined;
  /** Undefined: raised by an earlier version. */
  readonly facts: AlertFacts | undefined;
  readonly raisedAt: EpochMilliseconds;
  /** Undefined: it still is so. */
  readonly resolvedAt: EpochMilliseconds | undefined;
}

/** Verified numbers of one account; those that are banned are counted as such only. */
export interface VerifiedSummary {
  readonly count: number;
  readonly banned: number;
  /** Undefined: there are none. */
  readonly firstDay: number | undefined;
  readonly lastDay: number | undefined;
  /** Most first. */
  readonly destinations: readonly { readonly destination: string; readonly count: number }[];
}

/** Everything that is kept. Reads see every record whose `append` has resolved. Each read names the account it is for. */
export interface Store {
  readonly journal: Journal;
  readonly accounts: { all(): Promise<readonly Account[]> };
  readonly keys: { all(): Promise<readonly ApiKey[]> };
  /** Also those that were removed. */
  readonly members: { all(): Promise<readonly Member[]> };
  /** The audit trail. */
  readonly audit: {
    /** Newest first; `accounts` undefined: of all, and of the deployment. Throws InvalidCursor. */
    list(
      accounts: readonly AccountId[] | undefined,
      filter: AuditFilter,
      limit: number,
      cursor?: string,
    ): Promise<Page<AuditRow>>;
    /** Every row (after this one) in the order of the chain, also those that cannot be read any more. */
    all(after?: number): AsyncIterable<FoundRow>;
    head(): Promise<AuditHead>;
  };
  readonly revisions: { all(): Promise<readonly PolicyRevision[]> };
  readonly providers: { all(): Promise<readonly Provider[]> };
  readonly routes: { all(): Promise<readonly RouteTable[]> };
  readonly messages: {
    find(account: AccountId, id: MessageId): Promise<MessageView | undefined>;
    /** Newest first; a page may hold fewer than there are, and `next` leads on. Throws InvalidCursor. */
    list(account: AccountId, filter: MessageFilter, limit: number, cursor?: string): Promise<Page<MessageView>>;
    /** The latest message of this account with the client's own reference. */
    findByReference(account: AccountId, to: E164, reference: string): Promise<MessageView | undefined>;
    /** For delivery reports, which name no account: by the provider's id. */
    findByProviderId(provider: string, providerId: string): Promise<MessageView | undefined>;
    /** For delivery reports that carry our id. */
    findById(id: MessageId): Promise<MessageView | undefined>;
    /** Submissions that began and have no end: after a restart they are in doubt. */
    unresolved(limit: number): Promise<readonly UnresolvedSubmission[]>;
  };
  /**
   * Messages that wait to be submitted. `above`: only those whose sequence number is higher (see `Journal.lastSequence`).
   * A message stays here while it is being submitted.
   */
  readonly waiting: {
    /** Which lanes there are, how many messages each has, and when its first is due. */
    lanes(
      above: number,
    ): Promise<readonly (WaitingLane & { readonly count: number; readonly dueAt: EpochMilliseconds })[]>;
    /** Those of a lane that come first, due or not: earliest due first, then the one that came first. */
    first(lane: WaitingLane, above: number, limit: number): Promise<readonly WaitingMessage[]>;
    expired(now: EpochMilliseconds, above: number, limit: number): Promise<readonly WaitingMessage[]>;
    find(account: AccountId, id: MessageId): Promise<WaitingMessage | undefined>;
    /** Messages of the account to this number, by which what is kept of them can be ended (`wait_ended`). */
    toNumber(account: AccountId, to: E164): Promise<readonly WaitingMessage[]>;
    /** What was kept of each (see `MessageWaits.content`), in order; undefined: nothing (any more). */
    contents(ids: readonly MessageId[]): Promise<readonly (string | undefined)[]>;
  };
  readonly decisions: {
    /** The record of a decision. Of a message that was stopped after a refusal: with the later decision, which stands. */
    find(account: AccountId, id: MessageId): Promise<DecisionRecord | undefined>;
  };
  readonly outcomes: {
    /**
     * For each reference, in order, what it names; undefined: this account has no such message or decision (any more).
     * By number, one that was let through is preferred to one that was stopped. `now` bounds the first such question of an
     * account to the decisions of the last 24 hours.
     */
    subjects(
      account: AccountId,
      references: readonly OutcomeReference[],
      now: EpochMilliseconds,
    ): Promise<readonly (ReportedSubject | undefined)[]>;
  };
  /** Numbers that completed a verification, until their retention ends. */
  readonly verified: {
    find(account: AccountId, to: E164): Promise<VerifiedNumber | undefined>;
    /** Without those that are banned. */
    count(account: AccountId): Promise<number>;
    summary(account: AccountId): Promise<VerifiedSummary>;
    /** Every one of the account, in no particular order, a few thousand at a time. */
    all(account: AccountId): AsyncIterable<VerifiedNumber>;
  };
  /** What detection found, as last saved. Nothing of it says which numbers. */
  readonly incidents: {
    find(account: AccountId, number: number): Promise<Incident | undefined>;
    /** Highest number first; only those in one of the states. Throws InvalidCursor. */
    list(account: AccountId, states: readonly IncidentState[], limit: number, cursor?: string): Promise<Page<Incident>>;
  };
  readonly alerts: {
    /** Newest first; `account` undefined: of all accounts. Throws InvalidCursor. */
    list(
      account: AccountId | undefined,
      filter: { readonly openOnly?: boolean },
      limit: number,
      cursor?: string,
    ): Promise<Page<Alert>>;
  };
  /** Lockdown and bypass of each account, as last said; also those that are over. */
  readonly switches: { all(): Promise<readonly Extract<DetectionAction, DetectionSwitch>[]> };
  readonly usage: {
    /** Both days included; ordered by account, day, destination. */
    days(accounts: readonly AccountId[], fromDay: string, untilDay: string): Promise<readonly UsageDay[]>;
    /** The same summed up per account; one that has none is left out. In no particular order. */
    totals(accounts: readonly AccountId[], fromDay: string, untilDay: string): Promise<readonly UsageTotal[]>;
    /** The same summed up per account and destination. In no particular order. */
    byDestination(
      accounts: readonly AccountId[],
      fromDay: string,
      untilDay: string,
    ): Promise<readonly UsageOfDestination[]>;
  };
  readonly notices: {
    /** Earliest first; of those due at the same time, the one queued first. `after`: only those queued after this record. */
    due(now: EpochMilliseconds, limit: number, after?: number): Promise<readonly QueuedNotice[]>;
    /** When the next one is due; undefined: none waits. */
    nextDueAt(after?: number): Promise<EpochMilliseconds | undefined>;
    /** How many wait that were queued up to this record. */
    countUpTo(sequence: number): Promise<number>;
  };
  /** The store was put back or copied; what waited in it then is not sent. Undefined: nothing is held back. */
  readonly restored: Restored | undefined;
  /** What waited may be sent, from the next start on in any case. */
  forgetRestored(): Promise<void>;
  /** From which every other key is derived, those of what is kept beside the store among them. */
  readonly rootKey: MasterKey;
  /** From when it resolves only this master key opens the store. Nothing that is kept is enciphered anew. */
  replaceMasterKey(next: MasterKey): Promise<void>;
  /** Is this record one of those up to `sequence`? False for a foreign id. */
  isUpTo(id: MessageId, sequence: number): boolean;
  /** The log of what was told to customers' servers, for as long as notices are kept. */
  readonly deliveries: {
    find(account: AccountId, id: MessageId): Promise<Delivery | undefined>;
    /** Newest first. Throws InvalidCursor. */
    list(
      account: AccountId,
      filter: { readonly state?: DeliveryState },
      limit: number,
      cursor?: string,
    ): Promise<Page<Delivery>>;
    /** Has this receiver of the account's taken anything since? */
    takenSince(account: AccountId, receiver: string, since: EpochMilliseconds): Promise<boolean>;
  };
  /** What accounts chose about their alerts. */
  /** Of what waits, or waited, for a second person. */
  readonly actProposals: { all(): Promise<readonly ActProposal[]> };
  readonly brands: { all(): Promise<readonly Brand[]> };
  /** Every roll-out, and every step of theirs, in the order in which they were first said. */
  readonly rollouts: { all(): Promise<readonly Rollout[]>; steps(): Promise<readonly RolloutStep[]> };
  readonly alertSettings: { all(): Promise<readonly AlertSettings[]> };
  /** Of the receivers that were ever paused: the last that was said. */
  readonly pausedReceivers: { all(): Promise<readonly ReceiverRecord[]> };
  readonly requests: {
    find(
      account: AccountId,
      idempotencyKey: string,
    ): Promise<{ readonly requestHash: string; readonly status: number; readonly body: string } | undefined>;
  };
  /**
   * Deletes what is older than its class's retention, a little at a time between other work. Resolves when all is gone,
   * with the number of journal records that went for each class (of `usage` and `verified`: of lines). Default: DEFAULT_RETENTION.
   */
  retain(now: EpochMilliseconds, retention?: Retention): Promise<Readonly<Removed>>;
  /**
   * Finds what is about a number in the journal, in its order: what names it, and what is about these. Gives what
   * NumberTrace must know to find all of it when it goes through once more.
   */
  traceNumber(question: NumberQuestion): Promise<FoundSubjects>;
  /** Erases a number wherever it is kept; what stands for it is in its place. Again, it finds nothing and does no harm. */
  eraseNumber(question: ErasureQuestion): Promise<ErasedNumber>;
  close(): Promise<void>;
}

/** What an erasure came to. */
export interface ErasedNumber {
  /** Records of the journal that were changed or taken out, by type. */
  readonly records: Readonly<Record<string, number>>;
  readonly rows: ErasedRows;
  /** Revisions of policies that name the number in their rules, and stay: `account policy/number`. */
  readonly kept: readonly string[];
}
