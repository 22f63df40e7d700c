import { type EpochMilliseconds, rangeText } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPolicyFile } from "../policies/read-policy-file.ts";
import type { BacktestResult } from "./backtest-result.ts";
import { EMIT_FORMATS, emit } from "./emit.ts";
import {
  consecutiveNumbers,
  fakedVerifications,
  madeUpResult,
  type range,
  slowRanges,
} from "./testing/made-up-results.ts";
import { anyResult } from "./testing/random-results.ts";

const UNTIL = Date.UTC(2026, 11, 31) as EpochMilliseconds;

function result(...unwanted: readonly string[]): BacktestResult {
  const destinations = unwanted.map((destination) => ({
    destination,
    messages: 310,
    stopped: { block: 300, hold: 0, challenge: 0 },
    verifiedMessages: 0,
    stoppedThoughVerified: 0,
    inDoubt: 0,
    spent: {},
    saved: {},
  }));
  return madeUpResult({
    incidents: [consecutiveNumbers(), fakedVerifications()],
    destinations: [...madeUpResult().destinations, ...destinations],
  });
}

function withRange(changes: Parameters<typeof range>[1]): BacktestResult {
  const one = consecutiveNumbers();
  const ranges = one.ranges.map((each) => ({ ...each, ...changes }));
  return madeUpResult({ incidents: [{ ...one, ranges }] });
}

describe("ranges", () => {
  it("are those that are surely attacked, each below what proves it", () => {
    const { text, notes } = emit("ranges", result());
    expect(text).toBe(
      [
        "# +992 001 23x xxx  Tajikistan: 1,000 messages, 0 completed, 451.26 USD",
        "+99200123",
        "# +994 501 2xx xxx  Azerbaijan: 2,500 messages, 2,478 completed, 817.50 USD",
        "+9945012",
        "",
      ]
        .join("\n")
        .replace("+994 501 2xx xxx", rangeText("+9945012", 100_000)),
    );
    expect(notes.join(" ")).not.toContain("left out");
  });

  it("never are those in which people completed codes, but where completions are faked", () => {
    const { text, notes } = emit("ranges", withRange({ completedEver: 1 }));
    expect(text).toBe("");
    expect(notes[0]).toBe("The list of ranges is empty: none is surely attacked and free of users.");
    expect(notes).toContain("1 range was left out because people completed codes there: a block list would hit them.");
    expect(emit("ranges", withRange({ completedEver: 900, contained: "unanswered" })).text).toBe("");
    expect(emit("ranges", withRange({ completedEver: 900, contained: "faked" })).text).toContain("\n+99200123\n");
  });

  it("need more unanswered codes than chance leaves, at the file's own share of completions", () => {
    const share = (verified: number, unanswered: number): EmittedLines => {
      const one = withRange({ attempts: 400, unanswered });
      const legitimate = { ...one.legitimate, verifiedMessages: verified };
      const { text, notes } = emit("ranges", {
        ...one,
        legitimate,
        messages: { ...one.messages, total: 10_000 },
      });
      return { isEmitted: text !== "", notes: notes.join(" ") };
    };
    expect(share(6_000, 20).isEmitted).toBe(true);
    expect(share(6_000, 19)).toEqual({
      isEmitted: false,
      notes: expect.stringContaining("no verifications were reported any more"),
    });
    // 0.9 to the power of 131 is one in a million.
    expect(share(1_000, 132).isEmitted).toBe(true);
    expect(share(1_000, 131).isEmitted).toBe(false);
    expect(share(0, 400)).toEqual({
      isEmitted: false,
      notes: expect.stringContaining("the file has no verifications"),
    });
    expect(emit("ranges", withRange({ attempts: 9, unanswered: 9 })).notes.join(" ")).toContain(
      "1 range was left out because too few codes say that it is an attack",
    );
  });

  it("leave watched ranges and many blocks at once to Safeguard", () => {
    const watched = emit("ranges", madeUpResult({ incidents: [slowRanges()] }));
    expect(watched.text).not.toContain("+628121959");
    expect(watched.notes.join(" ")).toContain("No list of ranges can say blocks of 10,000 numbers in Indonesia");
  });

  it("are named once, the widest only", () => {
    const one = consecutiveNumbers();
    const [wide] = one.ranges;
    if (wide === undefined) throw new Error("there is a range");
    const inside = { ...wide, scope: { type: "block", prefix: "+992001234", size: 1_000 } } as const;
    const { text } = emit("ranges", madeUpResult({ incidents: [{ ...one, ranges: [inside, wide, wide] }] }));
    expect(text.split("\n").filter((line) => line.startsWith("+"))).toEqual(["+99200123"]);
  });

  it("leave out what a person called a false alarm", () => {
    const one = consecutiveNumbers();
    const incident = { ...one.incident, state: "false_alarm" } as const;
    const emission = emit("ranges", madeUpResult({ incidents: [{ ...one, incident }] }));
    expect(emission.text).toBe("");
  });

  it("come with a warning for verified numbers", () => {
    expect(emit("ranges", result()).notes[0]).toContain("4 messages of verified numbers in these ranges");
  });
});

