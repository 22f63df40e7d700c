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

export interface Finding {
  readonly type: string;
  readonly step: string;
  readonly action: string;
  readonly reason: string;
  /** The rule that holds, with its numbers. */
  readonly ground: { readonly type: string; readonly [name: string]: unknown };
  /** 0: the account's own rule; 1: its parent's; and so on. */
  readonly level: number;
}

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
  readonly endUser?: { readonly address: string };
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
  readonly endUser?: { readonly address: string };
  readonly callbackUrl?: string;
}

export type MessageStatus =
  | "rejected"
  | "blocked"
  | "held"
  | "challenged"
  | "submitting"
  | "submitted"
  | "refused"
  | "in_doubt"
  | "sent"
  | "delivered"
  | "undelivered"
  | "failed"
  | "read";

export interface Message extends Verdict {
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
  readonly after?: string;
  readonly before?: string;
}

export interface UsageCounts {
  readonly decided: number;
  readonly blocked: number;
  readonly billable: number;
  readonly billableSegments: number;
  readonly delivered: number;
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
}

export interface NewAccount extends AccountChange {
  readonly name: string;
  readonly parent?: string;
}

export type Scope =
  | "messages:send"
  | "messages:read"
  | "decisions:write"
  | "policies:read"
  | "policies:write"
  | "accounts:read"
  | "accounts:write"
  | "keys:write"
  | "routes:write"
  | "usage:read";

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
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly oldSecretsUntil: string | null;
}

/** The secrets are shown once. */
export interface MintedKey extends Key {
  /** For the native API. */
  readonly secret: string;
  /** For CM.com clients. */
  readonly productToken: string;
  /** For Twilio clients, with the account's SID. */
  readonly authToken: string;
}

export interface KeyChange {
  readonly name?: string;
  readonly scopes?: readonly Scope[];
  readonly networks?: readonly string[];
  readonly policy?: string | null;
  readonly mayChoosePolicies?: readonly string[];
  readonly mayDisableRiskCheck?: boolean;
  readonly purpose?: Purpose | null;
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
}
