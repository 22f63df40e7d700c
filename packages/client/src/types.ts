/** The shapes of the native API, as `/openapi.json` describes them. Times are ISO 8601 in UTC. */

export type Channel = "sms" | "mms" | "voice" | "whatsapp" | "rcs" | "viber" | "push" | "other";
export type Purpose = "otp" | "notification" | "marketing";
export type Action = "allow" | "hold" | "challenge" | "block";

export interface Money {
  /** Decimal, such as `0.0075`. */
  readonly amount: string;
  readonly currency: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` to get the following page; null: this was the last. */
  readonly next: string | null;
}

export interface PageQuery {
  /** Default 50, at most 1000. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** What a rule of the account, or of one above it, says. */
export interface PolicyFinding {
  readonly type: "policy";
  readonly step: string;
  readonly action: string;
  readonly reason: string;
  /** The rule that holds, with its numbers. */
  readonly ground: { readonly type: string; readonly [name: string]: unknown };
  /** 0: the account's own rule; 1: its parent's; and so on. */
  readonly level: number;
}

/** What the number's limit, a containment or the evidence came to. */
export interface DetectionFinding {
  readonly type: "detection";
  readonly step: "limit" | "containment" | "detection";
  /** What detection would do where it may. */
  readonly action: Action;
  readonly reason: string;
  /** What it may do: only record, or act. */
  readonly mode: "monitor" | "enforce";
  readonly score: number;
  /** Number of the account's incident that it belongs to. */
  readonly incident: number | null;
  /** Counts, usual shares, and what each adds to the evidence, in nats. */
  readonly evidence?: DetectionEvidence;
  /** The numbers that are contained. */
  readonly scope?: DetectionScope;
  readonly limit?: { readonly count: number; readonly limit: number; readonly window: "hour" | "day" };
  readonly until?: string;
}

/** Numbers that begin with a prefix; or those of a destination whose block never had a completed verification. */
export type DetectionScope =
  | { readonly type: "block"; readonly prefix: string; readonly size: number }
  | { readonly type: "new_blocks"; readonly destination: string; readonly size: number };

export interface DetectionEvidence {
  readonly scope: DetectionScope;
  /** Counted from then on: milliseconds since 1970. */
  readonly since: number;
  /** How the recent sessions of the scope ended. */
  readonly counts: {
    readonly sessions: number;
    readonly sent: number;
    readonly converted: number;
    readonly pending: number;
    readonly unanswered: number;
    readonly stopped: number;
  };
  /** Of so many new numbers, so many fell into the scope; normally at most this share of them does. */
  readonly trials: number;
  readonly hits: number;
  readonly expectedShare: number;
  /** What each adds, as natural logarithms of factors. */
  readonly share: number;
  readonly adjacency: number;
  readonly unanswered: number;
  readonly faked: number;
  /** What goes with faked completions and is part of `faked`; absent: not known, or it comes to nothing. */
  readonly habits?: {
    readonly delivered?: DetectionHabit;
    readonly enteredOnce?: DetectionHabit;
    readonly sharedAddress?: DetectionHabit;
  };
  readonly expectedConversion: number;
  readonly total: number;
  readonly threshold: number;
  /** Messages that may still go out unanswered before new numbers wait. */
  readonly credit: number;
}

/** `count` of `of` were as a script's always are, where this share of people's is; `nats`: logarithm of the factor. */
export interface DetectionHabit {
  readonly count: number;
  readonly of: number;
  readonly usual: number;
  readonly nats: number;
}

/** A limit that the message would have exceeded. Amounts are messages, or units of `currency`; of limits of accounts above none are shown. */
export interface LimitFinding {
  readonly type: "limit";
  readonly step: "ceiling";
  readonly action: "block";
  readonly reason: string;
  /** Of the ceiling; empty: the maximum price. */
  readonly name: string;
  readonly per:
    | "account"
    | "each_account"
    | "destination"
    | "recipient"
    | "range"
    | "originator"
    | "end_user_address"
    | "key"
    | "duplicate"
    | null;
  readonly window: string | null;
  readonly count?: number;
  readonly amount?: number;
  readonly most?: number;
  /** Absent: messages. */
  readonly currency?: string;
  /** When there is room again. Absent: waiting does not help. */
  readonly retryAt?: string;
  readonly level: number;
}

export type Finding = PolicyFinding | LimitFinding | DetectionFinding;

/** What was decided, and why. */
export interface Verdict {
  readonly action: Action;
  /** Stable reason code. */
  readonly reason: string;
  /** The reason in plain words. */
  readonly sentence: string;
  /** Risk: 0 (none seen) to 100. */
  readonly score: number;
  readonly policy: { readonly name: string; readonly revisions: readonly number[] } | null;
  readonly findings: readonly Finding[];
  readonly degraded: readonly string[];
  /** What would have been done, where detection only monitors. */
  readonly would?: Action;
  /** Only for hold: ask again then. */
  readonly holdUntil?: string;
}

export interface DecisionRequest {
  /** `+31612345678` */
  readonly to: string;
  readonly from?: string;
  /** Default sms. */
  readonly channel?: Channel;
  readonly purpose?: Purpose;
  readonly policy?: string;
  /** The person whose action causes the message. */
  readonly endUser?: { readonly address?: string; readonly device?: string };
  /** What ceilings per key count it by, such as `{ user: "u-17" }`. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface Decision extends Verdict {
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly destination: string | null;
  readonly candidates: readonly string[];
  readonly twin: string | null;
  readonly numberType: string | null;
  readonly valid: boolean;
  readonly from: string;
  readonly channel: Channel | null;
  readonly purpose: Purpose | null;
  /** Why the text is no recipient number. */
  readonly rejection: { readonly code: string; readonly position: number | null } | null;
  /** Only for hold: seconds until it may be asked for again; the same number then goes on waiting. */
  readonly retryAfter?: number;
}

export interface MessageRequest {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** Ways it may travel, in order. Default: SMS alone. */
  readonly channels?: readonly Channel[];
  readonly purpose?: Purpose;
  readonly policy?: string;
  readonly riskCheck?: "enable" | "disable";
  readonly reference?: string;
  readonly endUser?: { readonly address?: string; readonly device?: string };
  /** What ceilings per key count it by, such as `{ user: "u-17" }`. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly callbackUrl?: string;
  /** `async`: accepted now, and sent later; what becomes of it is reported. Default: as the key says, else the account. */
  readonly mode?: SendMode;
  /** Not before this time, at most 35 days ahead. */
  readonly sendAt?: string;
  /** Not any more from this time on. */
  readonly expiresAt?: string;
  /** The same in seconds, counted from when it is to be sent. */
  readonly validityPeriod?: number;
}

export type SendMode = "sync" | "async";

/** How far a message came: the decision, then the submission, then the delivery. */
export const MESSAGE_STATUSES = [
  "rejected",
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

export interface Message extends Verdict {
  /** null: it does not wait. */
  readonly waiting: {
    /** When it is taken up next; null in the answer to the POST. */
    readonly dueAt: string | null;
    readonly sendAt: string | null;
    readonly expiresAt: string;
  } | null;
  readonly id: string;
  readonly at: string;
  readonly updatedAt?: string;
  readonly status: MessageStatus;
  readonly to: string;
  readonly destination: string | null;
  readonly candidates: readonly string[];
  readonly numberType: string | null;
  readonly from: string;
  readonly channels: readonly Channel[];
  readonly removedChannels: readonly Channel[];
  readonly purpose: Purpose | null;
  readonly reference: string | null;
  readonly segments: number;
  readonly price?: Money;
  readonly provider?: string;
  /** The provider's own id of it. */
  readonly providerId?: string;
  readonly error: { readonly code: string; readonly text: string } | null;
}

export interface MessageQuery extends PageQuery {
  readonly to?: string;
  readonly from?: string;
  readonly destination?: string;
  readonly status?: Exclude<MessageStatus, "rejected">;
  /** What the number begins with, such as `+31653`. With this, `purpose` or `reason` a page may hold fewer than there are. */
  readonly prefix?: string;
  readonly purpose?: Purpose;
  /** Reason code, such as `range_contained`. */
  readonly reason?: string;
  readonly after?: string;
  readonly before?: string;
}

/**
 * What became of a message. `delivered`, `failed`: on its way to the phone. `verified`: the person completed the
 * verification. `activity`: the person did something real later. `banned`: it was fraud.
 */
export type OutcomeKind = "delivered" | "failed" | "verified" | "activity" | "banned";

/** About a message or decision by its id, or about the latest one to a number within the 24 hours before `at`. */
export type OutcomeEvent = {
  readonly kind: OutcomeKind;
  /** Of `verified`: how many codes the person entered until one was right, from 1. */
  readonly attempts?: number;
  /** When it happened. Default: now. */
  readonly at?: string;
} & ({ readonly id: string; readonly to?: never } | { readonly to: string; readonly id?: never });

export interface OutcomeResult {
  /** `known`: the same was said before. `unknown`: there is no such message or decision. */
  readonly status: "recorded" | "known" | "unknown" | "refused";
  readonly kind: OutcomeKind;
  /** What it was said of. */
  readonly id: string | null;
  /** Why it was not recorded. */
  readonly problem: { readonly code: OutcomeProblem; readonly field: string; readonly message: string } | null;
}

export type OutcomeProblem = "unknown_message" | "number_invalid" | "in_future" | "before_message" | "too_late";

export interface OutcomeResults {
  readonly recorded: number;
  readonly known: number;
  readonly unknown: number;
  readonly refused: number;
  /** In the order of the events. */
  readonly events: readonly OutcomeResult[];
}

export interface VerifiedEntry {
  readonly to: string;
  /** First verification: a day or a time. Default: two days ago, so that the number is trusted at once. */
  readonly verifiedAt?: string;
  /** Latest verification. Default: `verifiedAt`. */
  readonly lastVerifiedAt?: string;
}

export interface VerifiedImported {
  readonly imported: number;
  /** Those that were not taken, by their place from 0. */
  readonly refused: readonly { readonly index: number; readonly field: string; readonly message: string }[];
}

export interface VerifiedSummary {
  readonly count: number;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly banned: number;
  readonly destinations: readonly { readonly destination: string; readonly count: number }[];
}

export interface UsageCounts {
  readonly decided: number;
  readonly blocked: number;
  readonly billable: number;
  readonly billableSegments: number;
  readonly delivered: number;
  /** Of the decided ones, those whose verification was completed later. */
  readonly verified: number;
  readonly spend: readonly Money[];
}

export interface Usage {
  readonly from: string;
  readonly until: string;
  readonly days: readonly ({
    readonly account: string;
    readonly day: string;
    readonly destination: string;
  } & UsageCounts)[];
  readonly total: UsageCounts;
}

type BlockAnswer = "reject" | "report";

interface AnswerSettings {
  readonly cm: {
    readonly destination: BlockAnswer;
    readonly limit: BlockAnswer;
    readonly detection: BlockAnswer;
    readonly alwaysOk: boolean;
    readonly gatewayGet: boolean;
  };
  readonly twilio: { readonly destination: BlockAnswer; readonly detection: BlockAnswer };
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly twilioSid: string;
  readonly currency: string;
  readonly networks: readonly string[];
  readonly defaultPolicy: string;
  readonly senderPolicies: Readonly<Record<string, string>>;
  readonly defaultPurpose: Purpose;
  readonly declaredChannels: readonly Channel[] | null;
  readonly answers: AnswerSettings;
  readonly reports: { readonly cmUrl: string | null; readonly webhookUrl: string | null };
  /** Changes of policies that loosen wait for a second person. */
  readonly fourEyes: { readonly expiresAfterHours: number } | null;
  readonly sendMode: SendMode;
  /** Of waiting messages whose submission had no clear end. */
  readonly onInDoubt: "keep" | "resend";
  readonly onSameReference: "send" | "once";
  readonly suspendedAt: string | null;
  readonly createdAt: string;
}

/** `webhookSecret` is shown once: when the webhook URL is first set, and when the secret is replaced. */
export type SavedAccount = Account & { readonly webhookSecret?: string };

/** What is absent stays; null takes a setting away. */
export interface AccountChange {
  readonly name?: string;
  readonly currency?: string;
  readonly networks?: readonly string[];
  readonly defaultPolicy?: string;
  readonly senderPolicies?: Readonly<Record<string, string>>;
  readonly defaultPurpose?: Purpose;
  readonly declaredChannels?: readonly Channel[] | null;
  readonly answers?: { readonly [Dialect in keyof AnswerSettings]?: Partial<AnswerSettings[Dialect]> };
  readonly reports?: { readonly cmUrl?: string | null; readonly webhookUrl?: string | null };
  readonly sendMode?: SendMode;
  readonly onInDoubt?: "keep" | "resend";
  readonly onSameReference?: "send" | "once";
  readonly fourEyes?: { readonly expiresAfterHours: number } | null;
}

export interface NewAccount extends AccountChange {
  readonly name: string;
  readonly parent?: string;
}

export type Scope =
  | "messages:send"
  | "messages:read"
  | "decisions:write"
  | "events:write"
  | "policies:read"
  | "backtests:write"
  | "policies:write"
  | "approvals:write"
  | "accounts:read"
  | "accounts:write"
  | "members:write"
  | "keys:write"
  | "routes:write"
  | "providers:write"
  | "incidents:read"
  | "incidents:write"
  | "usage:read"
  | "alerts:write"
  | "numbers:reveal"
  | "privacy:write"
  | "audit:read";

export interface Key {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly mode: "live" | "test";
  readonly scopes: readonly Scope[];
  /** The last four characters of the secret. */
  readonly hint: string;
  readonly networks: readonly string[];
  readonly policy: string | null;
  readonly mayChoosePolicies: readonly string[];
  readonly mayDisableRiskCheck: boolean;
  readonly purpose: Purpose | null;
  /** null: as the account says. */
  readonly sendMode: SendMode | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly suspendedAt: string | null;
  /** Of a personal access key: whose. It may do what the role of the person permits. */
  readonly person: string | null;
  readonly oldSecretsUntil: string | null;
}

/** The secrets are shown once. */
export interface MintedKey extends Key {
  /** For the native API. */
  readonly secret: string;
  /** For CM.com clients. */
  readonly productToken: string;
  /** For Twilio clients, with `twilioSid`. */
  readonly authToken: string;
  /** The account's SID in the Twilio dialect: no secret, and the same for all its keys. */
  readonly twilioSid: string;
}

export interface KeyChange {
  readonly name?: string;
  readonly scopes?: readonly Scope[];
  readonly networks?: readonly string[];
  readonly policy?: string | null;
  readonly mayChoosePolicies?: readonly string[];
  readonly mayDisableRiskCheck?: boolean;
  readonly purpose?: Purpose | null;
  readonly sendMode?: SendMode | null;
  readonly expiresAt?: string | null;
}

export interface NewKey extends KeyChange {
  readonly name: string;
  readonly mode: "live" | "test";
  readonly scopes: readonly Scope[];
}

export interface Destination {
  /** ISO 3166-1 alpha-2, or the calling code of a network that belongs to no country. */
  readonly code: string;
  readonly name: string;
  readonly callingCode: string;
  readonly kind: "country" | "territory" | "non_geographic";
  readonly groups: readonly string[];
  readonly mark: "satellite" | "premium" | null;
  readonly twins: readonly { readonly code: string; readonly name: string }[];
  /** Published lists of risky destinations that name it; they decide nothing. */
  readonly risk: { readonly sources: readonly { readonly name: string; readonly url: string }[] } | null;
}
