import { readdirSync, readFileSync } from "node:fs";
import {
  CHANNELS,
  DESTINATION_ACTIONS,
  DESTINATIONS,
  DETECTION_MODES,
  DETECTION_PRESETS,
  type EpochMilliseconds,
  LIST_MODES,
  NUMBER_TYPES,
  POLICY_FIELDS,
  type PolicyDocument,
  PURPOSES,
  validatePolicyDocument,
} from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destinationGroups } from "./destination-names.ts";
import { policyFileJsonSchema } from "./policy-file-schema.ts";
import { readPolicyFile } from "./read-policy-file.ts";
import { writePolicyFile } from "./write-policy-file.ts";

const docs = new URL("../../../../docs/", import.meta.url);

function documentIn(text: string): PolicyDocument {
  const result = readPolicyFile(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.file.document;
}

function problemsIn(text: string) {
  const result = readPolicyFile(text);
  return result.ok ? [] : result.problems.map(({ line, field, message }) => `${line} ${field}: ${message}`);
}

describe("a policy file", () => {
  it("groups destinations by what is done with them, and takes single ones with channels", () => {
    const document = documentIn(`
policy: default
listMode: allow_list
destinations:
  block: [NG, 870]
  filter: [nl, NO]
  US: {action: monitor, channels: [sms]}
  870x:
`);
    expect(document).toEqual({
      listMode: "allow_list",
      destinations: {
        NG: { action: "block" },
        "870": { action: "block" },
        NL: { action: "filter" },
        NO: { action: "filter" },
        US: { action: "monitor", channels: ["sms"] },
      },
    });
  });

  it("lets a destination that it names beat the group that holds it", () => {
    const { destinations = {} } = documentIn("policy: default\ndestinations: {block: [africa], filter: [ZA]}");
    expect(destinations["ZA"]).toEqual({ action: "filter" });
    expect(destinations["NG"]).toEqual({ action: "block" });
    const africa = destinationGroups().find(([name]) => name === "africa")?.[1] ?? [];
    expect(Object.keys(destinations).toSorted()).toEqual([...africa].toSorted());
  });

  it("reads prefixes and numbers with or without quotes, and days as UTC", () => {
    const { ranges, exceptions } = documentIn(`
policy: default
ranges:
  - {prefix: +23480, action: block, until: 2027-01-31}
exceptions:
  - {range: "+316123456xx", kind: trusted, until: 2027-01-31T12:00:00+01:00, evenIfDestinationBlocked: true}
`);
    expect(ranges).toEqual([{ prefix: "+23480", action: "block", until: Date.UTC(2027, 0, 31) }]);
    expect(exceptions?.[0]).toMatchObject({ until: Date.UTC(2027, 0, 31, 11), evenIfDestinationBlocked: true });
  });

  it("reads what detection may do, its numbers as they are written", () => {
    const { detection } = documentIn(`
policy: default
detection:
  mode: off
  purposes: {otp: "enforce", marketing: monitor}
  falseBlockBudget: 1e-5
  scoreThreshold: "60"
  audit: {share: .01, maximumPerDay: 20}
  shareEvidence: true
  holdSeconds:
`);
    expect(detection).toEqual({
      mode: "off",
      purposes: { otp: "enforce", marketing: "monitor" },
      falseBlockBudget: 1e-5,
      scoreThreshold: 60,
      audit: { share: 0.01, maximumPerDay: 20 },
      shareEvidence: true,
    });
    expect(documentIn('{"detection": {"falseBlockBudget": 0.0001}}').detection).toEqual({ falseBlockBudget: 1e-4 });
  });

  it.each([
    ["policy: default\nlistMod: allow_list", /^2 listMod: is no field here; known are .*listMode/],
    ["listMode: allow", /^1 listMode: must be one of allow_all, block_list, allow_list/],
    ["destinations:\n  block: NG", /^2 destinations.block: must be a list such as \[NG, PK\]/],
    ["destinations:\n  block: [NG,\n    UK]", /^3 destinations.block.1: "UK" is no destination: write GB/],
    ["destinations:\n  block: [SJ]", /^2 destinations.block.0: SJ .* follows NO: name NO/],
    ["destinations:\n  block: [Nigeria]", /write NG/],
    [
      "destinations:\n  NG: {action: block, chanels: [sms]}",
      /^2 destinations.NG.chanels: .*known are action, channels/,
    ],
    ["destinations:\n  allow: [NG]\n  block: [NG]", /^3 destinations.block.0: NG has a rule already: allow/],
    ["destinations:\n  block: [africa]\n  filter: [africa]", /has a rule already/],
    ["ranges:\n  - prefix: '44'\n    action: block", /^2 ranges.0.prefix: .*\+ and 1 to 15 digits/],
    ["exceptions:\n  - range: +316123456xx\n    kind: trusted", /^2 exceptions.0.until: is missing/],
    ["exceptions:\n  - {range: +31612345678, kind: trusted, until: 2027-02-30}", /^2 exceptions.0.until: is no time/],
    ["listMode: allow_all\ndestinations: {block: [NL]}", /^2 destinations.block.0: .*use block_list/],
    ["detection:\n  mod: off", /^2 detection.mod: is no field here; known are mode, purposes, preset/],
    ["detection:\n  purposes: {opt: off}", /^2 detection.purposes.opt: .*known are otp, notification, marketing/],
    ["detection:\n  audit:\n    shares: 1", /detection.audit.shares: .*known are share, maximumPerDay/],
    ["detection:\n  mode: true", /^2 detection.mode: must be one of "off", "monitor", "enforce", and is true/],
    ["detection:\n  holdSeconds: 1.5", /^2 detection.holdSeconds: must be a whole number/],
    ["detection:\n  falseBlockBudget: 1%", /^2 detection.falseBlockBudget: must be a number, and is "1%"/],
    ["detection:\n  preset: strict\n  falseBlockBudget: 0.001", /^3 detection.falseBlockBudget: stands beside preset/],
    ["policy: default\npolicy: other", /^2 : the file is not valid YAML: Map keys must be unique/],
    ["a: [", /not valid YAML/],
    ["x: &a [*a]", /alias/],
    ["", /begins with a line such as policy: default/],
  ])("says where %j is wrong, and what is right", (text, expected) => {
    expect(problemsIn(text).join("\n")).toMatch(expected);
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.json()), (text) => {
        expect(typeof readPolicyFile(text).ok).toBe("boolean");
      }),
      { numRuns: 300 },
    );
  });

  it("reads back what it wrote, for any valid policy", () => {
    fc.assert(
      fc.property(documents, fc.array(fc.string()), (document, heading) => {
        const file = { policy: "default", account: "acc_1", document };
        const text = writePolicyFile(file, { heading, schema: "https://example.com/schema.json" });
        expect(readPolicyFile(text)).toEqual({ ok: true, file });
      }),
      { numRuns: 300 },
    );
  });

  it("explains every field, also those that the policy does not have", () => {
    const text = writePolicyFile({ policy: "default", account: undefined, document: {} });
    for (const field of [...POLICY_FIELDS, "limits", "locked"]) expect(text).toContain(`# ${field}:`);
    const examples = new RegExp(`^# (?=(?:${[...POLICY_FIELDS, "limits", "locked"].join("|")}):|  )`, "gm");
    expect(documentIn(text.replaceAll(examples, ""))).toHaveProperty("exceptions.0.range", "+316123456xx");
  });
});

