import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { E164 } from "@safeguard/core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { KEPT_MS, PIECE_BYTES } from "../src/backtests/backtests.ts";
import { anotherAccount, startSafeguard, type TestSafeguard } from "./harness.ts";

const run = promisify(execFile);
const BIN = new URL("../bin/safeguard.js", import.meta.url).pathname;
const SAMPLE = new URL("../../../docs/guide/examples/sample-traffic.csv", import.meta.url);

interface View {
  readonly id: string;
  readonly received: number;
  readonly hasFile: boolean;
  readonly run: {
    readonly state: string;
    readonly failure: string | null;
    readonly progress: { readonly phase: string; readonly done: number; readonly total: number } | null;
    readonly summary: { readonly headline: string; readonly messages: { readonly total: number } } | null;
  } | null;
}
interface Problem {
  readonly code: string;
  readonly detail: string;
}

let product: TestSafeguard;
let folder: string;
let ahead = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "safeguard-backtests-"));
  product = await startSafeguard({
    wall: () => Date.now() + ahead,
    config: { backtests: { megabytes: 24, scratchDirectory: folder } },
  });
});
afterAll(async () => {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A run goes behind everything else that a busy machine does. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

afterEach(async () => {
  const { items } = await ask<{ items: readonly View[] }>("GET", "/v1/backtests");
  for (const { id } of items) await remove(id);
});

async function ask<T = View>(method: string, path: string, body?: unknown, secret?: string): Promise<T> {
  const answer = await product.api(method, path, body, secret);
  return answer.body as T;
}

async function putPiece(id: string, from: number, piece: Uint8Array, type = "application/octet-stream") {
  const answer = await fetch(`${product.url}/v1/backtests/${id}/file?from=${from}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${product.liveKey.secret}`, "content-type": type },
    body: piece as Uint8Array<ArrayBuffer>,
  });
  return { status: answer.status, body: (await answer.json()) as View & Problem };
}

async function bring(content: string | Uint8Array, name = "traffic.csv"): Promise<string> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const { id } = await ask("POST", "/v1/backtests", { name, bytes: bytes.length });
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    const { status, body } = await putPiece(id, from, bytes.subarray(from, from + PIECE_BYTES));
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
  return id;
}

async function ended(id: string): Promise<NonNullable<View["run"]>> {
  for (;;) {
    const { run } = await ask("GET", `/v1/backtests/${id}`);
    if (run !== null && run.state !== "running") return run;
    await new Promise((later) => setTimeout(later, 50));
  }
}

async function ran(id: string, request: object = { policy: { type: "starting" } }) {
  const started = await product.api("POST", `/v1/backtests/${id}/run`, request);
  if (started.status !== 200) throw new Error(JSON.stringify(started.body));
  return await ended(id);
}

async function text(path: string): Promise<string> {
  const answer = await fetch(`${product.url}${path}`, {
    headers: { authorization: `Bearer ${product.liveKey.secret}` },
  });
  return await answer.text();
}

const remove = (id: string) => product.api("DELETE", `/v1/backtests/${id}`);

/** Many rows, for something to be under way. */
function longFile(rows: number): string {
  const lines = ["time,to"];
  for (let row = 0; row < rows; row += 1)
    lines.push(`${1_760_000_000 + row},+3161${String(row % 9973).padStart(7, "0")}`);
  return lines.join("\n");
}

