import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { databaseUrl } from "../postgres/cluster.ts";
import { databaseOf } from "../store-of-tests.ts";

/** What `npm start` runs. */
const PROGRAM = fileURLToPath(new URL("../../bin/safeguard.js", import.meta.url));
const HANDS = 6;
const ANSWERED = 60;

interface Message {
  readonly id: string;
  readonly to: string;
  readonly status: string;
}

let data: string;
let environment: NodeJS.ProcessEnv;
let server: ChildProcess;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "safeguard-plug-"));
  const database = databaseOf(data);
  environment = { ...process.env, ...(database && { DATABASE_URL: databaseUrl(database) }) };
});
afterEach(async () => {
  server.kill("SIGKILL");
  await once(server, "exit").catch(() => undefined);
  rmSync(data, { recursive: true });
});

/** Starts it as the README says, and gives what it printed. */
async function start(): Promise<string> {
  server = spawn(process.execPath, [PROGRAM, "dev", "--data", data, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: environment,
  });
  let printed = "";
  server.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  while (!/listens on http\S+[\s\S]*Sandbox inbox/.test(printed) || (!printed.endsWith("\n") && printed !== "")) {
    if (server.exitCode !== null) throw new Error(`it ended: ${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return printed;
}

async function safeguard(...words: readonly string[]): Promise<unknown> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [PROGRAM, ...words, "--json", "--data", data], { env: environment });
  return JSON.parse(stdout) as unknown;
}

it("whoever pulls the plug in the middle of the README's demo finds every message accounted for", {
  timeout: 120_000,
}, async () => {
  const printed = await start();
  const [, key = ""] = /^export SAFEGUARD_KEY=(\S+)$/m.exec(printed) ?? [];
  const [, url = "", body = "{}"] =
    /curl -s (\S+\/v1\/messages) -H "Authorization: Bearer \$SAFEGUARD_KEY"[\s\S]*?-d '([^']+)'/.exec(printed) ?? [];

  // The snippet, over and over, by someone who pumps: consecutive numbers of one block.
  const asked = new Set<string>();
  const answered = new Map<string, Message>();
  let pulled = false;
  const hand = async (): Promise<void> => {
    while (!pulled) {
      const to = `+99290012${String(3400 + asked.size)}`;
      asked.add(to);
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify({ ...(JSON.parse(body) as object), to }),
        });
        const message = (await answer.json()) as Message;
        if (answer.status === 201) answered.set(message.id, message);
        // A message that is held is answered when it is decided: those hands wait.
      } catch (failure) {
        if (!pulled) throw failure;
      }
    }
  };
  const hands = Promise.all(Array.from({ length: HANDS }, hand));
  const limit = performance.now() + 60_000;
  while (answered.size < ANSWERED && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
  pulled = true;
  server.kill("SIGKILL");
  await hands;

  const again = await start();
  const messages = (await safeguard("messages", "list", "--limit", "999")) as readonly Message[];
  const inDoubt = (await safeguard("messages", "list", "--limit", "999", "--status", "in_doubt")) as readonly Message[];
  const byId = new Map(messages.map((message) => [message.id, message]));

  // What was answered stands as it was answered (a delivery report may have come since).
  expect(answered.size).toBeGreaterThanOrEqual(ANSWERED);
  for (const { id, to, status } of answered.values()) {
    const now = byId.get(id);
    const may = status === "submitted" ? ["submitted", "sent", "delivered", "undelivered", "failed"] : [status];
    expect([to, may.includes(now?.status ?? "missing") ? status : now?.status]).toEqual([to, status]);
  }
  // What was cut off and had begun is in doubt or stopped, and listed; nothing else is there, and nothing is open.
  for (const { id, to, status } of messages) {
    expect(asked).toContain(to);
    expect(["submitting", "held"]).not.toContain(status);
    if (!answered.has(id) && status === "in_doubt") expect(inDoubt.map((message) => message.id)).toContain(id);
  }
  expect(messages.length).toBeLessThanOrEqual(asked.size);
  expect(messages.length).toBeGreaterThanOrEqual(answered.size);
  // And nothing was sent of its own accord: the sandbox, which forgets with the process, has taken nothing.
  const [, inbox = ""] = /Sandbox inbox +(\S+)/.exec(again) ?? [];
  expect(inbox).toMatch(/\/sandbox$/);
  const taken = await fetch(new URL("/v1/sandbox/messages", inbox), { headers: { authorization: `Bearer ${key}` } });
  expect(await taken.json()).toMatchObject({ items: [] });
});
