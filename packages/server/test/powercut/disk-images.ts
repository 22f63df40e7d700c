import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedStep } from "./recorded-writes.ts";

/** Something done to a file that no sync has made sure of. */
type Unsynced =
  | { readonly at: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly at: number; readonly length: number };

interface RecordedFile {
  /** What is on the disk for certain. */
  durable: Buffer;
  unsynced: Unsynced[];
  /** Where a write without an offset goes on. */
  end: number;
}

/** What becomes of writes that no sync has made sure of. */
export const FATES = ["all lost", "all kept", "the first kept", "any kept", "torn at 512", "torn at 4096"] as const;
export type Fate = (typeof FATES)[number];

/**
 * A disk by its recorded steps. Between syncs a write may reach it or not, in any order and in part; names change in order, as
 * journalling file systems have it, and are there to stay once their folder was synced.
 */
export class RecordedDisk {
  readonly #steps: readonly RecordedStep[];
  #next = 0;
  readonly acknowledged = { journal: 0, file: 0 };
  readonly #durableNames = new Map<string, RecordedFile>();
  readonly #names = new Map<string, RecordedFile>();
  #unsyncedNames: ((names: Map<string, RecordedFile>) => void)[] = [];

  constructor(steps: readonly RecordedStep[]) {
    this.#steps = steps;
  }

  /** Goes on until so many steps are done. */
  advance(steps: number): void {
    for (; this.#next < steps; this.#next++) {
      const step = this.#steps[this.#next];
      if (step !== undefined) this.#do(step);
    }
  }

  /** Writes what a power cut at this point may have left, and gives the names of the files. */
  writeImage(directory: string, fate: Fate, random: () => number): readonly string[] {
    const names = new Map(this.#durableNames);
    const keptNames = fate === "all kept" ? Number.POSITIVE_INFINITY : fate === "all lost" ? 0 : this.#some(random);
    for (const [index, change] of this.#unsyncedNames.entries()) if (index < keptNames) change(names);
    const until = random() * this.#next;
    const share = random();
    for (const [name, file] of names) {
      const image = file.unsynced.length === 0 ? file.durable : withUnsynced(file, fate, { random, until, share });
      writeFileSync(join(directory, name), image);
    }
    return [...names.keys()];
  }

  #some(random: () => number): number {
    return Math.floor(random() * (this.#unsyncedNames.length + 1));
  }

  #do(step: RecordedStep): void {
    switch (step.type) {
      case "acknowledged":
        this.acknowledged[step.what] = Math.max(this.acknowledged[step.what], step.number);
        return;
      case "sync names":
        for (const change of this.#unsyncedNames) change(this.#durableNames);
        this.#unsyncedNames = [];
        return;
      case "create": {
        const file: RecordedFile = { durable: Buffer.alloc(0), unsynced: [], end: 0 };
        this.#rename((names) => names.set(step.file, file));
        return;
      }
      case "remove":
        this.#rename((names) => names.delete(step.file));
        return;
      case "rename": {
        const file = this.#file(step.file);
        this.#rename((names) => {
          names.delete(step.file);
          names.set(step.to, file);
        });
        return;
      }
      case "write": {
        const file = this.#file(step.file);
        const offset = step.offset < 0 ? file.end : step.offset;
        file.end = offset + step.bytes.length;
        file.unsynced.push({ at: this.#next, offset, bytes: step.bytes });
        return;
      }
      case "truncate":
        this.#file(step.file).unsynced.push({ at: this.#next, length: step.length });
        return;
      case "sync": {
        const file = this.#file(step.file);
        file.durable = applied(file.durable, file.unsynced);
        file.unsynced = [];
      }
    }
  }

  #rename(change: (names: Map<string, RecordedFile>) => void): void {
    change(this.#names);
    this.#unsyncedNames.push(change);
  }

  #file(name: string): RecordedFile {
    const file = this.#names.get(name);
    if (file === undefined) throw new Error(`the recording uses ${name}, which was not made in it`);
    return file;
  }
}

function withUnsynced(
  { durable, unsynced }: RecordedFile,
  fate: Fate,
  { random, until, share }: { readonly random: () => number; readonly until: number; readonly share: number },
): Buffer {
  switch (fate) {
    case "all lost":
      return durable;
    case "all kept":
      return applied(durable, unsynced);
    case "the first kept":
      return applied(
        durable,
        unsynced.filter(({ at }) => at < until),
      );
    case "any kept":
      return applied(
        durable,
        unsynced.filter(() => random() < share),
      );
    case "torn at 512":
    case "torn at 4096": {
      const sector = fate === "torn at 512" ? 512 : 4096;
      return applied(
        durable,
        unsynced.flatMap((one) => torn(one, sector)).filter(() => random() < share),
      );
    }
  }
}

/** A write in pieces that end where the disk's sectors end. */
function torn(one: Unsynced, sector: number): readonly Unsynced[] {
  if ("length" in one) return [one];
  const pieces: Unsynced[] = [];
  for (let start = 0; start < one.bytes.length; ) {
    const offset = one.offset + start;
    const end = Math.min(one.bytes.length, start + sector - (offset % sector));
    pieces.push({ at: one.at, offset, bytes: one.bytes.subarray(start, end) });
    start = end;
  }
  return pieces;
}

function applied(durable: Buffer, changes: readonly Unsynced[]): Buffer {
  let length = durable.length;
  for (const change of changes)
    length = "length" in change ? length : Math.max(length, change.offset + change.bytes.length);
  const image = Buffer.alloc(length);
  durable.copy(image);
  let end = durable.length;
  for (const change of changes) {
    if ("length" in change) {
      image.fill(0, change.length);
      end = change.length;
    } else {
      change.bytes.copy(image, change.offset);
      end = Math.max(end, change.offset + change.bytes.length);
    }
  }
  return image.subarray(0, end);
}
