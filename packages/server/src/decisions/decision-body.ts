import { isIP } from "node:net";
import {
  CEILING_SUBJECTS,
  CHANNELS,
  type Evidence,
  KEY_NAME,
  NUMBER_REJECTIONS,
  NUMBER_TYPES,
  type PolicyGround,
  PURPOSES,
  type Scope,
} from "@safeguard/core";
import { z } from "zod";

/** Most messages or decisions that one request may ask for. */
export const MAX_BATCH = 1000;

/** Printable, as every carrier needs it; a line break in a sender ID is an attack on somebody's log. */
export const ORIGINATOR = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,64}$/u;
export const MAX_POLICY_NAME_LENGTH = 64;

export const toField = z.string().describe("The recipient's number in international form: `+31612345678`.");
export const fromField = z
  .string()
  .regex(ORIGINATOR, "must be at most 64 printable characters")
  .describe("Sender ID: a number or a name.");
export const purposeField = z.enum(PURPOSES).describe("What it is for. Default: the key's, else the account's.");
export const policyField = z
  .string()
  .min(1)
  .max(MAX_POLICY_NAME_LENGTH)
  .describe("Name of the policy that decides, if the key may choose it. Default: by sender, key, account.");
/** Printable, as whatever names a device is. */
export const DEVICE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,128}$/u;
export const endUserField = z
  .strictObject({
    address: z
      .string()
      .refine((text) => isIP(text) !== 0, "must be an IPv4 or IPv6 address")
      .exactOptional()
      .describe("IP address of the person whose action causes the message."),
    device: z
      .string()
      .regex(DEVICE, "must be 1 to 128 printable characters")
      .exactOptional()
      .describe("What tells that person's device from others, such as a fingerprint or an installation's id."),
  })
  .refine(({ address, device }) => address !== undefined || device !== undefined, "must say an address or a device")
  .describe("The person behind the message.");

/** What a client counts by: names of ceilings' keys with this message's values. */
export const MOST_KEYS = 8;
export const KEY_VALUE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,128}$/u;
export const keysField = z
  .record(
    z.string().regex(KEY_NAME, "must be 1 to 32 of a-z, 0-9, _ and -"),
    z.string().regex(KEY_VALUE, "must be 1 to 128 printable characters"),
  )
  .refine((keys) => Object.keys(keys).length <= MOST_KEYS, `must be at most ${MOST_KEYS} keys`)
  .describe("What ceilings per key count this message by, such as `{user: u-17}`. It is recorded.");

export const decisionRequestBody = z
  .strictObject({
    to: toField,
    from: fromField.exactOptional(),
    channel: z.enum(CHANNELS).exactOptional().describe("How it would travel. Default sms."),
    purpose: purposeField.exactOptional(),
    policy: policyField.exactOptional(),
    endUser: endUserField.exactOptional(),
    keys: keysField.exactOptional(),
  })
  .meta({ id: "DecisionRequest", examples: [{ to: "+31612345678", from: "Demo", purpose: "otp" }] });

export type DecisionRequest = z.infer<typeof decisionRequestBody>;

export const decisionBatchBody = z
  .strictObject({ decisions: z.array(decisionRequestBody).min(1).max(MAX_BATCH) })
  .meta({ id: "DecisionBatch" });

const policyFindingView = z
  .object({
    type: z.literal("policy"),
    step: z.string(),
    action: z.string(),
    reason: z.string(),
    ground: z.custom<PolicyGround>().meta({ type: "object", description: "The rule that holds, with its numbers." }),
    level: z.number().describe("0: the account's own rule; 1: its parent's; and so on."),
  })
  .meta({ id: "PolicyFinding" });