interface EmittedLines {
  readonly isEmitted: boolean;
  readonly notes: string;
}

describe("countries", () => {
  it("are suggested where much was stopped and nobody verified", () => {
    const { text, notes } = emit("countries", result("LR"));
    expect(text).toBe("LR\n");
    expect(notes[0]).toMatch(/^Countries are suggestions\./);
    expect(notes[1]).toBe("LR Liberia: 300 of 310 messages stopped, none verified.");
    expect(emit("countries", result("LR"), { moreStoppedThan: 300 }).text).toBe("");
  });

  it("are not suggested where the file tells of no verification at all", () => {
    const blind = { ...result("LR"), file: { ...result().file, converted: 0 } };
    for (const format of EMIT_FORMATS) expect(emit(format, blind).text).not.toContain("LR");
    expect(emit("countries", blind).notes).toEqual([
      "No country is suggested (the list is empty): the file has no verifications, so it cannot tell where users are.",
    ]);
  });
});

describe("for a provider", () => {
  it("Twilio: countries by its API as comments, those that it refuses by hand, ranges to its support", () => {
    const { text } = emit("twilio", result("LR", "TN", "881"));
    expect(text).toContain(`# curl -X PATCH https://accounts.twilio.com/v1/Messaging/GeoPermissions \\`);
    expect(text).toContain(`'Permissions={"country_code":"LR","type":"country","enabled":false}'`);
    expect(text).not.toContain('"country_code":"TN"');
    expect(text).toMatch(/error 30649[\s\S]*# {3}881 .*\n# {3}TN Tunisia\n/);
    expect(text).toContain("#   +992 001 23x xxx  Tajikistan: 1,000 messages, 0 completed, 451.26 USD\n");
    for (const line of text.trim().split("\n")) expect(line).toMatch(/^#/);
  });

  it("Vonage: a traffic rule for each range", () => {
    const { text } = emit("vonage", result("LR"));
    const bodies = [...text.matchAll(/-d '(\{[^']+\})'/g)].map(([, body = ""]) => JSON.parse(body));
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toEqual({
      product: "sms",
      prefix: "99200123",
      action: "block",
      status: "active",
      reason: "SMS pumping, Safeguard backtest, attack 1",
    });
    expect(text).toContain("#   LR Liberia");
  });

  it("CM.com: countries for destination management, ranges to its support", () => {
    const { text } = emit("cm", result("LR"));
    expect(text).toMatch(/^# CM\.com Safeguard blocks countries, not ranges/);
    expect(text).toContain("\nLR  Liberia\n");
  });
});

describe("a policy file", () => {
  it("can be read, and blocks the ranges until they end", () => {
    const read = readPolicyFile(emit("safeguard-policy", result(), { until: UNTIL }).text);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.file.document.ranges).toEqual([
      { prefix: "+99200123", action: "block", until: UNTIL, note: "SMS pumping, Safeguard backtest, attack 1" },
      { prefix: "+9945012", action: "block", until: UNTIL, note: "SMS pumping, Safeguard backtest, attack 2" },
    ]);
  });

  it("keeps what the policy says: a block that does not end stays, an allowed range gives way", () => {
    const base = {
      policy: "otp",
      account: undefined,
      document: {
        listMode: "allow_list",
        destinations: { TJ: { action: "filter" } },
        ranges: [
          { prefix: "+99200123", action: "block", note: "for ever" },
          { prefix: "+9945012", action: "allow" },
          { prefix: "+44", action: "monitor" },
        ],
      },
    } as const;
    const read = readPolicyFile(emit("safeguard-policy", result(), { base, until: UNTIL }).text);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.file.policy).toBe("otp");
    expect(read.file.document).toMatchObject({ listMode: "allow_list", destinations: { TJ: { action: "filter" } } });
    expect(read.file.document.ranges?.map(({ prefix, action, until }) => [prefix, action, until])).toEqual([
      ["+99200123", "block", undefined],
      ["+44", "monitor", undefined],
      ["+9945012", "block", UNTIL],
    ]);
  });

  it("says that it would replace the policy, where it is no whole one", () => {
    expect(emit("safeguard-policy", result()).text).toContain("Applying a file replaces the whole policy");
  });
});

it("whatever was found, nothing but prefixes and codes gets into a script", () => {
  fc.assert(
    fc.property(anyResult, (any) => {
      for (const line of emit("ranges", any).text.trim().split("\n")) expect(line).toMatch(/^(#[^'"`$]*|\+\d+|)$/);
      for (const line of emit("vonage", any).text.split("\n")) {
        expect(line).toMatch(/^(#[^'"`$]*|curl -X POST [^ ]+ \\| {2}-u [^']+\\| {2}-d '\{[^'\\]+\}'|)$/);
      }
      const read = readPolicyFile(emit("safeguard-policy", any).text);
      expect(read.ok ? [] : read.problems).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
