import {
  CHANNELS,
  DESTINATION_ACTIONS,
  type EpochMilliseconds,
  LIST_MODES,
  NUMBER_TYPES,
  POLICY_FIELDS,
  type PolicyDocument,
  validatePolicyDocument,
} from "@safeguard/core";
import { z } from "zod";
import { detectionView } from "./detection-body.ts";
import { limitsView } from "./limits-body.ts";

/** ISO 8601 with an offset, as every time in the API. */
export const instantView = z.iso.datetime({ offset: true, error: "must be a time such as 2027-01-31T00:00:00Z" });

const channelsView = z.array(z.enum(CHANNELS)).min(1).readonly();
const actionView = z.enum(DESTINATION_ACTIONS);

const exceptionView = z.strictObject({
  range: z.string().describe("A number, or a range with `x` for any digit: `+316123456xx`."),
  kind: z.enum(["trusted", "barred"]),
  until: instantView
    .describe("From then on the exception does not exist. Required for a trusted range.")
    .exactOptional(),
  evenIfDestinationBlocked: z
    .boolean()
    .describe("Only for `trusted`: hold against this policy's destinations, ranges and number types.")
    .exactOptional(),
  channels: channelsView.exactOptional(),
  note: z.string().max(500).exactOptional(),
});

/** A {@link PolicyDocument} in JSON: the same fields, times as ISO 8601. */
export const policyDocumentView = z
  .strictObject({
    listMode: z
      .enum(LIST_MODES)
      .describe(
        "What holds for a destination without a rule of its own: `allow_list` blocks it, the others let it pass.",
      )
      .exactOptional(),
    destinations: z
      .record(
        z.string(),
        z.strictObject({
          action: actionView,
          channels: channelsView.describe("Default: the policy's channels.").exactOptional(),
        }),
      )
      .describe("By destination: ISO 3166-1 alpha-2, or the calling code of a non-geographic network.")
      .exactOptional(),
    numberTypes: z
      .partialRecord(z.enum(NUMBER_TYPES), z.enum(["block", "allow"]))
      .describe("Kinds of line that are blocked wherever they are.")
      .exactOptional(),
    ranges: z
      .array(
        z.strictObject({
          prefix: z.string().describe("`+` and 1 to 15 digits. The longest prefix wins; at equal length block wins."),
          action: actionView,
          channels: channelsView.exactOptional(),
          until: instantView.describe("From then on the rule does not exist.").exactOptional(),
          note: z.string().max(500).exactOptional(),
        }),
      )
      .readonly()
      .describe("Numbers that begin with a prefix. Beat the destination's rule.")
      .exactOptional(),
    exceptions: z.array(exceptionView).readonly().exactOptional(),
    channels: channelsView
      .describe("The channels that rules without their own speak of. Default sms, mms, voice.")
      .exactOptional(),
    detection: detectionView.exactOptional(),
    limits: limitsView.exactOptional(),
    locked: z
      .array(z.enum(POLICY_FIELDS))
      .readonly()
      .describe("Fields that accounts below may only tighten.")
      .exactOptional(),
  })
  .meta({ id: "PolicyDocument" });

export type PolicyDocumentView = z.infer<typeof policyDocumentView>;

/** A policy in a request. The core reads it, because its errors say what is right; the schema is for the reference. */
export const policyDocumentBody = z
  .unknown()
  .transform((value, context): PolicyDocument => {
    const validation = validatePolicyDocument(value);
    if (validation.ok) return validation.document;
    for (const { field, message } of validation.problems) {
      context.addIssue({ code: "custom", path: field === "" ? [] : [dotted(field)], message });
    }
    return z.NEVER;
  })
  .meta(schemaWithoutDialect(policyDocumentView));

/** An exception in a request; it is checked with the policy that it becomes part of. */
export const policyExceptionBody = exceptionView.meta({ id: "PolicyException" });

export function viewOfDocument(document: PolicyDocument): PolicyDocumentView {
  const { ranges, exceptions, ...same } = document;
  return {
    ...same,
    ...(ranges && { ranges: ranges.map(({ until, ...rule }) => ({ ...rule, ...endInView(until) })) }),
    ...(exceptions && { exceptions: exceptions.map(({ until, ...rule }) => ({ ...rule, ...endInView(until) })) }),
  };
}

/** Turns an answer back into what the core decides by. */
export function documentOfView({ ranges, exceptions, ...same }: PolicyDocumentView): PolicyDocument {
  return {
    ...same,
    ...(ranges && { ranges: ranges.map(({ until, ...rule }) => ({ ...rule, ...endOfView(until) })) }),
    ...(exceptions && { exceptions: exceptions.map(({ until, ...rule }) => ({ ...rule, ...endOfView(until) })) }),
  };
}

/** The core's `ranges[0].prefix` as the API writes places in lists: `ranges.0.prefix`. */
export function dotted(field: string): string {
  return field.replaceAll(/\[(\d+)\]/g, ".$1");
}

export function instantOf(text: string): EpochMilliseconds {
  return Date.parse(text) as EpochMilliseconds;
}

export function viewOfInstant(instant: EpochMilliseconds): string {
  return new Date(instant).toISOString();
}

function endOfView(until: string | undefined): { readonly until?: EpochMilliseconds } {
  return until === undefined ? {} : { until: instantOf(until) };
}

function endInView(until: EpochMilliseconds | undefined): { readonly until?: string } {
  return until === undefined ? {} : { until: viewOfInstant(until) };
}

function schemaWithoutDialect(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, id: __, ...rest } = z.toJSONSchema(schema);
  return rest;
}
