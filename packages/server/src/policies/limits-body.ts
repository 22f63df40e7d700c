import {
  CEILING_NAME,
  CEILING_SUBJECTS,
  CURRENCY,
  KEY_NAME,
  LIMIT_RANGES,
  MOST_CEILINGS,
  PURPOSES,
  WHEN_PRICE_UNKNOWN,
} from "@safeguard/core";
import { z } from "zod";

const { messages, amount, digits, perHour, perDay } = LIMIT_RANGES;

const amountView = z.strictObject({
  amount: z.number().min(amount.least).max(amount.most).describe("In units of the currency, such as 12.5."),
  currency: z.string().regex(CURRENCY).describe("ISO 4217."),
});

const ceilingView = z.strictObject({
  name: z
    .string()
    .regex(CEILING_NAME)
    .describe("Equal ceilings of one name in several policies of an account have one count."),
  per: z
    .enum(CEILING_SUBJECTS)
    .describe(
      "What it counts by. Default account: this account and all below it together. each_account: each of them by itself. duplicate: the same text from the same sender to the same number.",
    )
    .exactOptional(),
  window: z
    .string()
    .describe("second, minute, hour, day, week, month (31 days), or such as `10 minutes`; at most 31 days. It slides."),
  messages: z.int().min(messages.least).max(messages.most).describe("Most messages in it.").exactOptional(),
  money: amountView
    .describe("Most money in it. A message without a known price in this currency is stopped.")
    .exactOptional(),
  destinations: z.array(z.string()).min(1).readonly().describe("Only messages to these.").exactOptional(),
  prefixes: z
    .array(z.string())
    .min(1)
    .readonly()
    .describe("Only numbers that begin with one of these.")
    .exactOptional(),
  purposes: z.array(z.enum(PURPOSES)).min(1).readonly().describe("Only messages of these purposes.").exactOptional(),
  numbers: z.enum(["unproven"]).describe("Only numbers that are not verified.").exactOptional(),
  digits: z
    .int()
    .min(digits.least)
    .max(digits.most)
    .describe("For range: how many digits at the end are free.")
    .exactOptional(),
  key: z.string().regex(KEY_NAME).describe("For key: which of the `keys` that you send with messages.").exactOptional(),
  note: z.string().max(500).exactOptional(),
});

const fields = {
  ceilings: z
    .array(ceilingView)
    .max(MOST_CEILINGS)
    .readonly()
    .describe("The most that may go out within a window. Hard: what would exceed one is stopped."),
  maximumPrice: amountView.describe("Dearer messages are stopped."),
  unanswered: z
    .strictObject({
      perHour: z.int().min(perHour.least).max(perHour.most).describe("Default 5.").exactOptional(),
      perDay: z.int().min(perDay.least).max(perDay.most).describe("Default 10.").exactOptional(),
    })
    .describe("Codes to one number that may stay unanswered before detection challenges it."),
  whenPriceUnknown: z
    .enum(WHEN_PRICE_UNKNOWN)
    .describe(
      "A message whose price is not known in the currency of one of these limits is stopped (closed, default), or counts as `maximumPrice` (maximum_price).",
    ),
} as const;

/** {@link LimitSettings} in JSON. */
export const limitsView = z
  .strictObject({
    ceilings: fields.ceilings.exactOptional(),
    maximumPrice: fields.maximumPrice.exactOptional(),
    unanswered: fields.unanswered.exactOptional(),
    whenPriceUnknown: fields.whenPriceUnknown.exactOptional(),
  })
  .describe("The most that may go out. The limits of accounts above hold besides.");

/** The same as a change: what is left out stays, `null` takes away. */
export const limitsChangeBody = {
  ceilings: fields.ceilings.nullable().exactOptional(),
  maximumPrice: fields.maximumPrice.nullable().exactOptional(),
  unanswered: fields.unanswered.nullable().exactOptional(),
  whenPriceUnknown: fields.whenPriceUnknown.nullable().exactOptional(),
} as const;