describe("the sample", () => {
  test("is found to be what the command line finds, byte for byte", async () => {
    const { id } = await ask("POST", "/v1/backtests/sample", {});
    expect(await ran(id)).toMatchObject({
      state: "done",
      summary: { headline: expect.stringMatching(/^1 attack found/) },
    });
    const there = mkdtempSync(join(tmpdir(), "safeguard-backtest-cli-"));
    writeFileSync(join(there, "sample-traffic.csv"), readFileSync(SAMPLE));
    const cli = async (...flags: string[]) => {
      const args = [BIN, "backtest", "sample-traffic.csv", ...flags];
      return (await run(process.execPath, args, { cwd: there, maxBuffer: 64 * 1024 * 1024 })).stdout;
    };
    const withoutTimes = (json: string) => json.replaceAll(/"(elapsedMs|rowsPerSecond)": [\d.]+/g, '"$1": 0');
    const json = await cli("--json", "--html", "report.html", "--decisions", "decisions.csv");
    expect(withoutTimes(await text(`/v1/backtests/${id}/result`))).toBe(withoutTimes(json));
    // (what its words say of the pace is the only thing that may differ)
    const withoutPace = (html: string) => html.replace(/Replayed [^(]*\([\d,]+ a second\)/, "Replayed");
    expect(withoutPace(await text(`/v1/backtests/${id}/report`))).toBe(
      withoutPace(readFileSync(join(there, "report.html"), "utf8")),
    );
    expect(await text(`/v1/backtests/${id}/decisions`)).toBe(readFileSync(join(there, "decisions.csv"), "utf8"));
    for (const format of ["ranges", "vonage"]) {
      const { text: list } = await ask<{ text: string }>("GET", `/v1/backtests/${id}/lists/${format}`);
      expect(list).toBe(await cli("--emit", format));
    }
    rmSync(there, { recursive: true });
    await remove(id);
  });

  test("is compared, and the policy that was tried can be saved with the ranges that were found", async () => {
    const { id } = await ask("POST", "/v1/backtests/sample", {});
    await ran(id, { policy: { type: "in_force" }, compare: { type: "in_force", preset: "strict" } });
    const comparison = await ask<{ before: object; after: object }>("GET", `/v1/backtests/${id}/comparison`);
    expect(comparison).toMatchObject({ before: { name: "default/1" }, after: { name: "default/1" } });
    const tested = await ask<{ policy: string; document: object; ranges: unknown[]; withRanges: object }>(
      "GET",
      `/v1/backtests/${id}/policy`,
    );
    expect(tested).toMatchObject({
      policy: "default",
      document: { detection: { mode: "enforce" } },
      ranges: [{ prefix: "+923467323", attempts: 400, completed: 0 }],
      withRanges: { ranges: [{ prefix: "+923467323", action: "block" }] },
    });
    const saved = await product.api("PUT", "/v1/policies/default", { document: tested.withRanges, reason: "test" });
    expect(saved.status).toBe(201);
    await remove(id);
  });

  test("shows no single number to whoever reads the result, and puts a taking of whole ones on record", async () => {
    const { id } = await ask("POST", "/v1/backtests/sample", {});
    await ran(id);
    const numbers = new Set(readFileSync(SAMPLE, "utf8").match(/\+\d{9,15}/g));
    for (const what of ["result", "evidence", "report", "lists/safeguard-policy", "lists/twilio"]) {
      const seen = (await text(`/v1/backtests/${id}/${what}`)).match(/\+?\d{9,15}/g) ?? [];
      expect(seen.filter((one) => numbers.has(one) || numbers.has(`+${one}`))).toEqual([]);
    }
    const looker = await product.key({ scopes: ["policies:read"] });
    const refused = await product.api("GET", `/v1/backtests/${id}/decisions`, undefined, looker.secret);
    expect(refused.status).toBe(403);
    await text(`/v1/backtests/${id}/decisions`);
    const { items } = await ask<{ items: { action: string; what: { id: string } }[] }>("GET", "/v1/audit?limit=20");
    const acts = items.filter(({ what }) => what.id === id).map(({ action }) => action);
    expect(acts).toEqual(["backtest_decisions_taken", "backtest_run"]);
    await remove(id);
  });

  test("may be run over its last days only", async () => {
    const { id } = await ask("POST", "/v1/backtests/sample", {});
    const { summary } = await ran(id, { policy: { type: "starting" }, days: 1 });
    expect(summary?.messages.total).toBeGreaterThan(100);
    expect(summary?.messages.total).toBeLessThan(4000);
    expect(await text(`/v1/backtests/${id}/result`)).toContain("Only the last 1 day of the file took part");
    expect((await product.api("GET", `/v1/backtests/${id}/decisions`)).status).toBe(409);
    await remove(id);
  });
});

describe("what is brought", () => {
  test("comes in pieces, one after the other; one that came before is no fault", async () => {
    const { id } = await ask("POST", "/v1/backtests", { name: "../../etc/\u001b[31mpasswd.csv", bytes: 10 });
    expect(await putPiece(id, 0, Buffer.from("time,"))).toMatchObject({ status: 200, body: { received: 5 } });
    expect(await putPiece(id, 0, Buffer.from("time,"))).toMatchObject({ status: 200, body: { received: 5 } });
    expect(await putPiece(id, 7, Buffer.from("abc"))).toMatchObject({ status: 409 });
    expect(await putPiece(id, 5, Buffer.from("to\n1,2more"))).toMatchObject({ status: 400 });
    expect(await putPiece(id, 5, Buffer.from("to\n"), "text/csv")).toMatchObject({ status: 415 });
    expect((await product.api("POST", `/v1/backtests/${id}/run`, {})).body).toMatchObject({
      code: "conflict",
      detail: "The file has not come whole: 5 of 10 bytes.",
    });
    expect(await ask("GET", `/v1/backtests/${id}`)).toMatchObject({ name: "[31mpasswd.csv", received: 5 });
    await remove(id);
  });

  test("is no larger than the server takes, and no piece larger than memory bears", async () => {
    const large = await product.api("POST", "/v1/backtests", { name: "x.csv", bytes: 24_000_001 });
    expect(large).toMatchObject({ status: 413, body: { detail: expect.stringContaining("SAFEGUARD_BACKTEST_MB") } });
    const { id } = await ask("POST", "/v1/backtests", { name: "x.csv", bytes: 20_000_000 });
    expect((await putPiece(id, 0, new Uint8Array(PIECE_BYTES + 1))).status).toBe(413);
    await remove(id);
  });

  test("has no name on the disk", async () => {
    const id = await bring("time,to\n2026-09-15T00:00:00Z,+31612345678\n");
    expect(readdirSync(folder)).toEqual([]);
    await remove(id);
  });

  test("may be ten files for an account, and one more is refused", async () => {
    const ids: string[] = [];
    for (;;) {
      const { status, body } = await product.api("POST", "/v1/backtests", { name: "x.csv", bytes: 1 });
      if (status !== 201) {
        expect(body).toMatchObject({ code: "conflict", detail: expect.stringContaining("delete one first") });
        break;
      }
      ids.push((body as View).id);
    }
    expect(ids).toHaveLength(10);
    for (const id of ids) await remove(id);
  });

  test("is looked at before it is run, with likely columns where it is not recognised", async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `+31 6 1234 56 ${row + 10};2026-09-15 10:00:${row + 10};yes`);
    const id = await bring(["Mobile;SMS_DT;Note", ...rows].join("\r\n"));
    const look = await ask<{ format: null; problem: string; proposed: object; columns: { samples: string[] }[] }>(
      "POST",
      `/v1/backtests/${id}/look`,
      {},
    );
    expect(look).toMatchObject({ format: null, proposed: { time: "SMS_DT", to: "Mobile" } });
    expect(look.problem).toContain('no column "time"');
    expect(JSON.stringify(look)).not.toMatch(/1234 56/);
    const mapped = { columns: { time: "SMS_DT", to: "Mobile" } };
    expect(await ask("POST", `/v1/backtests/${id}/look`, mapped)).toMatchObject({
      format: { name: "traffic_csv" },
      rows: [],
      problems: [{ problem: "time_without_offset", count: 30, dropped: true, examples: [{ line: 2 }, {}, {}] }],
    });
    expect(await ask("POST", `/v1/backtests/${id}/look`, { ...mapped, offset: 120 })).toMatchObject({
      problems: [],
      rows: [
        { line: 2, time: "2026-09-15T08:00:10.000Z", to: "+31612345xxx", destination: "NL" },
        {},
        {},
        {},
        {},
        {},
        {},
        {},
      ],
    });
    const { summary } = await ran(id, { ...mapped, offset: 120, policy: { type: "starting" } });
    expect(summary?.messages.total).toBe(30);
    await remove(id);
  });

  test.each([
    ["an empty line", "\n", "is empty"],
    ["no header", "2026-09-15T00:00:00Z,+31612345678\n", "no column"],
    ["JSON", '[{"to":"+31612345678"}]', "is JSON"],
    ["a workbook", "PK\u0003\u0004xxxx", "Excel workbook"],
    ["zero bytes", "\0".repeat(5000), "zero bytes"],
    ["cut off gzip", gzipSync("time,to\n1,2\n".repeat(90_000)).subarray(0, 800), "gzip stream"],
    ["a damaged gzip", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(64, 7)]), "damaged"],
  ])("is refused where it is %s, with why", async (_, content, why) => {
    const id = await bring(content);
    const run = await ran(id);
    expect(run).toMatchObject({ state: "failed", failure: expect.stringContaining(why) });
    expect((await product.api("GET", `/v1/backtests/${id}/result`)).status).toBe(409);
    await remove(id);
  });

  test("may be packed so that it would fill the disk: it ends where too much is unpacked", async () => {
    const megabyte = Buffer.from(`${"2026-09-15T00:00:00Z,+31612345678\n".repeat(30_000)}`);
    const bomb = gzipSync(Buffer.concat([Buffer.from("time,to\n"), ...Array.from({ length: 200 }, () => megabyte)]));
    expect(bomb.length).toBeLessThan(3_000_000);
    const id = await bring(bomb, "bomb.csv.gz");
    expect(await ask("POST", `/v1/backtests/${id}/look`, {})).toMatchObject({ format: { name: "traffic_csv" } });
    expect(await ran(id)).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("more than 192 MB when it is unpacked"),
    });
    await remove(id);
  });

  test("may hold whatever it likes: it is masked, escaped, and does no harm", async () => {
    const evil = '<script>alert(1)</script>","=cmd|x","__proto__';
    const id = await bring(
      `time,to,account,currency,price,from\n2026-09-15T00:00:00Z,06 12 34 56 78,__proto__,toString,1,"${evil.replaceAll('"', '""')}"\n2026-09-15T00:00:01Z,+31612345678,constructor,__proto__,2,x\n"unclosed,`,
      `${"x".repeat(150)}<img src=x>.csv`,
    );
    const look = await ask("POST", `/v1/backtests/${id}/look`, {});
    expect(JSON.stringify(look)).not.toContain("12 34 56");
    expect((await ran(id)).state).toBe("done");
    const result = await text(`/v1/backtests/${id}/result`);
    expect(result).not.toMatch(/34 56|345678/);
    expect(await text(`/v1/backtests/${id}/report`)).not.toMatch(/<script|<img|34 56/);
    await remove(id);
  });
});

