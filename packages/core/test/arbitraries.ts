import fc from "fast-check";
import type { EpochMilliseconds } from "../src/brand.ts";
import {
  DETECTION_MODES,
  DETECTION_PRESETS,
  DETECTION_RANGES,
  type DetectionSettings,
} from "../src/detection/detection-settings.ts";
import { CHANNELS, type Channel, type Message, PURPOSES } from "../src/message.ts";
import type { Destination, E164 } from "../src/numbering/e164.ts";
import type { Recipient } from "../src/numbering/recipient.ts";
import {
  DESTINATION_ACTIONS,
  LIST_MODES,
  POLICY_FIELDS,
  type PolicyDocument,
  type PolicyException,
  type RangeRule,
} from "../src/policy/policy-document.ts";
import { ACCOUNT, NOON } from "./message-to.ts";

/*
 * A small world: few destinations, digits, channels and instants, so that rules meet numbers and each other often. Recipients
 * are made by hand: what a policy comes to must hold for any number, type and destination, also for pairings that no plan has.
 */

const DESTINATIONS = ["NL", "BE", "US", "CA", "881"] as const;

/** Seven or eight digits, of which the first four vary between 1 and 2: 32 numbers. */
const numbers: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.constantFrom("1", "2"), { minLength: 4, maxLength: 4 }), fc.constantFrom(7, 8))
  .map(([some, length]) => some.join("").padEnd(length, "1"));

/** Rules end around noon, and messages come around it. */
export const instants: fc.Arbitrary<EpochMilliseconds> = fc
  .integer({ min: -2, max: 2 })
  .map((offset) => (NOON + offset) as EpochMilliseconds);

export const channels: fc.Arbitrary<Channel> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Channel>("sms") },
  { weight: 1, arbitrary: fc.constantFrom<Channel>("voice", "whatsapp") },
  { weight: 1, arbitrary: fc.constantFrom(...CHANNELS) },
);

const channelLists: fc.Arbitrary<readonly Channel[]> = fc.uniqueArray(
  fc.constantFrom<Channel>("sms", "voice", "whatsapp"),
  { minLength: 1 },
);

export const e164s: fc.Arbitrary<E164> = numbers.map((number) => `+${number}` as E164);

export const recipients: fc.Arbitrary<Recipient> = fc.record({
  e164: e164s,
  candidates: fc
    .uniqueArray(fc.constantFrom(...DESTINATIONS), { minLength: 1, maxLength: 3 })
    .map((codes) => codes.sort() as unknown as readonly [Destination, ...Destination[]]),
  twin: fc.constant(undefined),
  type: fc.constantFrom("mobile", "premium", "unknown"),
  valid: fc.boolean(),
});

export const messages: fc.Arbitrary<Message> = fc.record({
  account: fc.constant(ACCOUNT),
  recipient: recipients,
  originator: fc.constant("Safeguard"),
  channel: channels,
  purpose: fc.constantFrom(...PURPOSES),
  at: instants,
});

const actions = fc.constantFrom(...DESTINATION_ACTIONS);

export const rangeRules: fc.Arbitrary<RangeRule> = fc.record(
  {
    prefix: fc.tuple(numbers, fc.integer({ min: 1, max: 8 })).map(([number, length]) => `+${number.slice(0, length)}`),
    action: actions,
    channels: channelLists,
    until: instants,
  },
  { requiredKeys: ["prefix", "action"] },
);

const exceptionRanges: fc.Arbitrary<string> = fc
  .tuple(numbers, fc.integer({ min: 0, max: 5 }))
  .map(([number, free]) => `+${number.slice(0, number.length - free)}${"x".repeat(free)}`);

export const exceptions: fc.Arbitrary<PolicyException> = fc
  .record(
    {
      range: exceptionRanges,
      kind: fc.constantFrom("trusted", "barred"),
      until: instants,
      evenIfDestinationBlocked: fc.boolean(),
      channels: channelLists,
    },
    { requiredKeys: ["range", "kind"] },
  )
  .map(
    ({ evenIfDestinationBlocked, ...exception }): PolicyException =>
      exception.kind === "trusted" && evenIfDestinationBlocked === true
        ? { ...exception, kind: "trusted", evenIfDestinationBlocked }
        : { ...exception, kind: exception.kind === "trusted" ? "trusted" : "barred" },
  );

const modes = fc.constantFrom(...DETECTION_MODES);

export const detections: fc.Arbitrary<DetectionSettings> = fc
  .record(
    {
      mode: modes,
      purposes: fc.record({ otp: modes, notification: modes, marketing: modes }, { requiredKeys: [] }),
      // The budget, under either of its names.
      preset: fc.constantFrom(...DETECTION_PRESETS, undefined),
      falseBlockBudget: fc.constantFrom(DETECTION_RANGES.falseBlockBudget.least, 1e-5, 1e-3, 1e-2),
      scoreThreshold: fc.constantFrom(DETECTION_RANGES.scoreThreshold.least, 40, 50, 100),
      holdSeconds: fc.integer({ min: 0, max: 60 }),
      audit: fc.record({ share: fc.constantFrom(0.001, 0.1), maximumPerDay: fc.constantFrom(0, 10, 100_000) }),
      shareEvidence: fc.boolean(),
      whenFailed: fc.constantFrom("rules_only", "closed"),
      whenOutcomesMissing: fc.constantFrom("open_said", "challenge_new"),
    },
    { requiredKeys: [] },
  )
  .map(({ preset, falseBlockBudget, ...others }) => ({
    ...others,
    ...(preset !== undefined ? { preset } : falseBlockBudget !== undefined && { falseBlockBudget }),
  }));

/** Documents with every field now and then. Not all would pass validation: the evaluation must hold its rules for any. */
export const documents: fc.Arbitrary<PolicyDocument> = fc.record(
  {
    listMode: fc.constantFrom(...LIST_MODES),
    destinations: fc.dictionary(
      fc.constantFrom(...DESTINATIONS),
      fc.record({ action: actions, channels: channelLists }, { requiredKeys: ["action"] }),
      { maxKeys: 3, noNullPrototype: true },
    ),
    numberTypes: fc.dictionary(fc.constantFrom("mobile", "premium", "unknown"), fc.constantFrom("block", "allow"), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    ranges: fc.array(rangeRules, { maxLength: 5 }),
    exceptions: fc.array(exceptions, { maxLength: 4 }),
    channels: channelLists,
    detection: detections,
    locked: fc.uniqueArray(fc.constantFrom(...POLICY_FIELDS), { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

export const chains: fc.Arbitrary<readonly PolicyDocument[]> = fc.array(documents, { minLength: 1, maxLength: 3 });
