import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { Worker } from "node:worker_threads";

/** A copy under way. */
export interface CopyProgress {
  /** Bytes written, and at most to be written. */
  readonly written: number;
  readonly expected: number;
}

const LOOK_MS = 100;

/**
 * Copies a database as it is at one moment, also while another process writes to it: nobody waits for the copy, and what
 * is deleted or overwritten is not in it. `to` must not exist; it is on stable storage when this resolves.
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const expected = statSync(from).size;
  const worker = new Worker(new URL("./copy-thread.ts", import.meta.url), { workerData: { from, to } });
  const looking = setInterval(() => {
    onProgress({ written: statSync(to, { throwIfNoEntry: false })?.size ?? 0, expected });
  }, LOOK_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", () => resolve());
    });
  } finally {
    clearInterval(looking);
  }
  const file = openSync(to, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
