import {
  type AccountId,
  type Channel,
  Engine,
  type EpochMilliseconds,
  NUMBERING_TABLE,
  type PolicyDocument,
  parseRecipient,
  type Verdict,
} from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JournalUnwritable } from "../store/journal.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Submission, SubmissionOutcome } from "./outbound/connector.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { ScreeningResult } from "./screening-port.ts";
import {
  ACCEPTED,
  ACCOUNT,
  AT,
  IN_DOUBT,
  outgoingMessage,
  REFUSED,
  type ScreeningEvent,
  screeningBench,
  scriptedConnector,
} from "./testing/screening-bench.ts";
import { ALLOW, BLOCK, CHALLENGE, HOLD } from "./testing/verdicts.ts";

const allow = (): Verdict => ALLOW;
const block = (): Verdict => BLOCK;
const accepting = () => scriptedConnector("a", () => ACCEPTED);

/** A promise and what settles it. */
function gate() {
  return Promise.withResolvers<void>();
}

/** Lets everything go on that can. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a message that is allowed", () => {
  it("is recorded with its intent, then submitted, then its outcome is recorded, then answered", async () => {
    const bench = screeningBench({ decide: allow, connectors: [accepting()] });
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(bench.events.map(({ type }) => type)).toEqual([
      "decided",
      "appended",
      "durable",
      "called",
      "appended",
      "durable",
    ]);
    const [decided] = bench.recorded("message_decided");
    expect(decided).toMatchObject({ to: "+31612345678", verdict: ALLOW, intent: { attempt: 1, provider: "a" } });
    const ended = { message: decided?.id, provider: "a", attempt: 1, outcome: { type: "accepted", providerId: "P1" } };
    expect(bench.recorded("submission_ended")).toMatchObject([ended]);
    expect(result).toMatchObject({ type: "submitted", id: decided?.id, verdict: ALLOW, outcome: ACCEPTED });
  });

  it("reaches no provider before its intent is on disk", async () => {
    const disk = gate();
    const bench = screeningBench({ decide: allow, connectors: [accepting()], disk: () => disk.promise });
    const sending = bench.screening.send([outgoingMessage()]);
    await settled();
    expect(bench.submitted()).toEqual([]);
    disk.resolve();
    await sending;
    expect(bench.submitted()).toHaveLength(1);
  });

  it("is not answered before its outcome is on disk", async () => {
    const disk = gate();
    let groups = 0;
    const bench = screeningBench({
      decide: allow,
      connectors: [accepting()],
      disk: () => (++groups === 1 ? Promise.resolve() : disk.promise),
    });
    let answered = false;
    const sending = bench.screening.send([outgoingMessage()]).then(() => {
      answered = true;
    });
    await settled();
    expect([bench.submitted().length, answered]).toEqual([1, false]);
    disk.resolve();
    await sending;
  });

  it("goes out with our reference, our callback URL and the canonical number", async () => {
    const bench = screeningBench({ decide: allow, connectors: [accepting()] });
    const [result] = await bench.screening.send([outgoingMessage({ to: "+44 (0)7400 123456", reference: "order 1" })]);
    expect(bench.submitted()).toEqual([
      {
        connector: "a",
        id: result?.id,
        account: ACCOUNT.id,
        to: "+447400123456",
        originator: "Acme",
        text: "Your code is 123456",
        channels: ["sms"],
        channelsDeclared: false,
        wire: undefined,
        callbackUrl: `https://sms.example.com/reports/a/${result?.id}`,
      },
    ]);
  });

  it("leaves neither its text nor the provider's words about it in the record", async () => {
    const bench = screeningBench({ decide: allow, connectors: [scriptedConnector("a", () => REFUSED)] });
    const [result] = await bench.screening.send([outgoingMessage({ text: "a secret text" })]);
    const written = JSON.stringify(bench.events.filter(({ type }) => type === "durable"));
    expect(written).not.toMatch(/secret text|may hold the text/);
    // The dialect may pass on the provider's answer all the same.
    expect(result).toMatchObject({ outcome: { answer: { status: 400 } } });
  });

  it("that no provider serves is refused as that, and recorded so", async () => {
    const bench = screeningBench({ decide: allow });
    const [result] = await bench.screening.send([outgoingMessage()]);
    const outcome = { type: "refused", kind: "unavailable", code: "no_route" };
    expect(result).toMatchObject({ type: "submitted", outcome });
    expect(bench.recorded("message_decided")[0]).not.toHaveProperty("intent");
    expect(bench.recorded("submission_ended")).toMatchObject([{ provider: "none", attempt: 0, outcome }]);
    expect(bench.events.filter(({ type }) => type === "appended")).toHaveLength(1);
  });
});

describe("a message that is stopped", () => {
  it.each([
    ["block", BLOCK],
    ["challenge", CHALLENGE],
    ["hold", HOLD],
  ] as const)("by %s is recorded without an intent and reaches nobody", async (_action, verdict) => {
    const bench = screeningBench({ decide: () => verdict, connectors: [accepting()] });
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(bench.submitted()).toEqual([]);
    const [record] = bench.recorded("message_decided");
    expect(record).toMatchObject({ verdict, answer: "reject" });
    expect(record).not.toHaveProperty("intent");
    expect(result).toMatchObject({ type: "stopped", id: record?.id, verdict, answer: "reject" });
  });

  it("and counts as accepted has its failed report queued in the same append", async () => {
    const bench = screeningBench({ decide: block, connectors: [accepting()] });
    const url = "https://customer.example/cm";
    const message = outgoingMessage({ dialect: "cm", reference: "r1" }, { account: { reports: { cmUrl: url } } });
    const [result] = await bench.screening.send([message]);
    expect(result).toMatchObject({ type: "stopped", answer: "report" });
    const [append, ...more] = bench.events.filter((event) => event.type === "appended");
    expect(more).toEqual([]);
    const report = { status: "failed", occurredAt: AT, code: "28" };
    expect(append?.records).toMatchObject([
      { type: "message_decided", id: result?.id, answer: "report" },
      { type: "notice_queued", notice: { message: result?.id, dialect: "cm", url, report } },
    ]);
    // The queue hears of it when it can find it.
    expect(bench.events.slice(-2).map(({ type }) => type)).toEqual(["durable", "notices_queued"]);
  });

  it("and held is told so at once, by whatever setting, and nothing is reported", async () => {
    const bench = screeningBench({ decide: () => HOLD, connectors: [accepting()] });
    const settings = { account: { reports: { cmUrl: "https://customer.example/cm" } } };
    const results = await bench.screening.send([
      outgoingMessage({ dialect: "cm" }, settings),
      outgoingMessage({ dialect: "twilio", callback: { dialect: "twilio", url: "https://customer.example/t" } }),
    ]);
    expect(results).toMatchObject([{ answer: "reject" }, { answer: "reject" }]);
    expect(bench.recorded("message_decided")).toMatchObject([{ answer: "reject" }, { answer: "reject" }]);
    expect(bench.recorded("notice_queued")).toEqual([]);
  });
});

describe("a text that is no number", () => {
  it("is recorded as refused, decided on by nobody and sent to nobody", async () => {
    const bench = screeningBench({ decide: allow, connectors: [accepting()] });
    const to = `+31612345678,+9607712345${"9".repeat(100)}`;
    const [result] = await bench.screening.send([outgoingMessage({ to, reference: "r" })]);
    expect(bench.events.map(({ type }) => type)).toEqual(["appended", "durable"]);
    const [record] = bench.recorded("message_rejected");
    expect(record).toMatchObject({ text: to.slice(0, 64), rejection: { ok: false }, reference: "r" });
    expect(result).toEqual({ type: "rejected", id: record?.id, rejection: record?.rejection });
  });
});

describe("the channels of a message", () => {
  const stopsSms = ({ channel }: { channel: Channel }): Verdict => (channel === "sms" ? BLOCK : ALLOW);

  it("that the client declared lose the stopped one, which is recorded", async () => {
    const bench = screeningBench({ decide: stopsSms, connectors: [accepting()] });
    const [result] = await bench.screening.send([
      outgoingMessage({ channels: ["sms", "whatsapp", "rcs"], channelsDeclared: true }),
    ]);
    expect(bench.submitted()).toMatchObject([{ channels: ["whatsapp", "rcs"], channelsDeclared: true }]);
    const channels = { channel: "whatsapp", channels: ["whatsapp", "rcs"], removedChannels: ["sms"] };
    expect(bench.recorded("message_decided")).toMatchObject([channels]);
    expect(result).toMatchObject({ type: "submitted", removedChannels: ["sms"] });
  });

  it("that nobody declared are one risk: one that is stopped stops the message", async () => {
    const bench = screeningBench({ decide: stopsSms, connectors: [accepting()] });
    const [result] = await bench.screening.send([outgoingMessage({ channels: ["whatsapp", "sms"] })]);
    expect(result).toMatchObject({ type: "stopped", verdict: BLOCK });
    expect(bench.recorded("message_decided")).toMatchObject([{ channel: "sms", verdict: BLOCK }]);
    expect(bench.submitted()).toEqual([]);
  });

  it("are all stopped: the message is", async () => {
    const bench = screeningBench({ decide: block, connectors: [accepting()] });
    const message = outgoingMessage({ channels: ["sms", "whatsapp"], channelsDeclared: true });
    expect(await bench.screening.send([message])).toMatchObject([{ type: "stopped" }]);
    expect(bench.submitted()).toEqual([]);
  });

  it("that were taken off stay off when a fallback is decided again under a looser policy", async () => {
    let loosened = false;
    const first = scriptedConnector("a", () => {
      loosened = true;
      return REFUSED;
    });
    const bench = screeningBench({
      decide: (message) => (loosened ? ALLOW : stopsSms(message)),
      connectors: [first, scriptedConnector("b", () => ACCEPTED)],
    });
    const message = outgoingMessage({ channels: ["whatsapp", "sms"], channelsDeclared: true });
    const [result] = await bench.screening.send([message]);
    expect(bench.submitted().map(({ connector, channels }) => [connector, channels])).toEqual([
      ["a", ["whatsapp"]],
      ["b", ["whatsapp"]],
    ]);
    expect(result).toMatchObject({ removedChannels: ["sms"] });
  });

  it("lose one more when the policy was tightened before the fallback", async () => {
    let tightened = false;
    const first = scriptedConnector("a", () => {
      tightened = true;
      return REFUSED;
    });
    const bench = screeningBench({
      decide: (message) => (tightened ? stopsSms(message) : ALLOW),
      connectors: [first, scriptedConnector("b", () => ACCEPTED)],
    });
    const message = outgoingMessage({ channels: ["sms", "whatsapp"], channelsDeclared: true });
    const [result] = await bench.screening.send([message]);
    expect(bench.submitted().map(({ channels }) => channels)).toEqual([["sms", "whatsapp"], ["whatsapp"]]);
    expect(bench.recorded("submission_intended")).toMatchObject([{ removedChannels: ["sms"] }]);
    expect(result).toMatchObject({ type: "submitted", removedChannels: ["sms"] });
  });
});

describe("the next provider", () => {
  const next = () => scriptedConnector("b", () => ACCEPTED);

  it("is tried after a definite refusal, decided again first, with its intent on disk", async () => {
    const bench = screeningBench({
      decide: allow,
      connectors: [scriptedConnector("a", () => REFUSED), next()],
    });
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(bench.events.map(({ type }) => type)).toEqual([
      ...["decided", "appended", "durable", "called"],
      ...["decided", "appended", "durable", "called"],
      ...["appended", "durable"],
    ]);
    const message = result?.id;
    expect(bench.recorded("submission_ended")).toMatchObject([
      { message, provider: "a", attempt: 1, outcome: { type: "refused" } },
      { message, provider: "b", attempt: 2, outcome: { type: "accepted" } },
    ]);
    const intent = { attempt: 2, provider: "b" };
    expect(bench.recorded("submission_intended")).toMatchObject([{ message, intent, verdict: ALLOW }]);
    expect(result).toMatchObject({ outcome: ACCEPTED });
  });

  it.each([
    ["in doubt", IN_DOUBT],
    ["accepted", ACCEPTED],
  ])("is not tried for what is %s", async (_name, outcome) => {
    const bench = screeningBench({ decide: allow, connectors: [scriptedConnector("a", () => outcome), next()] });
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(bench.submitted().map(({ connector }) => connector)).toEqual(["a"]);
    expect(result).toMatchObject({ outcome });
  });

  it("is asked once each, and the last refusal is the answer", async () => {
    const last = { ...REFUSED, text: "the last one" } as SubmissionOutcome;
    const bench = screeningBench({
      decide: allow,
      connectors: [
        scriptedConnector("a", () => REFUSED),
        scriptedConnector("b", () => REFUSED),
        scriptedConnector("c", () => last),
      ],
    });
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(bench.submitted().map(({ connector }) => connector)).toEqual(["a", "b", "c"]);
    expect(result).toMatchObject({ outcome: last });
  });

  it.each([
    ["a block, refused at once", BLOCK, "native", "reject"],
    ["a block, reported", BLOCK, "cm", "report"],
    ["a hold", HOLD, "cm", "reject"],
  ] as const)("is not tried under a policy that stops by now: %s", async (_name, verdict, dialect, answer) => {
    let tightened = false;
    const first = scriptedConnector("a", () => {
      tightened = true;
      return REFUSED;
    });
    const bench = screeningBench({ decide: () => (tightened ? verdict : ALLOW), connectors: [first, next()] });
    const settings = { account: { reports: { cmUrl: "https://customer.example/cm" } } };
    const [result] = await bench.screening.send([outgoingMessage({ dialect }, settings)]);
    expect(bench.submitted().map(({ connector }) => connector)).toEqual(["a"]);
    // The message was stopped, so that is what the record and the client are told, not the refusal before.
    expect(result).toMatchObject({ type: "stopped", verdict, answer });
    const append = bench.events.filter((event) => event.type === "appended").at(-1);
    expect(append?.records.map(({ type }) => type)).toEqual([
      "submission_ended",
      "message_stopped",
      ...(answer === "report" ? ["notice_queued"] : []),
    ]);
    expect(bench.recorded("message_stopped")).toMatchObject([{ message: result?.id, channel: "sms", verdict, answer }]);
    expect(bench.events.some(({ type }) => type === "notices_queued")).toBe(answer === "report");
  });

  it("is decided at the time of the fallback, not of the request", async () => {
    const times: number[] = [];
    const first = scriptedConnector("a", () => {
      bench.pass(3000);
      return REFUSED;
    });
    const bench = screeningBench({
      decide({ at }) {
        times.push(at);
        return ALLOW;
      },
      connectors: [first, next()],
    });
    await bench.screening.send([outgoingMessage()]);
    expect(times).toEqual([AT, AT + 3000]);
  });
});

describe("many messages in one request", () => {
  const senders = (count: number) => Array.from({ length: count }, (_, n) => outgoingMessage({ originator: `m${n}` }));

  it("go in batches of as many as the connector takes, and their results are in their order", async () => {
    const connector = scriptedConnector(
      "a",
      async ({ originator }) => {
        // The first call answers last.
        await new Promise((resolve) => setTimeout(resolve, originator < "m2" ? 10 : 0));
        return { ...ACCEPTED, providerId: originator };
      },
      2,
    );
    const bench = screeningBench({ decide: allow, connectors: [connector] });
    const results = await bench.screening.send(senders(5));
    const calls = bench.events.filter((event) => event.type === "called");
    expect(calls.map(({ batch }) => batch.map(({ originator }) => originator))).toEqual([
      ["m0", "m1"],
      ["m2", "m3"],
      ["m4"],
    ]);
    expect(results.map((result) => result.type === "submitted" && result.outcome)).toMatchObject(
      [0, 1, 2, 3, 4].map((n) => ({ providerId: `m${n}` })),
    );
    // One group of decisions and intents, one of outcomes.
    expect(bench.events.filter(({ type }) => type === "appended")).toHaveLength(2);
  });

  it("have at most 64 calls under way at once", async () => {
    let underway = 0;
    let most = 0;
    const connector = scriptedConnector(
      "a",
      async () => {
        most = Math.max(most, ++underway);
        await new Promise((resolve) => setImmediate(resolve));
        underway--;
        return ACCEPTED;
      },
      1,
    );
    const bench = screeningBench({ decide: allow, connectors: [connector] });
    expect(await bench.screening.send(senders(200))).toHaveLength(200);
    expect(most).toBe(64);
  });

  it("end each in its own way", async () => {
    const bench = screeningBench({
      decide: ({ originator }) => (originator === "m1" ? BLOCK : ALLOW),
      connectors: [
        scriptedConnector("a", ({ originator }) => (originator === "m2" ? REFUSED : ACCEPTED)),
        scriptedConnector("b", () => IN_DOUBT),
      ],
    });
    const [first, second, third] = senders(3);
    const rejected = outgoingMessage({ to: "nobody" });
    const messages = [first, second, rejected, third].filter((message) => message !== undefined);
    const results = await bench.screening.send(messages);
    expect(results.map((result) => (result.type === "submitted" ? result.outcome.type : result.type))).toEqual([
      "accepted",
      "stopped",
      "rejected",
      "in_doubt",
    ]);
    expect(bench.submitted().map(({ connector, originator }) => [connector, originator])).toEqual([
      ["a", "m0"],
      ["a", "m2"],
      ["b", "m2"],
    ]);
  });

  it("are none: nothing happens", async () => {
    const bench = screeningBench({ decide: allow, connectors: [accepting()] });
    expect(await bench.screening.send([])).toEqual([]);
    expect(bench.submitted()).toEqual([]);
  });
});

describe("a journal that cannot be written", () => {
  it("lets nothing out, and the request fails", async () => {
    const disk = () => Promise.reject(new Error("disk full"));
    const bench = screeningBench({ decide: allow, connectors: [accepting()], disk });
    await expect(bench.screening.send([outgoingMessage()])).rejects.toBeInstanceOf(JournalUnwritable);
    await expect(bench.screening.send([outgoingMessage()])).rejects.toBeInstanceOf(JournalUnwritable);
    expect(bench.submitted()).toEqual([]);
  });

  it("after the first attempt lets no second one out", async () => {
    let groups = 0;
    const bench = screeningBench({
      decide: allow,
      connectors: [scriptedConnector("a", () => REFUSED), scriptedConnector("b", () => ACCEPTED)],
      disk: () => (++groups === 1 ? Promise.resolve() : Promise.reject(new Error("disk full"))),
    });
    await expect(bench.screening.send([outgoingMessage()])).rejects.toBeInstanceOf(JournalUnwritable);
    expect(bench.submitted().map(({ connector }) => connector)).toEqual(["a"]);
  });
});

const CHANNEL_SETS = fc.uniqueArray(fc.constantFrom<Channel>("sms", "mms", "whatsapp", "rcs", "voice"), {
  minLength: 1,
  maxLength: 3,
}) as unknown as fc.Arbitrary<OutgoingMessage["channels"]>;

/** Numbers in every spelling that a form may hold, and much that is none. */
const SPELLINGS = fc.oneof(
  fc.constantFrom(
    "+31612345678",
    "0031612345678",
    "31612345678",
    "+31 (0)6-1234 5678",
    "＋３１６１２３４５６７８",
    "+٣١٦١٢٣٤٥٦٧٨",
    "+31\u200b612345678",
    "\u202e+31612345678",
    "+31612345678\r\nTo: +9607712345",
    "+31612345678,+9607712345",
    "+31612345678;ext=9",
    "+31612345678x12",
    "+9607712345",
    "009607712345",
    "+44(0)7400123456",
    "+1 1 202 555 0123",
    "+15550100000",
    "+870773111632",
    "sip:+31612345678@example.com",
    "447911e9",
    "+0031612345678",
    "011 31 612345678",
    "",
    "+",
  ),
  fc.string({ maxLength: 30 }),
  // Digits with anything between them.
  fc
    .array(fc.tuple(fc.constantFrom("3", "1", "6", "0", "9", "4", "7"), fc.constantFrom("", "", " ", "-", "(", "٣")), {
      minLength: 5,
      maxLength: 16,
    })
    .map((pieces) => `+${pieces.flat().join("")}`),
);

