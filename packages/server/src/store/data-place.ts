import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { SeenPlace } from "./restored.ts";

/** Written once and never again: which file it is tells this folder from every copy of it. */
const PLACE = "place";
/** The last opening, and how far it has come. Not in any backup that `safeguard backup` makes. */
const RUN = "run.json";
/** Left by `safeguard restore`, until the store has been opened. */
const FROM_BACKUP = "restored.json";

/** The next opening of the store in this folder takes it for one that was restored from a backup. */
export function markRestored(directory: string): void {
  write(directory, FROM_BACKUP, `${JSON.stringify({ at: new Date().toISOString() })}\n`);
}

/** What a data folder says of itself, to tell a store that was put back or copied from one that goes on. */
export interface DataPlace {
  readonly seen: SeenPlace;
  /** The store is open: notes that, and how far it has come. */
  opened(sequence: number): void;
  /** Notes how far it has come; what it names must be on stable storage. */
  note(sequence: number): void;
}

interface RunNote {
  /** The last opening, and one that may have been begun since. */
  readonly runs: readonly string[];
  readonly sequence: number;
}

/**
 * Looks at a data folder that this process has locked. A copied file is another file: its number in the file system and
 * its time of birth are part of the place. What cannot be told so is a disk that was put back as a whole, with everything
 * on it.
 */
export function readDataPlace(directory: string): DataPlace {
  const file = join(directory, PLACE);
  if (!existsSync(file)) write(directory, PLACE, `${randomBytes(16).toString("hex")}\n`);
  const { ino, birthtimeNs } = statSync(file, { bigint: true });
  const place = `${readFileSync(file, "utf8").trim()} ${ino} ${birthtimeNs}`;
  const noted = readRun(directory);
  // A start that came to nothing has noted one already.
  const run = noted?.runs[1] ?? randomBytes(8).toString("hex");
  const seen = { place, run, fromBackup: existsSync(join(directory, FROM_BACKUP)), noted };
  // Until it is open nobody knows which of them the database names.
  if (noted !== undefined && noted.runs.length === 1) writeRun(directory, { ...noted, runs: [...noted.runs, run] });
  let last = -1;
  const note = (sequence: number): void => {
    if (sequence === last) return;
    writeRun(directory, { runs: [run], sequence });
    last = sequence;
  };
  return {
    seen,
    opened(sequence) {
      note(sequence);
      rmSync(join(directory, FROM_BACKUP), { force: true });
    },
    note,
  };
}

function readRun(directory: string): RunNote | undefined {
  try {
    const { runs, sequence } = JSON.parse(readFileSync(join(directory, RUN), "utf8")) as Partial<RunNote>;
    if (!Array.isArray(runs) || typeof sequence !== "number") return undefined;
    return { runs: runs.map(String), sequence };
  } catch (error) {
    // (one that was cut off by a crash says nothing)
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function writeRun(directory: string, note: RunNote): void {
  write(directory, RUN, `${JSON.stringify(note)}\n`);
}

/** Whole or not at all. */
function write(directory: string, name: string, text: string): void {
  const path = join(directory, name);
  const file = openSync(`${path}.next`, "w", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.next`, path);
}
