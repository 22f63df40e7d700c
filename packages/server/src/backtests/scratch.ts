import { randomBytes } from "node:crypto";
import { type FileHandle, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Free space of the disk below which no more is written: the journal may stand on the same one. */
export const LEAST_FREE_BYTES = 512 * 1024 * 1024;

/**
 * Files without a name: nobody else can open them, and nothing of them is left however this process ends. `directory`:
 * where they are; default: the system's place for temporary files.
 */
export class Scratch {
  readonly directory: string;

  constructor(directory: string = tmpdir()) {
    this.directory = directory;
  }

  /** A new one. Closing it takes it away. */
  async open(): Promise<FileHandle> {
    const path = join(this.directory, `safeguard-backtest-${randomBytes(12).toString("hex")}`);
    const file = await open(path, "wx+", 0o600);
    try {
      await rm(path);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  /** Is there room for so many bytes more? */
  async hasRoom(bytes: number): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize - bytes > LEAST_FREE_BYTES;
  }
}