describe("the schema and the examples in the documentation", () => {
  it("has the schema that the code has (else run `npm run generate`)", () => {
    const kept: unknown = JSON.parse(readFileSync(new URL("reference/policy-file.schema.json", docs), "utf8"));
    expect(kept).toEqual(policyFileJsonSchema());
  });

  const folder = new URL("guide/examples/", docs);
  it.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("%s is valid", (name) => {
    expect(problemsIn(readFileSync(new URL(name, folder), "utf8"))).toEqual([]);
  });
});

const codes = DESTINATIONS.map(({ code }) => code);
const actions = fc.constantFrom(...DESTINATION_ACTIONS);
const channels = fc.uniqueArray(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 3 });
const instants = fc.integer({ min: 1, max: 4_000_000_000_000 }).map((time) => time as EpochMilliseconds);
const notes = fc.string({ unit: "binary", maxLength: 60 });
const rule = fc.record({ action: actions, channels }, { requiredKeys: ["action"] });

/** Some rules for whole groups, so that their names are used, and some for single destinations beside or inside them. */
const destinations = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...destinationGroups().map(([, members]) => members)), actions), {
      maxLength: 3,
    }),
    fc.array(fc.tuple(fc.constantFrom(...codes), rule), { maxLength: 6 }),
  )
  .map(([groups, singles]) =>
    Object.fromEntries([
      ...groups.flatMap(([members, action]) => members.map((code) => [code, { action }] as const)),
      ...singles,
    ]),
  );

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least - 1, maxLength: most - 1 }),
    )
    .map(([first, rest]) => [first, ...rest].join(""));

const documents: fc.Arbitrary<PolicyDocument> = fc
  .record(
    {
      listMode: fc.constantFrom(...LIST_MODES),
      destinations,
      numberTypes: fc.dictionary(fc.constantFrom(...NUMBER_TYPES), fc.constantFrom("block", "allow"), {
        noNullPrototype: true,
      }),
      ranges: fc.array(
        fc.record(
          { prefix: digits(1, 15).map((text) => `+${text}`), action: actions, channels, until: instants, note: notes },
          { requiredKeys: ["prefix", "action"] },
        ),
        { maxLength: 4 },
      ),
      exceptions: fc.array(
        fc.record(
          {
            range: digits(7, 12).map((text) => `+${text}xx`),
            kind: fc.constantFrom("trusted", "barred"),
            until: instants,
            channels,
            note: notes,
          },
          { requiredKeys: ["range", "kind", "until"] },
        ),
        { maxLength: 4 },
      ),
      channels,
      detection: fc.record(
        {
          mode: fc.constantFrom(...DETECTION_MODES),
          purposes: fc.dictionary(fc.constantFrom(...PURPOSES), fc.constantFrom(...DETECTION_MODES), {
            noNullPrototype: true,
          }),
          preset: fc.constantFrom(...DETECTION_PRESETS),
          falseBlockBudget: fc.double({ min: 1e-7, max: 1e-2, noNaN: true }),
          scoreThreshold: fc.integer({ min: 1, max: 100 }),
          holdSeconds: fc.integer({ min: 0, max: 60 }),
          audit: fc.record({ share: fc.double({ min: 1e-6, max: 0.1, noNaN: true }), maximumPerDay: fc.nat(100_000) }),
          shareEvidence: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      locked: fc.uniqueArray(fc.constantFrom(...POLICY_FIELDS)),
    },
    { requiredKeys: [] },
  )
  .map((document) => validatePolicyDocument(document))
  .filter((validation) => validation.ok)
  .map(({ document }) => document);
