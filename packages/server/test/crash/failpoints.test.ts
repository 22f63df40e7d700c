import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FAILPOINTS, type Failpoint } from "../../src/config/failpoint.ts";
import { generator, keepOutcome, LONG, replayable, SEED, size } from "../long-form.ts";
import { spawnServer } from "../promises/child-server.ts";
import { CrashSeason } from "./crash-season.ts";

const COMMAND = "npm run test:crash";
/** Ends at each failpoint; the short form takes some of them, others each time. */
const TIMES = size("FAILPOINT_TIMES", 1, 20);
/** Retention sweeps once an hour, and schemas are migrated once: they end in processes of their own. */
const APART: readonly Failpoint[] = ["before-journal-sweep-commit", "after-migration"];
const UNDER_LOAD = FAILPOINTS.filter((name) => !APART.includes(name));
const random = generator(SEED);
const chosen: readonly Failpoint[] = LONG ? UNDER_LOAD : sample(UNDER_LOAD, 4);
const hits: Record<string, number> = {};

let season: CrashSeason;
beforeAll(async () => {
  season = await CrashSeason.start({ seed: SEED });
}, 60_000);
afterAll(() => season.close());

it.each(chosen)("a server that ends %s keeps every promise", { timeout: 60_000 + TIMES * 30_000 }, (name) =>
  replayable(COMMAND, async () => {
    for (let time = 0; time < TIMES; time++) {
      const passing = 1 + Math.floor(random() * passingsOf(name));
      expect(await season.live({ type: "failpoint", name, passing })).toContain(`failpoint ${name}\n`);
      hits[name] = (hits[name] ?? 0) + 1;
    }
    await season.check();
  }),
);

it("a first start that ends after any migration is followed by one that works", { timeout: 120_000 }, async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-migration-"));
  let passing = 1;
  let ends = 0;
  for (; ; passing += LONG ? 1 : 4) {
    const server = spawnServer(dataDirectory, { environment: { SAFEGUARD_FAILPOINT: `after-migration:${passing}` } });
    const listens = await server.ready.then(
      () => true,
      () => false,
    );
    await server.kill();
    if (listens) break;
    expect(server.output()).toContain("failpoint after-migration\n");
    // What is there of a schema is taken up or made again, whatever was cut off.
    await startsIn(dataDirectory);
    ends++;
    rmSync(dataDirectory, { recursive: true });
  }
  expect(passing).toBeGreaterThan(5);
  hits["after-migration"] = ends;
  rmSync(dataDirectory, { recursive: true });
});

async function startsIn(dataDirectory: string): Promise<void> {
  const server = spawnServer(dataDirectory);
  await server.ready;
  await server.kill();
}

it("an end in the middle of the sweep leaves the records as they were", { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "safeguard-sweep-"));
  const program = fileURLToPath(new URL("./sweeping-process.ts", import.meta.url));
  const run = (name: string) =>
    spawnSync(process.execPath, [program, directory], {
      encoding: "utf8",
      env: { ...process.env, SAFEGUARD_FAILPOINT: name },
    });
  const ended = run("before-journal-sweep-commit");
  expect([ended.signal, ended.stderr]).toEqual(["SIGKILL", "failpoint before-journal-sweep-commit\n"]);
  // The next one finds every record, sweeps the old ones and keeps the others.
  expect(run("").stdout).toBe("found 60\nkept 20\n");
  expect(run("").stdout).toBe("found 20\nkept 20\n");
  hits["before-journal-sweep-commit"] = 1;
  rmSync(directory, { recursive: true });
});

it("each was hit", () => {
  expect(Object.keys(hits).sort()).toEqual([...chosen, ...APART].sort());
  keepOutcome("failpoints", {
    title: "Kills at named points",
    command: COMMAND,
    about:
      "As the kills under load, at a named point of the code each time; all promises are checked after each point.",
    counts: hits,
  });
});

/** How often it is surely passed in the life that is to end there. */
function passingsOf(name: Failpoint): number {
  if (name.endsWith("-checkpoint") || name === "before-webhook" || name === "after-webhook-answer") return 2;
  if (name.includes("tables") || name.includes("journal-commit")) return 5;
  return name.includes("intent") || name.includes("provider") || name.includes("outcome") ? 30 : 1;
}

function sample<T>(from: readonly T[], count: number): readonly T[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}
