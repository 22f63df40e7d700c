import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

const script = fileURLToPath(new URL("../bin/safeguard.js", import.meta.url));

let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard();
  const parent = safeguard.account.id;
  for (const name of ["Model shop", "Shop 1", "Shop 2", "Shop 3"]) {
    expect((await safeguard.operator("POST", "/v1/accounts", { name, parent })).status).toBe(201);
  }
}, 60_000);
afterAll(() => safeguard.stop());

async function run(...words: readonly string[]) {
  const child = spawn(process.execPath, [script, ...words, "--url", safeguard.url, "--no-input"], {
    env: { PATH: process.env["PATH"], SAFEGUARD_KEY: safeguard.liveKey.secret },
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, output, errors };
}

describe("customers on the command line", () => {
  it("are listed, with what goes on in them", async () => {
    const { output } = await run("customers", "list", "--show", "open_policy", "--sort", "name");
    expect(output).toMatch(/NAME\s+AT RISK\/H/);
    expect(output).not.toContain("Shop 1");
    expect((await run("customers", "list")).output).toContain("Shop 1");
    expect((await run("customers", "incidents")).code).toBe(0);
    expect((await run("customers", "list", "--sort", "beauty")).code).toBe(2);
  }, 60_000);

  it("get a baseline in stages after a preview, and what they had back", async () => {
    const block = ["policy", "block", "NG", "PK", "--account", "Model shop", "--reason", "pumping"];
    expect((await run(...block)).code).toBe(0);
    const preview = await run("customers", "preview", "--from", "Model shop");
    expect(preview.output).toMatch(/Shop 1\s+2\s+no/);
    const baseline = ["--from", "Model shop", "--first", "Shop 2", "--stages", "100"];
    const prepared = await run("customers", "prepare", ...baseline, "--reason", "as all should be");
    const id = /rol_[a-z0-9]{20}/.exec(prepared.output)?.[0] ?? "";
    expect(prepared.output).toContain(`${id} prepared: 0 of 3 accounts (stages of 1, 3). as all should be`);
    expect((await run("customers", "next", id)).output).toContain(`${id} waiting: 1 of 3 accounts`);
    expect((await run("customers", "next", id)).output).toContain(
      "finished: 3 of 3 accounts (stages of 1, 3): 3 in force",
    );
    expect((await run("customers", "next", id)).code).toBe(1);
    expect((await run("customers", "rollout", id)).output).toMatch(/Shop 2\s+1\s+in_force\s+1/);
    expect((await run("customers", "undo", id)).code).toBe(2);
    expect((await run("customers", "undo", id, "--reason", "no")).output).toContain("undone: 3 of 3");
    expect((await run("customers", "rollouts")).output).toContain(id);
    expect((await run("customers", "prepare", "--stages", "all", "--reason", "x")).code).toBe(2);
  }, 120_000);
});
