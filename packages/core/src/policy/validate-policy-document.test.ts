import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOON } from "../../test/message-to.ts";
import { validatePolicyDocument } from "./validate-policy-document.ts";

/** `field: message` of everything that is wrong. */
function problems(value: unknown): readonly string[] {
  const result = validatePolicyDocument(value);
  return result.ok ? [] : result.problems.map(({ field, message }) => `${field}: ${message}`);
}

describe("a policy document", () => {
  it("comes back as it was, with times in milliseconds", () => {
    const result = validatePolicyDocument({
      listMode: "allow_list",
      destinations: { NL: { action: "filter" }, "881": { action: "block", channels: ["sms"] } },
      numberTypes: { premium: "block", mobile: "allow" },
      ranges: [{ prefix: "+31612", action: "block", until: "2026-01-01T13:00:00+01:00", note: "under attack" }],
      exceptions: [
        { range: "+316123456xx", kind: "trusted", until: NOON, evenIfDestinationBlocked: true },
        { range: "+31612345678", kind: "barred" },
      ],
      channels: ["sms"],
      locked: [],
    });
    expect(result).toEqual({
      ok: true,
      document: {
        listMode: "allow_list",
        destinations: { NL: { action: "filter" }, "881": { action: "block", channels: ["sms"] } },
        numberTypes: { premium: "block", mobile: "allow" },
        ranges: [{ prefix: "+31612", action: "block", until: NOON, note: "under attack" }],
        exceptions: [
          { range: "+316123456xx", kind: "trusted", until: NOON, evenIfDestinationBlocked: true },
          { range: "+31612345678", kind: "barred" },
        ],
        channels: ["sms"],
        locked: [],
      },
    });
  });

  it("may be empty", () => {
    expect(validatePolicyDocument({})).toEqual({ ok: true, document: {} });
  });

  it.each([[null], [[]], ["allow_list"], [7], [undefined]])("is an object, not %j", (value) => {
    expect(problems(value)).toHaveLength(1);
  });

  it("has only known fields; a slip is told what was meant", () => {
    expect(problems({ list_mode: "allow_list" })).toEqual([
      'list_mode: "list_mode" is no field here; did you mean listMode?',
    ]);
    expect(problems({ ranges: [{ prefix: "+31", action: "block", chanels: ["sms"] }] })).toEqual([
      'ranges[0].chanels: "chanels" is no field here; did you mean channels?',
    ]);
    expect(problems({ listMode: "allowlist" })).toEqual([
      'listMode: "allowlist" must be one of allow_all, block_list, allow_list; did you mean allow_list?',
    ]);
    expect(problems(JSON.parse('{"__proto__": {"listMode": "allow_all"}}'))).toHaveLength(1);
  });

  it("names destinations by their codes, and twins by the one that they follow", () => {
    const of = (code: string) => problems({ destinations: { [code]: { action: "block" } } });
    expect(of("NL")).toEqual([]);
    expect(of("SJ")).toEqual(["destinations.SJ: SJ follows NO; write NO"]);
    expect(of("sj")).toEqual(["destinations.sj: SJ follows NO; write NO"]);
    expect(of("nl")).toEqual(["destinations.nl: destinations are in capitals; write NL"]);
    expect(of("UK")).toEqual(["destinations.UK: UK is no destination; write GB"]);
    expect(of("+31")[0]).toContain("write an ISO 3166-1 code such as NL");
    expect(of("constructor")[0]).toContain("is no destination");
  });

  it("has prefixes of + and 1 to 15 digits, each once for the same channels", () => {
    for (const prefix of ["31612", "+", "+0612", "+31x", "+1234567890123456", "+31 6", "+٣١", 31612, undefined]) {
      expect(problems({ ranges: [{ prefix, action: "block" }] })).toHaveLength(1);
    }
    const twice = [
      { prefix: "+31", action: "block" },
      { prefix: "+31", action: "allow", channels: ["voice"] },
      { prefix: "+31", action: "allow" },
    ];
    expect(problems({ ranges: twice })).toEqual([
      "ranges[2]: +31 stands at ranges[0] already, for the same channels; keep one of them",
    ]);
  });

  it("has exceptions for whole numbers, and trusts at most 1,000 at once, for a time", () => {
    const of = (exception: object) => problems({ exceptions: [exception] });
    for (const range of ["+3161", "+31612345678901234", "+x1612345678", "+3161x345678", "31612345678"]) {
      expect(of({ range, kind: "barred" })).toHaveLength(1);
    }
    expect(of({ range: "+316123xxxxx", kind: "barred" })).toEqual([]);
    expect(of({ range: "+31612xxxxxx", kind: "barred" })[0]).toContain("at most 5");
    expect(of({ range: "+31612345xxx", kind: "trusted", until: NOON })).toEqual([]);
    expect(of({ range: "+3161234xxxx", kind: "trusted", until: NOON })[0]).toContain("at most 1,000 numbers");
    expect(of({ range: "+3161234567x", kind: "trusted" })[0]).toContain("needs an end");
    expect(of({ range: "+31612345678", kind: "trusted" })).toEqual([]);
    expect(of({ range: "+31612345678", kind: "barred", evenIfDestinationBlocked: true })[0]).toContain(
      "only for trusted",
    );
  });

  it("has times with an offset", () => {
    const of = (until: unknown) => problems({ ranges: [{ prefix: "+31", action: "block", until }] });
    for (const until of ["2026-01-01T12:00:00Z", "2026-01-01T12:00Z", "2026-01-01T12:00:00.5-05:00", 1]) {
      expect(of(until)).toEqual([]);
    }
    for (const until of [
      "2026-01-01T12:00:00",
      "2026-01-01",
      "2026-02-30T12:00:00Z",
      "2026-01-01T25:00:00Z",
      "soon",
      0.5,
      -1,
      1e300,
    ]) {
      expect(of(until)).toHaveLength(1);
    }
  });

  it("names channels and locked fields at least once, and not twice", () => {
    expect(problems({ channels: [] })).toEqual(["channels: names nothing; leave it out or name at least one"]);
    expect(problems({ channels: ["sms", "sms"] })).toEqual(["channels[1]: sms stands here twice; name it once"]);
    expect(problems({ locked: ["locked"] })).toHaveLength(1);
  });

  it("blocks no destination under allow_all", () => {
    expect(problems({ listMode: "allow_all", destinations: { NL: { action: "block" } } })).toEqual([
      "destinations.NL.action: blocks under the list mode allow_all, which has no blocked destination; use block_list",
    ]);
  });

  it("says what detection may do", () => {
    const detection = {
      mode: "enforce",
      purposes: { otp: "enforce", marketing: "monitor" },
      falseBlockBudget: 1e-4,
      scoreThreshold: 100,
      holdSeconds: 0,
      audit: { share: 0.1, maximumPerDay: 50 },
      shareEvidence: true,
    };
    expect(validatePolicyDocument({ detection, locked: ["detection"] })).toEqual({
      ok: true,
      document: { detection, locked: ["detection"] },
    });
    expect(validatePolicyDocument({ detection: {} })).toEqual({ ok: true, document: { detection: {} } });
  });

  it.each([
    [{ mode: "enforced" }, 'detection.mode: "enforced" must be one of off, monitor, enforce; did you mean enforce?'],
    [{ mod: "off" }, 'detection.mod: "mod" is no field here; did you mean mode?'],
    [
      { purposes: { opt: "off" } },
      'detection.purposes.opt: "opt" is no field here; known are otp, notification, marketing',
    ],
    [{ purposes: { otp: true } }, "detection.purposes.otp: true must be one of off, monitor, enforce"],
    [
      { preset: "strickt" },
      'detection.preset: "strickt" must be one of careful, balanced, strict; did you mean strict?',
    ],
    [{ falseBlockBudget: 0 }, "detection.falseBlockBudget: 0 must be a number from 1e-7 to 0.01"],
    [{ falseBlockBudget: "1e-5" }, 'detection.falseBlockBudget: "1e-5" must be a number from 1e-7 to 0.01'],
    [{ scoreThreshold: 0 }, "detection.scoreThreshold: 0 must be a whole number from 1 to 100"],
    [{ scoreThreshold: 50.5 }, "detection.scoreThreshold: 50.5 must be a whole number from 1 to 100"],
    [{ holdSeconds: 61 }, "detection.holdSeconds: 61 must be a whole number from 0 to 60"],
    [{ audit: { share: 0.2, maximumPerDay: 1 } }, "detection.audit.share: 0.2 must be a number from 0.000001 to 0.1"],
    [{ audit: { share: 0.1 } }, "detection.audit.maximumPerDay: is missing; write a whole number from 0 to 100000"],
    [{ shareEvidence: "yes" }, 'detection.shareEvidence: must be true or false; it is "yes"'],
    [
      { preset: "strict", falseBlockBudget: 1e-4 },
      "detection.falseBlockBudget: stands beside preset, and a preset is a budget by name; keep either falseBlockBudget or preset",
    ],
  ])("is told what is wrong with the detection settings %j", (detection, problem) => {
    expect(problems({ detection })).toEqual([problem]);
  });

  it("is told everything that is wrong at once, but no more than 100 things", () => {
    expect(problems({ listMode: 1, channels: "sms", ranges: {}, numberTypes: { mobile: "monitor" } })).toHaveLength(4);
    const wrong = Array.from({ length: 5_000 }, () => ({ prefix: "0" }));
    const told = problems({ ranges: wrong });
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toContain("9900 more problems");
  });

  it("has at most 200,000 rules", () => {
    const ranges = Array.from({ length: 200_001 }, (_, index) => ({
      prefix: `+${1_000_000 + index}`,
      action: "block",
    }));
    expect(problems({ ranges })).toEqual([": has 200001 range rules and exceptions; at most 200000 are allowed"]);
  });

  it("never throws, whatever JSON comes", () => {
    const keyed = fc.dictionary(
      fc.constantFrom(
        "listMode",
        "destinations",
        "numberTypes",
        "ranges",
        "exceptions",
        "channels",
        "detection",
        "audit",
        "locked",
        "NL",
        "prefix",
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), keyed), (value) => {
        const result = validatePolicyDocument(value);
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
    );
  });

  it("is valid again when it comes back", () => {
    const exception = fc.record({ range: fc.constantFrom("+31612345678"), kind: fc.constantFrom("trusted", "barred") });
    const given = fc.record(
      { listMode: fc.constantFrom("block_list", "allow_list"), exceptions: fc.array(exception, { maxLength: 1 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, (value) => {
        const once = validatePolicyDocument(value);
        expect(once.ok && validatePolicyDocument(once.document)).toEqual(once);
      }),
    );
  });
});
