import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { type RecordingServer, startRecordingServer } from "./stand-in/recording-server.ts";

const script = fileURLToPath(new URL("../bin/safeguard.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "safeguard-cli-alerts-"));

let safeguard: TestSafeguard;
let receiver: RecordingServer;
const status = 200;
beforeAll(async () => {
  receiver = await startRecordingServer(() => ({ status, body: "{}" }));
  safeguard = await startSafeguard({ detection: "off" });
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]) {
  const child = spawn(process.execPath, [script, ...words, "--url", safeguard.url, "--no-input"], {
    env: { PATH: process.env["PATH"], SAFEGUARD_KEY: safeguard.liveKey.secret },
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, output, errors };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("alerts and webhooks on the command line", () => {
  it("say what is missing, and how to add it, where there is nothing yet", async () => {
    expect((await run("alerts", "list")).output).toBe("There are no alerts.\n");
    const settings = await run("alerts", "settings");
    expect(settings.output).toContain("told to nobody");
    expect(settings.output).toContain("safeguard alerts set FILE");
    const servers = await run("webhooks", "list");
    expect(servers.output).toContain("No server is told anything yet.");
    expect(servers.output).toContain("reports.webhookUrl=");
    expect((await run("webhooks", "deliveries", "--state", "failed")).output).toContain("Nothing failed to show");
    expect(JSON.parse((await run("webhooks", "list", "--json")).output)).toEqual([]);
  }, 60_000);

  it("set where alerts go from a file, and name what is wrong with one", async () => {
    const wrong = await run(
      "alerts",
      "set",
      file("wrong.yaml", "channels:\n  - {id: Ops, type: webhook, url: nowhere}\n"),
    );
    expect(wrong).toMatchObject({ code: 2, output: "" });
    expect(wrong.errors).toContain("channels.0");
    const none = await run("alerts", "set", file("none.yaml", "channels: ["));
    expect(none.errors).toContain("is no YAML");
    const settings = `channels:\n  - {id: ops, type: webhook, url: "${receiver.url}/ops"}\nquiet: {from: "22:00", until: "07:00", timeZone: Europe/Amsterdam}\n`;
    const set = await run("alerts", "set", file("alerts.yaml", settings));
    expect(set.code).toBe(0);
    expect(`${set.output}${set.errors}`).toContain("whsec_");
    const shown = await run("alerts", "settings");
    expect(shown.output).toMatch(/ops +webhook/);
    expect(shown.output).toContain("Quiet from 22:00 until 07:00 (Europe/Amsterdam).");
    expect(shown.output).not.toContain("whsec_");
  }, 60_000);

  it("test it, list what was told, and tell it once more", async () => {
    const test = await run("alerts", "test");
    expect(test.output).toContain("A test is on its way to ops.");
    await receiver.request(1);
    expect((await run("webhooks", "list")).output).toContain("alert:ops");
    await expect
      .poll(async () => (await run("webhooks", "deliveries", "--state", "taken")).output, { timeout: 20_000 })
      .toContain("alert.raised");
    const [delivery] = JSON.parse((await run("webhooks", "deliveries", "--json")).output) as { delivery: string }[];
    const again = await run("webhooks", "replay", delivery?.delivery ?? "");
    expect(again.output).toContain("is told to alert:ops once more");
    expect(await run("webhooks", "replay")).toMatchObject({ code: 2 });
    const since = new Date(Date.now() - 60_000).toISOString();
    expect((await run("webhooks", "replay", "--failed-since", since)).output).toContain("Told once more: 0.");
    expect((await run("webhooks", "resume", "alert:ops")).code).toBe(1);
    expect((await run("alerts", "list", "--all")).output).toContain("This is a test.");
  }, 60_000);
});

describe("audit verify --file", () => {
  it("tells a file that is no export from one that was altered", async () => {
    const readme = fileURLToPath(new URL("../../../README.md", import.meta.url));
    const foreign = await run("audit", "verify", "--file", readme);
    expect(foreign).toMatchObject({ code: 2, output: "" });
    expect(foreign.errors).toContain("is no exported audit trail");
    expect(foreign.errors).not.toContain("was changed");
    expect((await run("audit", "verify", "--file", file("empty.jsonl", ""))).errors).toContain("is empty");

    const trail = join(folder, "trail.jsonl");
    const exporting = spawn(process.execPath, [script, "audit", "export", trail, "--whole", "--url", safeguard.url], {
      env: { PATH: process.env["PATH"], SAFEGUARD_KEY: safeguard.safeguard.operatorSecret },
    });
    expect(await once(exporting, "exit")).toEqual([0, null]);
    expect((await run("audit", "verify", "--file", trail)).code).toBe(0);
    const lines = readFileSync(trail, "utf8").split("\n");
    lines[1] = (lines[1] ?? "").replace(/"at":\d/, '"at":9');
    const altered = await run("audit", "verify", "--file", file("altered.jsonl", lines.join("\n")));
    expect(altered.code).toBe(3);
    expect(altered.output).toContain("Row 2");
  }, 60_000);
});
