import { expect, it } from "vitest";
import { type CopiedChange, copyAs } from "./copy-as.ts";
import { documentOf, NO_CHANGE, withListMode, withRules } from "./draft.ts";

const base = {
  document: { listMode: "block_list", destinations: {}, numberTypes: { premium: "block" } },
  above: [],
} as const;
const blocking = withRules(base, NO_CHANGE, ["NG", "NO"], "block");
const change: CopiedChange = {
  origin: "https://sms.example.com",
  account: "acc_1",
  policy: "default",
  draft: blocking,
  document: documentOf(base, blocking),
  reason: "it's pumping",
  until: undefined,
  baseRevision: 4,
};

it("copies a change of destinations as the request that the page would make", () => {
  expect(copyAs("curl", change)).toBe(`curl -X POST https://sms.example.com/v1/policies/default/destinations \\
  -H "authorization: Bearer $SAFEGUARD_KEY" \\
  -H 'safeguard-account: acc_1' \\
  -H 'content-type: application/json' \\
  -d '{"block":["NG","NO"],"reason":"it'\\''s pumping","baseRevision":4}'`);
  expect(copyAs("curl", { ...change, until: "2027-01-31T00:00:00.000Z" })).toContain(
    "-X PUT https://sms.example.com/v1/policies/default ",
  );
});

it("copies it as commands, or as a file to apply where no command says it", () => {
  expect(copyAs("cli", change)).toBe(`safeguard policy block NG NO --reason 'it'\\''s pumping'`);
  const draft = withListMode(base, withRules(base, blocking, ["BE"], "filter"), "allow_list");
  expect(copyAs("cli", { ...change, draft })).toBe(
    `safeguard policy apply policy.yaml --no-managed --reason 'it'\\''s pumping'`,
  );
});

it("copies the policy as a file, with codes that no reader takes for something else", () => {
  expect(copyAs("yaml", change)).toBe(`policy: default
listMode: block_list
destinations:
  block: ["NG", "NO"]
numberTypes: {"block":["premium"]}
`);
});
