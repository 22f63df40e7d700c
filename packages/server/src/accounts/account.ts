import type { AccountId, Channel, EpochMilliseconds, Purpose } from "@safeguard/core";

/** How a client is told of a blocked message: at once, or as accepted and then reported as failed. */
export type BlockAnswer = "reject" | "report";

/** When a client is answered: when the provider has answered, or when the message is accepted, which is then sent later. */
export const SEND_MODES = ["sync", "async"] as const;
export type SendMode = (typeof SEND_MODES)[number];

/** What becomes of a message whose reference came before: it is sent like any other, or gets the first one's answer. */
export const SAME_REFERENCE_CHOICES = ["send", "once"] as const;
export type SameReferenceChoice = (typeof SAME_REFERENCE_CHOICES)[number];

/** What becomes of a waiting message whose submission is in doubt: it is left and listed, or sent once more. */
export const IN_DOUBT_CHOICES = ["keep", "resend"] as const;
export type InDoubtChoice = (typeof IN_DOUBT_CHOICES)[number];

/** What an account chose about the answers that its clients get. */
export interface AnswerSettings {
  readonly cm: {
    readonly destination: BlockAnswer;
    readonly limit: BlockAnswer;
    readonly detection: BlockAnswer;
    /** HTTP 200 for every well-formed request, also when all its messages were rejected (CM.com says 400). */
    readonly alwaysOk: boolean;
    /** Serve `GET /gateway.ashx`, whose key stands in the URL and so in logs. */
    readonly gatewayGet: boolean;
  };
  readonly twilio: { readonly destination: BlockAnswer; readonly detection: BlockAnswer };
}

export const DEFAULT_ANSWERS: AnswerSettings = {
  cm: { destination: "report", limit: "report", detection: "report", alwaysOk: false, gatewayGet: false },
  twilio: { destination: "reject", detection: "report" },
};

/** Where the account wants to hear of deliveries (Twilio clients name a URL with each message instead). */
export interface ReportTargets {
  /** Gets CM.com status reports for messages that came by the CM.com dialect. */
  readonly cmUrl?: string;
  /** Gets Standard Webhooks for all messages. */
  readonly webhookUrl?: string;
  /** The webhook's signing secret (`whsec_…`), sealed under the master key. */
  readonly webhookSecretSealed?: string;
  /** The secret from before the latest roll: what is sent is signed with it as well, until then. */
  readonly previousWebhookSecret?: { readonly sealed: string; readonly until: EpochMilliseconds };
}

/** A loosening change of a policy waits until somebody else has approved it. */
export interface FourEyes {
  /** A proposal that nobody has decided on is void after so long. */
  readonly expiresAfterHours: number;
}

/** A tenant: a business, or a CPaaS with its customers below it. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly parent?: AccountId;
  /** `AC` and 32 hex digits: the account's name in the Twilio dialect. */
  readonly twilioSid: string;
  /** ISO 4217. */
  readonly currency: string;
  /** CIDR blocks that clients must come from; empty: anywhere. */
  readonly networks: readonly string[];
  readonly defaultPolicy: string;
  /** Policy by sender ID. */
  readonly senderPolicies: Readonly<Record<string, string>>;
  readonly defaultPurpose: Purpose;
  /** What a CM.com message without `allowedChannels` may travel by. Absent: undeclared, so it counts as SMS. */
  readonly declaredChannels?: readonly Channel[];
  readonly answers: AnswerSettings;
  readonly reports: ReportTargets;
  /** Of messages that do not say, by keys that do not say. Absent: `sync`. */
  readonly sendMode?: SendMode;
  /** Absent: `keep`. `resend` may let a person get a message twice. */
  readonly onInDoubt?: InDoubtChoice;
  /** Absent: `send`. */
  readonly onSameReference?: SameReferenceChoice;
  readonly createdAt: EpochMilliseconds;
  /** Refused since then, with those below it, until it is resumed. */
  readonly suspendedAt?: EpochMilliseconds;
  /** Changes of policies that loosen wait for a second person. Absent: they do not. */
  readonly fourEyes?: FourEyes;
}
