import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

/** A file for what does not fit into memory: nobody else can open it, and nothing of it is left behind. */
export class ScratchFile {
  readonly fd: number;
  /** Bytes written. */
  size = 0;
  readonly #folder: string;

  /** Makes one in `directory` (default: the system's place for temporary files). */
  constructor(directory: string = tmpdir()) {
    try {
      this.#folder = mkdtempSync(join(directory, "safeguard-backtest-"));
    } catch (error) {
      throw scratchFailed(error);
    }
    try {
      this.fd = openSync(join(this.#folder, "scratch"), "wx+", 0o600);
    } catch (error) {
      this.#remove();
      throw scratchFailed(error);
    }
    // Its name goes at once: the file lives as long as it is open, however this process ends. Where the name of an open
    // file cannot go, `close` tries again.
    this.#remove();
  }

  /** Writes `bytes[start]` to `bytes[stop - 1]` at its end. */
  append(bytes: Uint8Array, start: number, stop: number): void {
    try {
      for (let at = start; at < stop; ) {
        const written = writeSync(this.fd, bytes, at, stop - at, this.size);
        at += written;
        this.size += written;
      }
    } catch (error) {
      throw scratchFailed(error);
    }
  }

  /** Reads `length` bytes from `position` on, all of which were written, to `bytes[at]` and on. */
  read(bytes: Uint8Array, at: number, length: number, position: number): void {
    try {
      for (let read = 0; read < length; ) {
        const count = readSync(this.fd, bytes, at + read, length - read, position + read);
        if (count === 0) throw new Error("it is shorter than what was written to it");
        read += count;
      }
    } catch (error) {
      throw scratchFailed(error);
    }
  }

  close(): void {
    closeSync(this.fd);
    this.#remove();
  }

  #remove(): void {
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // The system cleans its place for temporary files; the file is private meanwhile.
    }
  }
}

function scratchFailed(cause: unknown): TrafficUnreadable {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TrafficUnreadable(
    "scratch_failed",
    `cannot use a temporary file: ${why}. An unsorted file needs about its unpacked size; set TMPDIR to a directory with room`,
    cause,
  );
}
