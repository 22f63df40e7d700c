import { CHANNELS, type E164, type EpochMilliseconds, NUMBER_TYPES, PURPOSES, type Verdict } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MessageId } from "../gateway/message-id.ts";
import { readDecisionFront, readDecisionNumber, readLine, readMessageFront, writeLine } from "./journal-line.ts";
import type { DecidedMessage, JournalRecord, MessageDecided } from "./journal-record.ts";
import { ACME, at, decisionMade, messageDecided, NOON, sampleVerdict } from "./testing/sample-records.ts";

const id = "0".repeat(32) as MessageId;
const text = fc.string({ unit: "binary" });

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constantFrom(sampleVerdict("allow"), sampleVerdict("block")),
  fc.record({ score: fc.nat(100), until: fc.nat() }).map(
    ({ score, until }): Verdict => ({
      ...sampleVerdict("block"),
      action: "hold",
      score,
      degraded: ["policy_missing"],
      until: until as EpochMilliseconds,
    }),
  ),
);

/** Every field has to stand here: a new one does not compile until its place in the line was thought of. */
const decided: { readonly [K in keyof Required<DecidedMessage>]: fc.Arbitrary<Required<DecidedMessage>[K]> } = {
  account: fc.constant(ACME),
  key: text,
  to: text.map((number) => number as E164),
  candidates: fc.array(fc.constantFrom("NL", "GB", "GG"), { minLength: 1 }),
  twin: text,
  numberType: fc.constantFrom(...NUMBER_TYPES),
  valid: fc.boolean(),
  originator: text,
  channel: fc.constantFrom(...CHANNELS),
  purpose: fc.constantFrom(...PURPOSES),
  riskCheck: fc.constantFrom("enable", "disable"),
  endUserAddress: text,
  device: text,
  price: fc.record({ micros: fc.nat(), currency: text }),
  heldSince: fc.nat().map((offset) => at(offset)),
  uncounted: fc.constant(true),
  content: text,
  keys: fc.dictionary(fc.constantFrom("user", "form"), text),
  pricesIn: fc.dictionary(fc.constantFrom("EUR", "USD"), fc.nat()),
  verdict,
};
const message: {
  readonly [K in Exclude<keyof Required<MessageDecided>, "type" | "id" | "at" | keyof DecidedMessage>]: fc.Arbitrary<
    Required<MessageDecided>[K]
  >;
} = {
  dialect: fc.constantFrom("native", "twilio", "cm"),
  channels: fc.array(fc.constantFrom(...CHANNELS)),
  removedChannels: fc.array(fc.constantFrom(...CHANNELS)),
  reference: text,
  callback: fc.record({ dialect: fc.constantFrom("twilio", "cm", "native"), url: text }),
  counted: fc.constantFrom(...CHANNELS),
  segments: fc.nat(),
  answer: fc.constantFrom("report", "reject"),
  intent: fc.record({ attempt: fc.nat(), provider: text }),
};
const time = fc.nat().map((offset) => at(offset));
const optional = [
  "twin",
  "endUserAddress",
  "device",
  "price",
  "heldSince",
  "counted",
  "reference",
  "callback",
  "answer",
  "intent",
] as const;
const required = <T extends object>(model: T) =>
  Object.keys(model).filter((name) => !optional.some((other) => other === name)) as (keyof T)[];
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc
    .record({ at: time, ...decided }, { requiredKeys: ["at", ...required(decided)] })
    .map((fields) => ({ type: "decision_made", id, ...fields }) as JournalRecord),
  fc
    .record({ at: time, ...decided, ...message }, { requiredKeys: ["at", ...required(decided), ...required(message)] })
    .map((fields) => ({ type: "message_decided", id, ...fields }) as JournalRecord),
  text.map((error) => ({ type: "notice_attempted", id, at: NOON, attempt: 1, taken: false, error }) as const),
);

describe("A line of the journal", () => {
  test("holds a record whole, and no line break", () => {
    fc.assert(
      fc.property(record, (one) => {
        const line = writeLine(one);
        expect(line).not.toMatch(/\n/);
        expect(readLine(line)).toEqual(one);
      }),
    );
  });

  test("says of decisions in front what the tables want", () => {
    const decision = decisionMade(id, { candidates: ["GB", "GG"], verdict: sampleVerdict("block") });
    const counted = { account: decision.account, at: decision.at, candidates: ["GB", "GG"], action: "block" };
    expect(readDecisionFront(writeLine(decision))).toEqual(counted);
    expect(readMessageFront(writeLine(decision))).toBeUndefined();

    const sent = messageDecided(id, { reference: "order 7" });
    const { account, candidates, to, originator, segments, reference, price, intent } = sent;
    const wanted = { id, to, originator, segments, reference, price, intent };
    expect(readMessageFront(writeLine(sent))).toEqual({ account, at: sent.at, candidates, action: "allow", ...wanted });
    expect(readDecisionFront(writeLine(sent))).toBeUndefined();
  });

  test("is read as the first version wrote it", () => {
    const decision = decisionMade(id, { candidates: ["GB", "GG"], verdict: sampleVerdict("block") });
    const { account } = decision;
    const line = `=${account} ${decision.at} GB block${JSON.stringify(decision)}`;
    expect(readLine(line)).toEqual(decision);
    expect(readDecisionFront(line)).toEqual({ account, at: decision.at, candidates: ["GB", "GG"], action: "block" });
    expect(readDecisionNumber(line)).toBe(decision.to);
  });
});
