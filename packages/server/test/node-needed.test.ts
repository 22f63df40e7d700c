import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");
const engineOf = (path: string): string =>
  (JSON.parse(text(path)) as { readonly engines: { readonly node: string } }).engines.node;

it("is one version everywhere for what runs the product, and a lower one for what only installs and starts it", () => {
  const [, needed] = /const NEEDED = "(\d+\.\d+)";/.exec(text("packages/server/bin/safeguard.js")) ?? [];
  expect(needed).toBeDefined();
  for (const path of ["packages/core/package.json", "packages/server/package.json"]) {
    expect([path, engineOf(path)]).toEqual([path, `>=${needed}`]);
  }
  expect(text("docs/guide/production.md")).toContain(`**Node ${needed}** or later`);
  const least = engineOf("package.json");
  expect(least).toBe(">=20");
  expect(text("README.md")).toContain(`Node ${least.slice(2)} or later`);
});