const detectionFindingView = z
  .object({
    type: z.literal("detection"),
    step: z
      .enum(["limit", "containment", "detection"])
      .describe("What spoke: the number's limit of unanswered codes, a containment in force, or the evidence now."),
    action: z.enum(["allow", "hold", "challenge", "block"]).describe("What detection would do where it may."),
    reason: z.string(),
    mode: z.enum(["monitor", "enforce"]).describe("What it may do: only record, or act."),
    score: z.number(),
    incident: z.number().nullable().describe("Number of the account's incident that it belongs to."),
    evidence: z
      .custom<Evidence>()
      .meta({ type: "object", description: "Counts, usual shares, and what each adds to the evidence, in nats." })
      .exactOptional(),
    scope: z.custom<Scope>().meta({ type: "object", description: "The numbers that are contained." }).exactOptional(),
    limit: z.object({ count: z.number(), limit: z.number(), window: z.enum(["hour", "day"]) }).exactOptional(),
    until: z.string().exactOptional(),
  })
  .meta({ id: "DetectionFinding" });

const limitFindingView = z
  .object({
    type: z.literal("limit"),
    step: z.literal("ceiling"),
    action: z.literal("block"),
    reason: z.string(),
    name: z.string().describe("Of the ceiling; empty: the maximum price."),
    per: z.enum(CEILING_SUBJECTS).nullable(),
    window: z.string().nullable(),
    count: z.number().exactOptional().describe("Messages, or units of `currency`, that were counted in the window."),
    amount: z.number().exactOptional().describe("What this message adds."),
    most: z.number().exactOptional(),
    currency: z.string().exactOptional().describe("Absent: messages."),
    retryAt: z.string().exactOptional().describe("When there is room again. Absent: waiting does not help."),
    level: z
      .number()
      .describe("0: the account's own limit; 1: its parent's, and so on. Of those above no amounts are shown."),
  })
  .meta({ id: "LimitFinding" });

const findingView = z
  .discriminatedUnion("type", [policyFindingView, limitFindingView, detectionFindingView])
  .meta({ id: "Finding" });

export const policyStampView = z
  .object({
    name: z.string(),
    revisions: z
      .array(z.number())
      .readonly()
      .describe("Revision that held: the account's own first, then those above. 0: none."),
  })
  .meta({ id: "PolicyStamp" });

/** What a verdict says, in decisions and messages alike. */
export const verdictFields = {
  action: z.enum(["allow", "hold", "challenge", "block"]),
  reason: z.string().describe("Stable reason code; see the reference of reason codes."),
  sentence: z.string().describe("The reason in plain words."),
  score: z.number().describe("Risk: 0 (none seen) to 100."),
  policy: policyStampView.nullable().describe("null: the text was no number, so no policy was asked."),
  findings: z.array(findingView).readonly(),
  degraded: z.array(z.string()).readonly().describe("Parts that should have taken part and did not."),
  would: z
    .enum(["allow", "hold", "challenge", "block"])
    .exactOptional()
    .describe("What would have been done, where detection only monitors."),
  holdUntil: z.string().exactOptional().describe("Only for hold: ask again then."),
};

export const decisionView = z
  .object({
    id: z.string(),
    at: z.string(),
    to: z.string().describe("The canonical number that was decided on (or the refused text)."),
    destination: z.string().nullable().describe("Destination of the number; null when there are several candidates."),
    candidates: z.array(z.string()).readonly().describe("Every destination that the number may belong to."),
    twin: z.string().nullable().describe("Territory that follows the destination, such as SJ with NO."),
    numberType: z.enum(NUMBER_TYPES).nullable(),
    valid: z.boolean().describe("In a range that the numbering plan assigns."),
    from: z.string(),
    channel: z.enum(CHANNELS).nullable(),
    purpose: z.enum(PURPOSES).nullable(),
    ...verdictFields,
    retryAfter: z
      .number()
      .exactOptional()
      .describe("For hold, and for a limit that frees again: seconds until it may be asked for again."),
    rejection: z
      .object({ code: z.enum(NUMBER_REJECTIONS), position: z.number().nullable() })
      .nullable()
      .describe("Why the text is no recipient number."),
  })
  .meta({ id: "Decision" });

export type DecisionView = z.infer<typeof decisionView>;

export const decisionBatchView = z.object({ decisions: z.array(decisionView) }).meta({ id: "Decisions" });