const MESSAGES = fc.array(
  fc
    .record({
      dialect: fc.constantFrom("native", "twilio", "cm"),
      to: fc.oneof({ weight: 3, arbitrary: fc.constant("+31612345678") }, { weight: 2, arbitrary: SPELLINGS }),
      channels: CHANNEL_SETS,
      channelsDeclared: fc.boolean(),
      callback: fc.option(fc.constant({ dialect: "twilio" as const, url: "https://customer.example/t" }), {
        nil: undefined,
      }),
    })
    .map((changes) => outgoingMessage(changes as Partial<OutgoingMessage>)),
  { minLength: 1, maxLength: 6 },
);

/** Each message with a sender of its own, by which events are told apart. */
function named(messages: readonly OutgoingMessage[], prefix: string): readonly OutgoingMessage[] {
  return messages.map((message, index) => ({ ...message, originator: `${prefix}${index}` }));
}

const OUTCOMES = fc.constantFrom(ACCEPTED, REFUSED, REFUSED, IN_DOUBT);

/** Waits for so many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What must hold of every event, whatever the policy, the providers and the disk do. */
function checkEvents(events: readonly ScreeningEvent[], messages: readonly OutgoingMessage[]): void {
  const byOriginator = new Map(messages.map((message) => [message.originator, message]));
  const durable: JournalRecord[] = [];
  const lastAction = new Map<string, string>();
  const providersOf = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === "durable") durable.push(...event.records);
    if (event.type === "decided") lastAction.set(`${event.originator} ${event.channel}`, event.action);
    if (event.type !== "called") continue;
    for (const submission of event.batch) {
      const outgoing = byOriginator.get(submission.originator);
      if (outgoing === undefined) throw new Error("a submission of no message");
      const providers = providersOf.get(submission.id) ?? [];
      providersOf.set(submission.id, providers);

      // Its intent is on disk, and what it follows was a definite refusal by another provider, on disk as well.
      const attempt = providers.length + 1;
      expect(durable.some((record) => intends(record, submission, event.connector, attempt))).toBe(true);
      if (attempt > 1) {
        const before = durable.findLast(
          (record) => record.type === "submission_ended" && record.message === submission.id,
        );
        expect(before).toMatchObject({ attempt: attempt - 1, outcome: { type: "refused" } });
      }
      expect(providers).not.toContain(event.connector);
      providers.push(event.connector);

      // It is the number that was decided on, by channels that were allowed just now.
      expect(submission.to).toMatch(/^\+[1-9]\d{6,14}$/);
      const parsed = parseRecipient(outgoing.to, outgoing.dialect);
      expect(parsed.ok && parsed.recipient.e164).toBe(submission.to);
      expect(submission.channels.length).toBeGreaterThan(0);
      const judged = outgoing.channelsDeclared ? submission.channels : outgoing.channels;
      for (const channel of judged) expect(lastAction.get(`${submission.originator} ${channel}`)).toBe("allow");
      for (const channel of submission.channels) expect(outgoing.channels).toContain(channel);
    }
  }
}

