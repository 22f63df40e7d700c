import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { keepOutcome, LONG, replayable } from "../long-form.ts";
import type { PlantName } from "../planted-fault.ts";
import { callApi, spawnServer } from "../promises/child-server.ts";

const COMMAND = "npm run test:faults";
const CEILING = 40;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const NOW_S = Math.floor(Date.now() / 1000);
/** Seconds that the clock shows more (or less) than it should, one after the other. */
const SHORT = [HOUR_S, -HOUR_S, -DAY_S, DAY_S, -NOW_S + 60, 0];
const JUMPS = LONG
  ? [...SHORT, HOUR_S, 0, DAY_S + HOUR_S, -DAY_S, 2 * DAY_S, 0, 4_294_967_296 - NOW_S - 600, 0]
  : [...SHORT, 4_294_967_296 - NOW_S - 600];
/** Share of one processor that a server with nothing to do may take after a jump. A timer that fires at once for ever takes all. */
const IDLE_SHARE = 0.6;

const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
const absent = library === undefined ? "libfaketime is not installed (apt-get install faketime)" : undefined;

const why = absent === undefined ? "" : ` (skipped: ${absent})`;

it.skipIf(absent !== undefined)(
  `the clock jumps under load, to 1970 and 2106 as well: ceilings hold, and the server stays quiet${why}`,
  { timeout: 180_000 + JUMPS.length * 20_000 },
  () =>
    replayable(COMMAND, async () => {
      keepOutcome("clock-jumps", {
        title: "Jumps of the clock",
        command: COMMAND,
        about: `The real process with libfaketime, a ceiling of ${CEILING} a day, and the clock set under load. Back and forth opens no window anew; a day or more beyond all that was seen counts as time that passed.`,
        counts: await jumpAbout(JUMPS, undefined),
      });
    }),
);

it.skipIf(absent !== undefined)(
  `a server whose time goes back with the clock is caught${why}`,
  { timeout: 120_000 },
  async () => {
    await expect(jumpAbout([DAY_S, -DAY_S, DAY_S, 3 * DAY_S, -3 * DAY_S, 0], "clock-goes-back")).rejects.toThrow();
  },
);

/** Throws where a ceiling was exceeded, or the server is busy with nothing. */
async function jumpAbout(jumps: readonly number[], plant: PlantName | undefined) {
  const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-clock-"));
  const clock = join(dataDirectory, "clock");
  const show = (seconds: number): void => writeFileSync(clock, `${seconds < 0 ? "" : "+"}${seconds}`);
  show(0);
  const server = spawnServer(join(dataDirectory, "data"), {
    countries: "NL",
    ...(plant === undefined ? {} : { plant }),
    environment: {
      LD_PRELOAD: library ?? "",
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
  });
  try {
    const { url, operatorToken } = await server.ready;
    const call = async (method: string, path: string, body?: unknown, credential = operatorToken) => {
      let answer = await callApi(url, credential, method, path, body);
      // Turned away at the door, because the machine was busy: nothing was done.
      for (let tries = 0; answer.status === 503 && tries < 50; tries++) {
        await sleep(100);
        answer = await callApi(url, credential, method, path, body);
      }
      if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const { document } = (await call("GET", "/v1/policies/default")) as { document: object };
    const limits = { ceilings: [{ name: "daily", window: "day", messages: CEILING }] };
    await call("PUT", "/v1/policies/default", {
      document: { ...document, detection: { mode: "off" }, limits },
      reason: "a test",
    });
    const { secret } = (await call("POST", "/v1/keys", {
      name: "clock",
      mode: "test",
      scopes: ["decisions:write", "messages:send"],
    })) as { secret: string };

    let next = 0;
    let slowest = 0;
    const ask = async (): Promise<{ action: string; retryAfter?: number }> => {
      const to = `+316${String(10_000_000 + next++)}`;
      const start = performance.now();
      const answer = (await call("POST", "/v1/decisions", { to }, secret)) as {
        action: string;
        retryAfter?: number;
      };
      slowest = Math.max(slowest, performance.now() - start);
      if (answer.retryAfter !== undefined) expect(answer.retryAfter).toBeGreaterThan(0);
      return answer;
    };
    /** Asks from several hands, and counts what was allowed. */
    const load = async (times: number): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: times }, ask));
      return answers.filter(({ action }) => action === "allow").length;
    };

    expect(await load(CEILING * 2)).toBe(CEILING);
    let latest = 0;
    let windows = 1;
    let opened = 0;
    let allowed = CEILING;
    let busiest = 0;
    for (const jump of jumps) {
      const under = load(60);
      show(jump);
      allowed += (await under) + (await load(60));
      // A window opens when a day lies between the latest time that was seen and what filled the last one; going back and
      // forth opens none. (The test itself takes some minutes at most.)
      latest = Math.max(latest, jump);
      if (latest + 600 - opened >= DAY_S) {
        windows++;
        opened = latest;
      }
      expect([jump, allowed <= CEILING * windows]).toEqual([jump, true]);
      const before = processorSeconds(server.process.pid);
      const from = performance.now();
      await sleep(1500);
      const share = (processorSeconds(server.process.pid) - before) / ((performance.now() - from) / 1000);
      busiest = Math.max(busiest, share);
      expect([jump, share < IDLE_SHARE]).toEqual([jump, true]);
    }
    expect(server.output()).not.toMatch(/TimeoutNegativeWarning|TimeoutOverflowWarning/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    return {
      jumps: jumps.length,
      asked: next,
      allowed,
      "windows that were to open": windows,
      "ceiling exceeded": 0,
      "largest idle share of a processor": Math.round(busiest * 100) / 100,
      "slowest answer, ms": Math.round(slowest),
    };
  } finally {
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  }
}

/** Of all threads of a process, by the kernel's own count. */
function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
