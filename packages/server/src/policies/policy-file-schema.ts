import { CHANNELS, DESTINATION_ACTIONS, LIST_MODES, NUMBER_TYPES, POLICY_FIELDS } from "@safeguard/core";
import { z } from "zod";
// Its words also hold where the command line reads a file without a server.
import "../api/validation-words.ts";
import { detectionView } from "./detection-body.ts";
import { limitsView } from "./limits-body.ts";

/** Names and prefixes may stand without quotes, where YAML tools take `870` and `+234` for numbers. */
const nameBody = z.union([z.string(), z.number()]).transform(String);
const channelsBody = list(oneOf(CHANNELS), "[sms, voice]").min(1, { error: "names none; leave it out, or name some" });
const actionBody = oneOf(DESTINATION_ACTIONS);
const instantBody = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/, {
    error: "must be a day such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z",
  })
  .refine(isInCalendar, { error: "is no time of the calendar" });

const namesBody = list(nameBody, "[NG, PK]").describe(
  "Destinations such as NL, non-geographic codes such as 870, or groups such as africa.",
);

const destinationsBody = z
  .object({
    allow: namesBody.describe("Sent; detection does not look.").optional(),
    monitor: namesBody.describe("Sent; detection only records.").optional(),
    filter: namesBody.describe("Sent; detection may act.").optional(),
    block: namesBody.describe("Not sent.").optional(),
  })
  .catchall(
    z.union(
      [
        actionBody,
        z.strictObject({
          action: actionBody,
          channels: channelsBody.describe("Default: the policy's channels.").optional(),
        }),
      ],
      { error: `must be one of ${DESTINATION_ACTIONS.join(", ")}, or such as {action: block, channels: [sms]}` },
    ),
  )
  .describe("Destinations by what is done with them; or one by one, as `US: {action: monitor, channels: [sms]}`.");

/** A policy file, as JSON has it after the YAML is read. An empty value is as if it were not there. */
export const policyFileBody = z
  .strictObject({
    policy: z.string().min(1).describe("Name of the policy. Default: default.").optional(),
    account: z.string().min(1).describe("Account that it is for. Default: the key's own.").optional(),
    listMode: oneOf(LIST_MODES)
      .describe(
        "What holds for a destination that is not named: allow_list blocks it; block_list lets it pass; allow_all lets everything pass and takes no blocked destination.",
      )
      .optional(),
    destinations: destinationsBody.optional(),
    numberTypes: z
      .strictObject({
        block: list(oneOf(NUMBER_TYPES), "[premium]").optional(),
        allow: list(oneOf(NUMBER_TYPES), "[premium]").optional(),
      })
      .describe("Kinds of line that are blocked wherever they are, unless a range or an exception says otherwise.")
      .optional(),
    ranges: z
      .array(
        z.strictObject({
          prefix: nameBody.describe("+ and the first digits of the numbers."),
          action: actionBody,
          channels: channelsBody.optional(),
          until: instantBody.describe("From then on the rule does not exist.").optional(),
          note: z.string().optional(),
        }),
      )
      .describe("Numbers that begin with a prefix. The longest holds; at equal length block. Beats the destination.")
      .optional(),
    exceptions: z
      .array(
        z.strictObject({
          range: nameBody.describe("A number, or a range with x for any digit: +316123456xx."),
          kind: oneOf(["trusted", "barred"]),
          until: instantBody.describe("From then on it does not exist. Required for a trusted range.").optional(),
          evenIfDestinationBlocked: z
            .boolean()
            .describe("Only for trusted: hold against this policy's destinations, ranges and number types.")
            .optional(),
          channels: channelsBody.optional(),
          note: z.string().optional(),
        }),
      )
      .describe("Single numbers or small ranges that are always (trusted) or never (barred) sent to.")
      .optional(),
    channels: channelsBody
      .describe("What rules without channels of their own speak of. Default: sms, mms, voice.")
      .optional(),
    detection: z.preprocess(withNumbers, detectionView).optional(),
    limits: z.preprocess(withLimitNumbers, limitsView).optional(),
    locked: list(oneOf(POLICY_FIELDS), "[destinations]")
      .describe("Fields that accounts below may only tighten.")
      .optional(),
  })
  .meta({ title: "Safeguard policy file" });

export type PolicyFileBody = z.infer<typeof policyFileBody>;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The file is read without YAML's own types, so numbers come as they are written. No text in here looks like one. */
function withNumbers(value: unknown): unknown {
  if (typeof value === "string") return NUMBER.test(value) ? Number(value) : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withNumbers(part)]));
}

/** As {@link withNumbers}; but names, prefixes and non-geographic codes stay texts, which may look like numbers. */
function withLimitNumbers(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withLimitNumbers);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      typeof part === "object" ? withLimitNumbers(part) : LIMIT_NUMBERS.has(key) ? withNumbers(part) : part,
    ]),
  );
}

const LIMIT_NUMBERS: ReadonlySet<string> = new Set(["messages", "amount", "digits", "perHour", "perDay"]);

/** Date.parse takes 30 February for 2 March, and much else for a time that does not begin with its day. */
function isInCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `must be one of ${words.join(", ")}` });
}

function list<T extends z.ZodType>(item: T, example: string) {
  return z.array(item, { error: `must be a list such as ${example}` });
}

/** The JSON schema that editors check a policy file by; docs/reference/policy-file.schema.json is made from it. */
export function policyFileJsonSchema(): object {
  return z.toJSONSchema(policyFileBody, { io: "input", target: "draft-7" });
}