function intends(record: JournalRecord, { id }: Submission, provider: string, attempt: number): boolean {
  const intent =
    record.type === "message_decided" && record.id === id
      ? record.intent
      : record.type === "submission_intended" && record.message === id
        ? record.intent
        : undefined;
  return intent?.provider === provider && intent.attempt === attempt;
}

/** What a result says stands in records that are on disk. */
function checkResult(result: ScreeningResult, durable: readonly JournalRecord[]): void {
  const of = durable.filter(
    (record) => ("message" in record ? record.message : "id" in record && record.id) === result.id,
  );
  const decided = of.find(({ type }) => type === "message_decided");
  switch (result.type) {
    case "rejected":
      expect(of).toMatchObject([{ type: "message_rejected", rejection: withoutUndefined(result.rejection) }]);
      return;
    case "stopped": {
      const stop = of.find(({ type }) => type === "message_stopped") ?? decided;
      expect(stop).toMatchObject({ verdict: result.verdict, answer: result.answer });
      const notices = durable.filter(
        (record) =>
          record.type === "notice_queued" && record.notice.dialect !== "alert" && record.notice.message === result.id,
      );
      if (result.answer === "reject") expect(notices).toEqual([]);
      return;
    }
    case "submitted": {
      expect(of.some(({ type }) => type === "message_stopped")).toBe(false);
      const outcome = withoutUndefined({ ...result.outcome, answer: undefined });
      expect(of.findLast(({ type }) => type === "submission_ended")).toMatchObject({ outcome });
    }
  }
}

