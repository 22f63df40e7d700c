import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generator, keepOutcome, replayable, SEED, size } from "../long-form.ts";
import { FATES, RecordedDisk } from "./disk-images.ts";
import { readStore, type StoreContent } from "./recorded-store.ts";
import { type RecordedStep, recordWrites, whyNoStrace } from "./recorded-writes.ts";

const COMMAND = "npm run test:powercut";
const RECORDINGS = size("POWERCUT_RECORDINGS", 1, 5);
const MESSAGES = size("POWERCUT_MESSAGES", 250, 600);
/** Of each recording. */
const IMAGES = size("POWERCUT_IMAGES", 250, 2000);
const FLIPS = size("POWERCUT_FLIPS", 100, 1500);
/** Images of the control; it may stop at the first loss. */
const CONTROL_IMAGES = 300;

const absent = whyNoStrace();
/** In memory where there is such a place: thousands of images are written and read. */
const place = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "safeguard-powercut-"));
const random = generator(SEED);
const counts: Record<string, number> = {};
afterAll(() => rmSync(place, { recursive: true }));

/** The last recording, for the flips. */
let steps: readonly RecordedStep[] = [];

describe.skipIf(absent !== undefined)(
  `power cuts, by what strace recorded${absent === undefined ? "" : ` (skipped: ${absent})`}`,
  () => {
    const recordings: (readonly RecordedStep[])[] = [];
    beforeAll(async () => {
      for (let recording = 0; recording < RECORDINGS; recording++) {
        steps = await recordWrites(newDirectory(`recording-${recording}`), MESSAGES, undefined);
        recordings.push(steps);
      }
    }, RECORDINGS * 120_000);

    it(
      "no image lacks what was acknowledged, or has anything else",
      { timeout: 600_000 + RECORDINGS * IMAGES * 200 },
      () =>
        replayable(COMMAND, async () => {
          for (const recording of recordings) {
            const { images, acknowledged, records, checkpoints } = await tryImages(recording, IMAGES);
            add({ images, "records acknowledged at the cuts": acknowledged, "records found": records, checkpoints });
          }
          add({ recordings: recordings.length, "acknowledged records missing": 0, "images that do not open": 0 });
          expect(counts["checkpoints"]).toBeGreaterThan(0);
        }),
    );

    it("a store that does not wait for the disk is caught", { timeout: 240_000 }, async () => {
      const unsafe = await recordWrites(newDirectory("control"), Math.min(MESSAGES, 300), "sync-off");
      await expect(tryImages(unsafe, CONTROL_IMAGES)).rejects.toThrow(/acknowledged/);
      add({ "control without sync: caught": 1 });
    });

    it("a flipped byte is found out or does no harm", { timeout: 120_000 + FLIPS * 300 }, () =>
      replayable(COMMAND, async () => {
        const killed = newDirectory("killed");
        const disk = new RecordedDisk(steps);
        disk.advance(steps.length);
        disk.writeImage(killed, "all kept", random);
        const expected = await contentOf(killed);
        // (reading closed it, and what was in the write-ahead log is in the database)
        const files = ["journal.db", "detection.snapshot"];
        add({ "single bytes flipped": FLIPS, ...(await tryFlips(killed, files, expected, FLIPS)) });
        add(await tryFlipsInLog(newDirectory("in-log"), Math.ceil(FLIPS / 5)));
        keepOutcome("powercut", {
          title: "Power cuts",
          command: COMMAND,
          about:
            "All writes, syncs, renames and truncations of the real store's process were recorded with strace; each image is what a power cut at a random point may have left of them: unsynced writes lost, kept, reordered or torn. Each was opened with the real store and read as a whole. A store with its sync off fails the same test. Bytes are flipped in a closed store's journal and snapshot.",
          counts,
        });
      }),
    );
  },
);

