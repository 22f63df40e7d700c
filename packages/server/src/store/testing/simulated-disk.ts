import { hash } from "node:crypto";
import { GroupJournal, type JournalDevice, type JournalGroup } from "../group-journal.ts";
import { RecordIds } from "../record-ids.ts";

/** What becomes of the group that was being written when the power failed. */
export type CrashFate = "lost" | "torn" | "kept";

/**
 * A disk on which the test says what happens when: groups lie in its cache until `sync`, and a crash takes the cache, or
 * tears what was in it. `honest: false` answers before the sync, as a control that must fail.
 */
export class SimulatedDisk implements JournalDevice {
  readonly #stable: string[];
  readonly #honest: boolean;
  /** One group at most, but on a dishonest disk. */
  #cached: { readonly frame: string; readonly done: () => void; readonly failed: (error: Error) => void }[] = [];
  #isBroken = false;

  constructor(stable: readonly string[] = [], honest = true) {
    // As a start does: what follows the last whole group is cut off, or it would hide what is written after it.
    const torn = stable.findIndex((frame) => readFrame(frame) === undefined);
    this.#stable = torn === -1 ? [...stable] : stable.slice(0, torn);
    this.#honest = honest;
  }

  /** Is a group waiting for `sync`? */
  get isWriting(): boolean {
    return this.#cached.length > 0;
  }

  commit(group: JournalGroup): Promise<void> {
    if (this.#honest && this.isWriting) throw new Error("Two groups were given to the disk at once.");
    if (this.#isBroken) return Promise.reject(new Error("EIO: i/o error, write"));
    return new Promise((done, failed) => {
      this.#cached.push({ frame: writeFrame(group), done, failed });
      if (!this.#honest) done();
    });
  }

  async groupsFrom(sequence: number): Promise<readonly JournalGroup[]> {
    return this.#groups().filter(({ last }) => last >= sequence);
  }

  /** The cache reaches stable storage. */
  sync(): void {
    for (const { frame, done } of this.#cached.splice(0)) {
      this.#stable.push(frame);
      done();
    }
  }

  /** The write fails, and so does every later one. `fate`: whether what failed is on the disk all the same. */
  fail(fate: "lost" | "kept" = "lost"): void {
    this.#isBroken = true;
    for (const { frame, failed } of this.#cached.splice(0)) {
      if (fate === "kept") this.#stable.push(frame);
      failed(new Error("ENOSPC: no space left on device, write"));
    }
  }

  /** The disk as the next start finds it. `cut`: where a torn group ends, as a share of its length. */
  crash(fate: CrashFate, cut = 0.5): SimulatedDisk {
    const frames = [...this.#stable];
    const frame = this.#cached[0]?.frame;
    if (frame !== undefined && fate === "kept") frames.push(frame);
    if (frame !== undefined && fate === "torn") frames.push(frame.slice(0, Math.floor(frame.length * cut)));
    return new SimulatedDisk(frames, this.#honest);
  }

  /** Sequence number of the last whole record. */
  get lastSequence(): number {
    return this.#groups().at(-1)?.last ?? 0;
  }

  #groups(): readonly JournalGroup[] {
    return this.#stable.map(readFrame).filter((group) => group !== undefined);
  }
}

/** A journal on a simulated disk. Its ids are those of a fixed key. */
export function openSimulatedJournal(disk: SimulatedDisk): GroupJournal {
  return new GroupJournal(disk, new RecordIds(new Uint8Array(32), 1n), disk.lastSequence);
}

function writeFrame(group: JournalGroup): string {
  const body = JSON.stringify(group);
  return `${hash("sha256", body)}${body}`;
}

function readFrame(frame: string): JournalGroup | undefined {
  const body = frame.slice(64);
  return frame.slice(0, 64) === hash("sha256", body) ? (JSON.parse(body) as JournalGroup) : undefined;
}