function durableOf(events: readonly ScreeningEvent[]): readonly JournalRecord[] {
  return events.flatMap((event) => (event.type === "durable" ? event.records : []));
}

describe("whatever the policy, the providers and the disk do", () => {
  const worlds = fc.record({
    first: MESSAGES,
    second: MESSAGES,
    actions: fc.array(fc.constantFrom(ALLOW, ALLOW, ALLOW, BLOCK, HOLD, CHALLENGE), { minLength: 1, maxLength: 12 }),
    connectors: fc.array(
      fc.record({
        maxBatch: fc.integer({ min: 1, max: 4 }),
        outcomes: fc.array(OUTCOMES, { minLength: 1, maxLength: 5 }),
        delay: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 3 },
    ),
    diskDelays: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
    /** The group from which on the disk is full. */
    fullFrom: fc.option(fc.integer({ min: 1, max: 5 }), { nil: Number.POSITIVE_INFINITY }),
  });

  it("nothing goes out that is not intended on disk and allowed now, and no answer says what is not on disk", async () => {
    let submissions = 0;
    let fallbacks = 0;
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async ({ first, second, actions, connectors, diskDelays, fullFrom }) => {
        let decisions = 0;
        let groups = 0;
        const bench = screeningBench({
          decide: () => actions[decisions++ % actions.length] ?? ALLOW,
          connectors: connectors.map(({ maxBatch, outcomes, delay }, index) => {
            let calls = 0;
            return scriptedConnector(
              `c${index}`,
              async () => {
                const outcome = outcomes[calls++ % outcomes.length] ?? ACCEPTED;
                await turns(delay);
                return outcome;
              },
              maxBatch,
            );
          }),
          async disk() {
            const group = ++groups;
            await turns(diskDelays[group % diskDelays.length] ?? 0);
            if (group >= fullFrom) throw new Error("disk full");
          },
        });
        const requests = [named(first, "a"), named(second, "b")];
        await Promise.all(
          requests.map(async (messages) => {
            try {
              const results = await bench.screening.send(messages);
              expect(results).toHaveLength(messages.length);
              const durable = durableOf(bench.events);
              for (const result of results) checkResult(result, durable);
              expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
            } catch (failure) {
              if (!(failure instanceof JournalUnwritable)) throw failure;
              failures++;
            }
          }),
        );
        checkEvents(bench.events, requests.flat());
        submissions += bench.submitted().length;
        fallbacks += bench.recorded("submission_intended").length;
      }),
      { numRuns: 400 },
    );
    // A run in which hardly anything happened would prove nothing.
    expect([submissions > 200, fallbacks > 20, failures > 20]).toEqual([true, true, true]);
  });

  it("every spelling of a number reaches the provider as the canonical number, or not at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(SPELLINGS, { minLength: 1, maxLength: 20 }), async (spellings) => {
        const bench = screeningBench({ decide: allow, connectors: [accepting()] });
        const messages = spellings.flatMap((to) =>
          (["native", "twilio", "cm"] as const).map((dialect) => outgoingMessage({ to, dialect })),
        );
        const results = await bench.screening.send(named(messages, "m"));
        const expected = messages.flatMap(({ to, dialect }) => {
          const parsed = parseRecipient(to, dialect);
          return parsed.ok ? [parsed.recipient.e164] : [];
        });
        expect(bench.submitted().map(({ to }) => to)).toEqual(expected);
        for (const to of expected) expect(to).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(results.filter(({ type }) => type === "rejected")).toHaveLength(messages.length - expected.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe("under the real engine", () => {
  const actions = fc.constantFrom("allow" as const, "monitor" as const, "filter" as const, "block" as const);
  const channelLists = fc.option(CHANNEL_SETS, { nil: undefined });
  const NUMBERS = ["+31612345678", "+31687654321", "+9607712345", "+15550100000", "+447400123456"];
  const documents: fc.Arbitrary<PolicyDocument> = fc
    .record(
      {
        listMode: fc.constantFrom("block_list" as const, "allow_list" as const),
        destinations: fc.dictionary(
          fc.constantFrom("NL", "MV", "US", "JM", "GB"),
          fc.record({ action: actions, channels: channelLists }).map(withoutUndefined),
        ),
        ranges: fc.array(
          fc
            .record({
              prefix: fc.constantFrom("+3161", "+316", "+9607", "+1555"),
              action: actions,
              channels: channelLists,
            })
            .map(withoutUndefined),
          { maxLength: 2 },
        ),
        exceptions: fc.array(
          fc.record({
            range: fc.constantFrom(...NUMBERS),
            kind: fc.constantFrom("trusted" as const, "barred" as const),
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    )
    .map((document) => document as PolicyDocument);

  function engineWith(document: PolicyDocument): Engine {
    const engine = new Engine();
    engine.apply({ type: "account_placed", account: ACCOUNT.id, parent: undefined });
    put(engine, document, 1);
    return engine;
  }

  function put(engine: Engine, document: PolicyDocument, number: number): void {
    const from = AT;
    const revision = { account: ACCOUNT.id as AccountId, policy: "default", number, state: "in_force" as const };
    engine.apply({
      type: "revision_put",
      ...revision,
      from: from as EpochMilliseconds,
      until: undefined,
      document,
      numberingTable: NUMBERING_TABLE,
    });
  }

  it("a message that the policy stops reaches no connector, by any dialect and channel, also as a fallback", async () => {
    let reached = 0;
    let stoppedLater = 0;
    await fc.assert(
      fc.asyncProperty(documents, documents, MESSAGES, fc.boolean(), async (before, after, some, refuse) => {
        const engine = engineWith(before);
        const truth = engineWith(before);
        const messages = named(
          some.map((message, index) => ({ ...message, to: NUMBERS[index % NUMBERS.length] ?? "" })),
          "m",
        );
        let changed = false;
        const check = ({ originator, to, channels, channelsDeclared }: Submission) => {
          const outgoing = messages.find((message) => message.originator === originator);
          const parsed = parseRecipient(to, "native");
          if (outgoing === undefined || !parsed.ok) throw new Error("a submission of no message");
          for (const channel of channelsDeclared ? channels : outgoing.channels) {
            const { recipient } = parsed;
            const asked = { account: ACCOUNT.id, recipient, originator, channel, purpose: "otp", at: AT } as const;
            expect(truth.decide(asked, "default").action).toBe("allow");
          }
          reached++;
        };
        const first = scriptedConnector("a", (submission) => {
          check(submission);
          return refuse ? REFUSED : ACCEPTED;
        });
        const second = scriptedConnector("b", (submission) => {
          check(submission);
          return ACCEPTED;
        });
        const bench = screeningBench({
          decide: (message, policy) => engine.decide(message, policy),
          connectors: [
            {
              ...first,
              async submit(batch) {
                const outcomes = await first.submit(batch);
                if (!changed) {
                  changed = true;
                  put(engine, after, 2);
                  put(truth, after, 2);
                }
                return outcomes;
              },
            },
            second,
          ],
        });
        const results = await bench.screening.send(messages);
        checkEvents(bench.events, messages);
        stoppedLater += bench.recorded("message_stopped").length;
        for (const result of results) checkResult(result, durableOf(bench.events));
      }),
      { numRuns: 300 },
    );
    expect([reached > 100, stoppedLater > 10]).toEqual([true, true]);
  });

  it("a preview says what sending decides, and does nothing", async () => {
    await fc.assert(
      fc.asyncProperty(documents, MESSAGES, async (document, messages) => {
        const engine = engineWith(document);
        // (what detection says moves on with each message)
        const decide: Engine["decide"] = (...asked) => engine.decideByRules(...asked);
        const previewing = screeningBench({ decide, connectors: [accepting()] });
        const previews = previewing.screening.preview(messages);
        expect(previewing.events.every(({ type }) => type === "decided")).toBe(true);
        const sending = screeningBench({ decide, connectors: [accepting()] });
        const results = await sending.screening.send(messages);
        expect(previews).toEqual(
          results.map((result) => {
            if (result.type === "repeated") throw new Error("nothing here has come before");
            return result.type === "rejected" ? result.rejection : result.verdict;
          }),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function withoutUndefined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