describe("a run", () => {
  test("is one of an account at a time, two of the server, and can be canceled", async () => {
    const long = longFile(400_000);
    const [first, second] = [await bring(long), await bring("time,to\n1760000000,+31612345678\n")];
    expect((await product.api("POST", `/v1/backtests/${first}/run`, {})).status).toBe(200);
    const refused = await product.api("POST", `/v1/backtests/${second}/run`, {});
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining("is running") } });
    expect((await product.api("POST", `/v1/backtests/${first}/run`, {})).status).toBe(409);
    const started = Date.now();
    expect(await ask("POST", `/v1/backtests/${first}/cancel`, {})).toMatchObject({ run: { state: "canceled" } });
    expect(Date.now() - started).toBeLessThan(5000);
    expect(processes()).toEqual([]);
    // What was canceled can be run again, and nothing that is over be canceled.
    expect((await ran(second)).state).toBe("done");
    expect(await ask("POST", `/v1/backtests/${second}/cancel`, {})).toMatchObject({ run: { state: "done" } });
    await remove(first);
    await remove(second);
  });

  test("that dies is told of, and the server goes on", async () => {
    const id = await bring(longFile(400_000));
    await product.api("POST", `/v1/backtests/${id}/run`, {});
    for (const pid of processes()) process.kill(pid, "SIGKILL");
    expect(await ended(id)).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("ended before its time"),
    });
    await product.api("POST", `/v1/backtests/${id}/run`, {});
    await remove(id);
    for (let tries = 0; tries < 100 && processes().length > 0; tries += 1)
      await new Promise((later) => setTimeout(later, 50));
    expect(processes()).toEqual([]);
  });

  test("and its file are its account's alone", async () => {
    const other = await anotherAccount(product, "Other");
    const id = await bring("time,to\n1760000000,+31612345678\n");
    const missing = await product.api("GET", `/v1/backtests/bt_${"0".repeat(20)}`, undefined, other.secret);
    const foreign = await product.api("GET", `/v1/backtests/${id}`, undefined, other.secret);
    expect(missing.status).toBe(404);
    expect(foreign.body).toMatchObject({ code: "not_found", detail: (missing.body as Problem).detail });
    expect(await ask("GET", "/v1/backtests", undefined, other.secret)).toMatchObject({ items: [] });
    await remove(id);
  });

  test("goes with the erasure of a number, and after a day", async () => {
    const erased = await bring("time,to\n1760000000,+31612345678\n");
    await ran(erased);
    const { account, safeguard } = product;
    const actor = { type: "operator", name: "test" } as const;
    await safeguard.services.changes.commit([
      { type: "number_erased", at: safeguard.now(), actor, account: account.id, standIn: "+31612345600" as E164 },
    ]);
    expect((await product.api("GET", `/v1/backtests/${erased}`)).status).toBe(404);
    const old = await bring("time,to\n1760000000,+31612345678\n");
    await ran(old);
    ahead = KEPT_MS / 2;
    expect(await ask("GET", `/v1/backtests/${old}`)).toMatchObject({ run: { state: "done" } });
    expect(await ask("GET", `/v1/backtests/${old}`)).toMatchObject({ hasFile: false });
    expect((await product.api("POST", `/v1/backtests/${old}/run`, {})).status).toBe(409);
    ahead = KEPT_MS + 1000;
    expect((await product.api("GET", `/v1/backtests/${old}`)).status).toBe(404);
  });
});

/** Processes of runs that this one has. */
function processes(): readonly number[] {
  return readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8")
      .split(" ")
      .filter((pid) => pid !== "")
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("run-child.ts");
        } catch {
          return false;
        }
      }),
  );
}
