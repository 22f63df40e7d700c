import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseProviderSettings } from "./provider-settings.ts";
import { SANDBOX_OUTCOMES } from "./sandbox/sandbox-outcomes.ts";

const page = (name: string) => readFileSync(new URL(`../../../../../docs/${name}`, import.meta.url), "utf8");

describe("the documentation", () => {
  test("the guide's template is a valid one", () => {
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(page("guide/providers.md")) ?? [];
    expect(parseProviderSettings("http", parse(yaml ?? ""), { apiKey: "k" })).toMatchObject({ ok: true });
    expect(parseProviderSettings("http", parse(yaml ?? ""), {})).toMatchObject({
      ok: false,
      problems: [{ field: "secrets.apiKey" }],
    });
  });

  test("the reference shows every number of the sandbox", () => {
    const reference = page("reference/connectors.md");
    for (const { suffix, title } of SANDBOX_OUTCOMES)
      expect(reference).toContain(`| ${suffix === "" ? "anything else" : `\`${suffix}\``} | ${title} |`);
  });
});