/** Opens images of random points; throws where one lacks what was acknowledged before, or differs from what was written. */
async function tryImages(steps: readonly RecordedStep[], images: number) {
  const full = newDirectory("full");
  const whole = new RecordedDisk(steps);
  whole.advance(steps.length);
  whole.writeImage(full, "all kept", random);
  const expected = await contentOf(full);
  expect(expected.records.length).toBeGreaterThanOrEqual(whole.acknowledged.journal);
  expect(whole.acknowledged.journal).toBeGreaterThan(MESSAGES / 2);

  const disk = new RecordedDisk(steps);
  const cuts = Array.from({ length: images }, () => Math.floor(random() * (steps.length + 1))).sort((a, b) => a - b);
  const totals = { images, acknowledged: 0, records: 0, checkpoints: countCheckpoints(steps) };
  for (const [index, cut] of cuts.entries()) {
    disk.advance(cut);
    const fate = FATES[Math.floor(random() * FATES.length)] ?? "all lost";
    const image = newDirectory("image");
    disk.writeImage(image, fate, random);
    const { journal, file } = disk.acknowledged;
    const where = `image ${index}, cut after ${cut} of ${steps.length} steps, unsynced: ${fate}`;
    const content = await readStore(image).catch((failure: unknown) => {
      throw new Error(`${where}: cannot be opened`, { cause: failure });
    });
    if (content === undefined) {
      if (journal > 0) throw new Error(`${where}: ${journal} records were acknowledged, and there is no store`);
      continue;
    }
    if (content.records.length < journal)
      throw new Error(`${where}: ${journal} records were acknowledged, and there are ${content.records.length}`);
    if (content.file < file) throw new Error(`${where}: file ${file} was acknowledged, and there is ${content.file}`);
    for (const [position, record] of content.records.entries())
      if (record !== expected.records[position]) throw new Error(`${where}: record ${position + 1} is another`);
    expect(content.counts, where).toEqual(countsOf(content.records));
    totals.acknowledged += journal;
    totals.records += content.records.length;
  }
  return totals;
}

/** Flips one byte at a time; throws where the content is another and nothing was said. */
async function tryFlips(directory: string, files: readonly string[], expected: StoreContent, flips: number) {
  const bytes = new Map(files.map((name) => [name, readFileSync(join(directory, name))]));
  const sizes = files.map((name) => statSync(join(directory, name)).size);
  const total = sizes.reduce((sum, one) => sum + one, 0);
  const outcome = { "found out": 0, "without effect": 0, "silently different": 0 };
  for (let flip = 0; flip < flips; flip++) {
    const copy = newDirectory("flipped");
    for (const name of ["journal.db", "tables.db", "detection.snapshot"])
      writeFileSync(join(copy, name), readFileSync(join(directory, name)));
    // (every tenth in the small file, which would else be hit too seldom)
    let position = Math.floor(random() * total);
    let name = files[0] ?? "";
    if (flip % 10 === 0) name = "detection.snapshot";
    else if (position >= (sizes[0] ?? 0)) name = files[1] ?? "";
    const content = Buffer.from(bytes.get(name) ?? "");
    position %= content.length;
    content[position] = (content[position] ?? 0) ^ (1 + Math.floor(random() * 255));
    writeFileSync(join(copy, name), content);
    const found = await readStore(copy).catch(() => "found out" as const);
    if (found === "found out" || found === undefined) outcome["found out"]++;
    else {
      expect(found, `byte ${position} of ${name} was flipped`).toEqual(expected);
      outcome["without effect"]++;
    }
  }
  return outcome;
}

/**
 * Flips in the write-ahead log of a store that was killed. There SQLite cannot tell a damaged end from a torn one, and takes
 * the log up to there: what follows is gone, and found out only where the tables had followed further. Never is a record another.
 */
async function tryFlipsInLog(directory: string, flips: number) {
  const disk = new RecordedDisk(steps);
  disk.advance(steps.length);
  const names = disk.writeImage(directory, "all kept", random);
  const images = names.map((name) => [name, readFileSync(join(directory, name))] as const);
  const expected = await contentOf(directory);
  const outcome = { "in the log: found out": 0, "in the log: without effect": 0, "in the log: taken up to there": 0 };
  for (let flip = 0; flip < flips; flip++) {
    const copy = newDirectory("flipped");
    for (const [name, bytes] of images) {
      const content = Buffer.from(bytes);
      if (name === "journal.db-wal") {
        const position = Math.floor(random() * content.length);
        content[position] = (content[position] ?? 0) ^ (1 + Math.floor(random() * 255));
      }
      writeFileSync(join(copy, name), content);
    }
    const found = await readStore(copy).catch(() => undefined);
    if (found === undefined) outcome["in the log: found out"]++;
    else {
      expect(found.records).toEqual(expected.records.slice(0, found.records.length));
      const whole = found.records.length === expected.records.length;
      outcome[whole ? "in the log: without effect" : "in the log: taken up to there"]++;
    }
  }
  return outcome;
}

/** What the tables must say of these records. */
function countsOf(records: readonly string[]): StoreContent["counts"] {
  const decided = records.filter((record) => record.includes('"type":"message_decided"')).length;
  const ended = records.length - decided;
  return [decided, ended, decided - ended];
}

async function contentOf(directory: string): Promise<StoreContent> {
  const content = await readStore(directory);
  if (content === undefined) throw new Error(`there is no store in ${directory}`);
  return content;
}

/** Times that the write-ahead log was folded into the journal's database. */
function countCheckpoints(steps: readonly RecordedStep[]): number {
  return steps.filter((step) => step.type === "sync" && step.file === "journal.db").length;
}

function add(more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
}

/** A folder in the place, empty. */
function newDirectory(name: string): string {
  const directory = join(place, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}
