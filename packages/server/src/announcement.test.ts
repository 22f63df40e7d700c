import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { announcement } from "./announcement.ts";

const KEY = { secret: "sg_test_1", productToken: "product-1", authToken: "auth-1" };
const parts = {
  url: "http://127.0.0.1:8080",
  config: { mode: "dev", dataDirectory: "/data", database: undefined },
  sendingProviders: [],
  setupUrl: undefined,
  firstKeyFile: undefined,
} as const;
const firstStart = announcement({
  ...parts,
  firstKey: { minted: KEY as never, twilioSid: "AC1" },
});

it("says before the first snippet that a second terminal is needed, and goes where the SDKs are", () => {
  const [before = "", after = ""] = firstStart.split("\ncurl -s ");
  expect(before).toContain("Open a second one");
  const [, folder = ""] = /^cd '?(.*?)'?$/m.exec(before) ?? [];
  for (const sdk of ["twilio", "@cmdotcom/text-sdk"]) expect(existsSync(join(folder, "node_modules", sdk))).toBe(true);
  expect(before).toContain("\nexport SAFEGUARD_KEY=sg_test_1\n");
  expect(after).toContain("$SAFEGUARD_KEY");
});

it("ends what curl prints with a new line, so that the prompt does not stand behind it", () => {
  const snippets = firstStart.split("\n\n").filter((part) => part.startsWith("curl "));
  expect(snippets).toHaveLength(2);
  for (const snippet of snippets) expect(snippet.trimEnd()).toMatch(/; echo$/);
});

it("shows no snippets at a later start, only how a key is made", () => {
  const later = announcement({ ...parts, firstKey: undefined });
  expect(later).not.toContain("curl");
  expect(later).toContain("npx safeguard keys create");
});
