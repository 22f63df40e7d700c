import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly rule: { readonly name: string } }[];
  };
}

const root = fileURLToPath(new URL("..", import.meta.url));
const planted: string[] = [];

async function cruise(): Promise<Cruise> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["node_modules/dependency-cruiser/bin/dependency-cruiser.mjs", "packages", "--output-type", "json"],
    { cwd: root, maxBuffer: 256 * 1024 * 1024 },
  ).catch((failure: { stdout: string }) => failure);
  return JSON.parse(stdout) as Cruise;
}

function plant(folder: string, content: string): void {
  const directory = mkdtempSync(join(root, folder, "planted-"));
  planted.push(directory);
  writeFileSync(join(directory, "violation.ts"), content);
}

afterAll(() => {
  for (const directory of planted) rmSync(directory, { recursive: true, force: true });
});

describe("the boundary check", () => {
  it("sees the tree: a checker that reads no module finds no violation", async () => {
    const { summary } = await cruise();
    expect(summary.totalCruised).toBeGreaterThan(120);
    expect(summary.violations.map((violation) => violation.rule.name)).toEqual([]);
  });

  it("finds what is planted", async () => {
    plant(
      "packages/core/src/numbering",
      'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
    );
    plant(
      "packages/server/src/gateway/inbound",
      'import { DatabaseSync } from "node:sqlite";\nexport const D = DatabaseSync;\n',
    );
    const { summary } = await cruise();
    const found = summary.violations.map((violation) => violation.rule.name);
    expect(found).toContain("core-is-pure");
    expect(found).toContain("only-the-store-speaks-sql");
  });
});
