import type { IncidentState } from "@safeguard/core";
import type { Generated } from "kysely";
import type { DeliveryStatus } from "../../gateway/feedback/delivery-report.ts";
import type { WaitState } from "../journal-record.ts";
import type { MessageDecision, SubmissionState } from "../message-progress.ts";
import type { DeliveryState, MessageStatus } from "../store.ts";

/** The journal's database: the truth, and the store's identity. */
export interface JournalSchema {
  journal: JournalTable;
  identity: IdentityTable;
  waiting_contents: WaitingContentTable;
  epochs: EpochTable;
}

/** One row for each group of records. */
export interface JournalTable {
  first_sequence: number;
  last_sequence: number;
  /** The latest time in the group. */
  at: number;
  /** Records of classes kept for no longer than this (milliseconds) have been taken out. */
  swept: number;
  /** The records as JSON lines, enciphered as a whole. */
  payload: Uint8Array;
}

/** One row. */
export interface IdentityTable {
  /** What the master key makes of a known text: another key makes something else. */
  key_check: string;
  /** 16 hex digits, part of every record id. */
  epoch: string;
  created_at: number;
  /** Where the store stood when it was opened last; null: before a version that noted it. */
  place: Generated<string | null>;
  /** Names the last opening. */
  run: Generated<string | null>;
  /** JSON of {@link Restored} while what waited then is not sent; null: it is. */
  restored: Generated<string | null>;
  /** The root key, sealed under the master key (base64); null: the master key itself is the root. */
  root_key: Generated<string | null>;
}

/** Epochs after the first: one for each time that the store went on from a state that it had left behind. */
export interface EpochTable {
  /** The first record of it. */
  first_sequence: number;
  epoch: string;
}

/** What sending a waiting message takes: its text and number among it. The row goes with the end of the wait. */
export interface WaitingContentTable {
  /** Of the message's record. */
  sequence: number;
  /** Enciphered JSON. */
  content: Uint8Array;
}

/** The tables that follow from the journal. Times are epoch milliseconds; hashes are keyed. */
export interface TableSchema {
  projection: { projected_sequence: number };
  documents: DocumentTable;
  messages: MessageTable;
  usage_days: UsageDayTable;
  usage_spend: UsageSpendTable;
  verified_days: VerifiedDayTable;
  notices: NoticeTable;
  requests: RequestTable;
  outcomes: OutcomeTable;
  decisions: DecisionTable;
  decision_accounts: { account: string };
  verified_numbers: VerifiedNumberTable;
  incidents: IncidentTable;
  alerts: AlertTable;
  audit: AuditTable;
  deliveries: DeliveryTable;
  waiting: WaitingTable;
}

export type DocumentKind =
  | "account"
  | "key"
  | "member"
  | "revision"
  | "provider"
  | "routes"
  | "switch"
  | "alert_settings"
  | "paused_receiver"
  | "act_proposal"
  | "brand"
  | "rollout"
  | "rollout_step";

/** Accounts, keys, members, policy revisions, providers, routes, and lockdown and bypass of detection as last saved. */
export interface DocumentTable {
  kind: DocumentKind;
  id: string;
  /** Of the record that saved it first: the order of creation. */
  sequence: number;
  /** Enciphered JSON: policies name numbers, too. */
  document: Uint8Array;
}

/** What is searched, counted or changes of a message. Everything else stands in its record, `sequence` of the journal. */
export interface MessageTable {
  sequence: number;
  account: string;
  at: number;
  updated_at: number;
  destination: string;
  number_hash: number;
  originator_hash: number;
  reference_hash: number | null;
  segments: number;
  price_micros: number | null;
  currency: string | null;
  status: MessageStatus;
  decision: MessageDecision;
  submission: SubmissionState | null;
  attempt: number | null;
  provider: string | null;
  provider_id: string | null;
  report: DeliveryStatus | null;
  report_at: number | null;
  reported_at: number | null;
  /** Enciphered JSON: codes and texts of what went wrong. */
  faults: Uint8Array | null;
  /** Sequence number of the record that stopped it after a refusal, where one did. */
  stopped_sequence: number | null;
}

export interface UsageDayTable {
  account: string;
  day: string;
  destination: string;
  decided: number;
  blocked: number;
  billable: number;
  billable_segments: number;
  delivered: number;
}

export interface UsageSpendTable {
  account: string;
  day: string;
  destination: string;
  currency: string;
  micros: number;
}

/** Messages and decisions of a day that were verified later. */
export interface VerifiedDayTable {
  account: string;
  /** Of the message, not of its verification. */
  day: string;
  destination: string;
  verified: number;
}

/** Notices that wait; what they say stands in their record. */
export interface NoticeTable {
  sequence: number;
  at: number;
  attempts: number;
  next_at: number;
}

/** What was told, or is to be told, to customers' servers; what it says stands in its record. */
export interface DeliveryTable {
  sequence: number;
  account: string;
  at: number;
  receiver_hash: number;
  state: DeliveryState;
  attempts: number;
  updated_at: number;
  next_at: number | null;
  status: number | null;
  error: string | null;
  /** A line for each: time, status and error, as `writeTry` has it. null: none, or they were before these were kept. */
  tries: string | null;
}

/** Messages that wait to be submitted. */
export interface WaitingTable {
  /** Of the message's record. */
  sequence: number;
  account: string;
  provider: string;
  state: WaitState;
  due_at: number;
  expires_at: number;
  attempts: number;
  tries: number;
  send_at: number | null;
  held_since: number | null;
  uncounted: 0 | 1;
  in_doubt: 0 | 1;
  /** JSON list. */
  removed_channels: string | null;
}

/** Answered requests by idempotency key; the answer stands in its record. */
export interface RequestTable {
  key_hash: string;
  sequence: number;
  at: number;
}

/** What has been reported of a message or decision. */
export interface OutcomeTable {
  /** Of the message's or decision's record. */
  sequence: number;
  /** When that was decided. */
  at: number;
  /** A bit for each kind. */
  kinds: number;
}

/** Decisions without a message, of the accounts in `decision_accounts`: those that name decisions by number. */
export interface DecisionTable {
  sequence: number;
  number_hash: number;
  at: number;
  allowed: 0 | 1;
}

/** Incidents as last saved. */
export interface IncidentTable {
  account: string;
  number: number;
  state: IncidentState;
  opened_at: number;
  /** When it was last saved. */
  at: number;
  /** Enciphered JSON. */
  document: Uint8Array;
}

export interface AlertTable {
  /** Of the record that raised it. */
  sequence: number;
  account: string;
  at: number;
  resolved_at: number | null;
  /** Enciphered JSON of the record that raised it. */
  document: Uint8Array;
}

/** The audit trail. What a row says stands in `document`; the columns are for finding it. */
export interface AuditTable {
  /** 1, 2, 3 … */
  number: number;
  /** Of its record. */
  sequence: number;
  account: string | null;
  at: number;
  /** Enciphered JSON of the row. */
  document: Uint8Array;
}

/** Days are counted from 1970-01-01 UTC. */
export interface VerifiedNumberTable {
  account: string;
  number_hash: string;
  /** Enciphered: detection reckons with the ranges that verified numbers are in. */
  number: Uint8Array;
  destination: string;
  first_day: number;
  last_day: number;
  banned: 0 | 1;
}
