import { CHANNELS, PURPOSES } from "@safeguard/core";
import { z } from "zod";
import { type Account, IN_DOUBT_CHOICES, SAME_REFERENCE_CHOICES, SEND_MODES } from "./account.ts";
import { parseNetwork } from "./network.ts";

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** At most this many blocks, because each request may be compared with all of them. */
const MAX_NETWORKS = 100;

export const accountIdBody = z.string().regex(/^acc_[a-z0-9]{1,64}$/, "must be an account's id, such as acc_…");

export const networksBody = z
  .array(
    z.string().superRefine((text, issues) => {
      const result = parseNetwork(text);
      if (!result.ok) issues.addIssue({ code: "custom", message: result.message });
    }),
  )
  .max(MAX_NETWORKS)
  .describe("CIDR blocks (IPv4 or IPv6) that clients must come from. Empty: anywhere.");

export const policyNameBody = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 lower-case letters, digits and hyphens")
  .describe("Name of a policy.");

/** A URL of the customer's that we call. Where it leads is checked again at each call. */
export const callbackUrlBody = z
  .string()
  .max(2000)
  .superRefine((text, issues) => {
    const message = callbackUrlFault(text);
    if (message !== undefined) issues.addIssue({ code: "custom", message });
  });

const blockAnswer = z.enum(["reject", "report"]);

const answersBody = z.strictObject({
  cm: z
    .strictObject({
      destination: blockAnswer.exactOptional(),
      limit: blockAnswer.exactOptional(),
      detection: blockAnswer.exactOptional(),
      alwaysOk: z.boolean().exactOptional(),
      gatewayGet: z.boolean().exactOptional(),
    })
    .exactOptional(),
  twilio: z
    .strictObject({ destination: blockAnswer.exactOptional(), detection: blockAnswer.exactOptional() })
    .exactOptional(),
});

const fourEyesBody = z
  .strictObject({
    expiresAfterHours: z.int().min(1).max(720).describe("A proposal that nobody has decided on is void after so long."),
  })
  .describe(
    "Changes of policies that loosen wait until somebody else has approved them. null: they do not; only an account above, or the operator, can say so again.",
  );

export const suspensionBody = z
  .strictObject({ reason: z.string().trim().min(1).max(500).describe("Why; kept in the audit trail.") })
  .meta({ id: "Suspension" });

const settings = {
  name: z.string().trim().min(1).max(200),
  currency: z
    .string()
    .refine((code) => CURRENCIES.has(code), "must be an ISO 4217 code such as EUR")
    .describe("ISO 4217; prices and usage are counted in it."),
  networks: networksBody,
  defaultPolicy: policyNameBody,
  senderPolicies: z.record(z.string().min(1).max(50), policyNameBody).describe("Policy by sender ID."),
  defaultPurpose: z.enum(PURPOSES),
  declaredChannels: z
    .array(z.enum(CHANNELS))
    .min(1)
    .nullable()
    .describe("What a CM.com message without `allowedChannels` may travel by. null: undeclared, so it counts as SMS."),
  answers: answersBody.describe("How clients are told of a block: `reject` at once, or `report` it as failed later."),
  fourEyes: fourEyesBody.nullable(),
  sendMode: z
    .enum(SEND_MODES)
    .describe("`sync`: clients wait for the provider's answer. `async`: messages are accepted, and sent later."),
  onInDoubt: z
    .enum(IN_DOUBT_CHOICES)
    .describe(
      "Of waiting messages whose submission had no clear end: `keep` lists them, `resend` sends them once more, so that a person may get one twice.",
    ),
  onSameReference: z
    .enum(SAME_REFERENCE_CHOICES)
    .describe(
      "Of a message with a reference that came before, to the same number within 24 hours: `send` sends it like any other, `once` gives the first one's answer and sends nothing.",
    ),
  reports: z.strictObject({
    cmUrl: callbackUrlBody.nullable().exactOptional().describe("Gets CM.com status reports."),
    webhookUrl: callbackUrlBody.nullable().exactOptional().describe("Gets Standard Webhooks for all messages."),
  }),
};

export const accountPatchBody = z.strictObject(settings).partial().meta({ id: "AccountChange" });
export type AccountPatch = z.infer<typeof accountPatchBody>;

export const newAccountBody = accountPatchBody
  .extend({
    name: settings.name,
    parent: accountIdBody
      .exactOptional()
      .describe("Default: the account that the request is for; for the operator none."),
  })
  .meta({ id: "NewAccount" });
export type NewAccount = z.infer<typeof newAccountBody>;

export const accountView = z
  .object({
    id: z.string(),
    name: z.string(),
    parent: z.string().nullable(),
    twilioSid: z.string().describe("The account's SID in the Twilio dialect."),
    currency: z.string(),
    networks: z.array(z.string()),
    defaultPolicy: z.string(),
    senderPolicies: z.record(z.string(), z.string()),
    defaultPurpose: z.enum(PURPOSES),
    declaredChannels: z.array(z.enum(CHANNELS)).nullable(),
    answers: z.object({
      cm: z.object({
        destination: blockAnswer,
        limit: blockAnswer,
        detection: blockAnswer,
        alwaysOk: z.boolean(),
        gatewayGet: z.boolean(),
      }),
      twilio: z.object({ destination: blockAnswer, detection: blockAnswer }),
    }),
    reports: z.object({ cmUrl: z.string().nullable(), webhookUrl: z.string().nullable() }),
    fourEyes: z
      .object({ expiresAfterHours: z.int() })
      .nullable()
      .describe("null: changes of policies that loosen wait for nobody."),
    sendMode: z.enum(SEND_MODES),
    onInDoubt: z.enum(IN_DOUBT_CHOICES),
    onSameReference: z.enum(SAME_REFERENCE_CHOICES),
    suspendedAt: z
      .string()
      .nullable()
      .describe("Since then it is refused, with the accounts below it. null: it is not."),
    createdAt: z.string(),
  })
  .meta({ id: "Account" });

export const savedAccountView = accountView
  .extend({ webhookSecret: z.string().exactOptional().describe("Shown once, when the webhook URL is first set.") })
  .meta({ id: "SavedAccount" });

/** An account as the API shows it: no secrets, every field present. */
export function viewOfAccount(account: Account): z.infer<typeof accountView> {
  const { cm, twilio } = account.answers;
  return {
    id: account.id,
    name: account.name,
    parent: account.parent ?? null,
    twilioSid: account.twilioSid,
    currency: account.currency,
    networks: [...account.networks],
    defaultPolicy: account.defaultPolicy,
    senderPolicies: { ...account.senderPolicies },
    defaultPurpose: account.defaultPurpose,
    declaredChannels: account.declaredChannels === undefined ? null : [...account.declaredChannels],
    answers: { cm: { ...cm }, twilio: { ...twilio } },
    reports: { cmUrl: account.reports.cmUrl ?? null, webhookUrl: account.reports.webhookUrl ?? null },
    fourEyes: account.fourEyes === undefined ? null : { ...account.fourEyes },
    sendMode: account.sendMode ?? "sync",
    onInDoubt: account.onInDoubt ?? "keep",
    onSameReference: account.onSameReference ?? "send",
    suspendedAt: account.suspendedAt === undefined ? null : new Date(account.suspendedAt).toISOString(),
    createdAt: new Date(account.createdAt).toISOString(),
  };
}

/** What is wrong with a URL that we are to call; undefined when it will do. */
export function callbackUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be a full URL such as https://example.com/reports";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https:// (or http://)";
  if (url.username !== "" || url.password !== "") return "must not have a user name or password in it";
  if (url.hash !== "") return "must not have a fragment (#…)";
  return undefined;
}
