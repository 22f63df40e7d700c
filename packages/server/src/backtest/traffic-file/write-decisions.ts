import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { DECISIONS_HEADER, DecisionLine, type RowDecision } from "./decision-line.ts";
import { PendingLines } from "./pending-lines.ts";
import { RunSorter } from "./run-sorter.ts";
import type { TrafficRow } from "./traffic-row.ts";

export interface DecisionsOptions {
  readonly scratchDirectory?: string;
  /** How many rows may wait in memory for one before them. Default 262,144; rounded up to a power of two. */
  readonly mostWaiting?: number;
  /** How many bytes of them. Default 32 MiB. */
  readonly waitingBytes?: number;
  /** Bytes that are sorted in memory at a time when rows come in another order than that of the file. Default 32 MiB. */
  readonly sortBytes?: number;
}

/** A decisions file that is being written. */
export interface DecisionsWriter {
  /**
   * Takes the decision on a row, in any order; each row of the traffic must come once. The disk sets the pace: it returns
   * when there is room.
   */
  write(row: TrafficRow, decision: RowDecision): void;
  /** Writes what is left, and puts the file in its place. */
  close(): Promise<void>;
  /** Gives up: nothing is left behind, and what stood in its place before still does. Does nothing after `close`. */
  abort(): void;
}

/** Not every row was decided, or one was decided twice. */
export class DecisionsIncomplete extends Error {
  override readonly name = "DecisionsIncomplete";
  readonly code = "decisions_incomplete";

  constructor(position: number) {
    super(`each row needs one decision: the row at position ${position} has none, or more than one`);
  }
}

/**
 * Writes decisions to a CSV file in the order of the input, however they come: rows that wait for one before them are
 * kept in memory, and when they are too many (a file that had to be sorted) everything further is sorted on the disk.
 * `to`: a path, or a file that somebody has opened, and closes.
 */
export function writeDecisions(to: string | number, options: DecisionsOptions = {}): DecisionsWriter {
  const output = typeof to === "number" ? outputTo(to, { close() {}, abort() {} }) : openOutput(to);
  const { sortBytes, scratchDirectory } = options;
  const sorter = new RunSorter({ ...(sortBytes === undefined ? {} : { runBytes: sortBytes }), scratchDirectory });
  const line = new DecisionLine();
  const pending = new PendingLines(options.mostWaiting ?? 262_144, options.waitingBytes ?? 32 * 1024 * 1024);
  const header = Buffer.from(DECISIONS_HEADER);
  header.copy(output.reserve(header.length), output.filled);
  output.commit(output.filled + header.length);
  /** Position of the row that comes next in the file. */
  let next = 0;
  let sorting = false;
  let isOpen = true;

  function keep(row: TrafficRow, decision: RowDecision): void {
    const room = line.room(row, decision);
    const bytes = pending.reserve(room, next);
    if (bytes !== undefined && pending.commit(row.position, next, line.write(row, decision, bytes, pending.filled)))
      return;
    // Too many wait. From here on all are sorted, those that wait as well.
    sorting = true;
    pending.drain(next, (position, from, start, stop) => {
      const at = sorter.reserve(stop - start);
      from.copy(sorter.bytes, at, start, stop);
      sorter.commit(position, at + stop - start);
    });
    sort(row, decision);
  }

  function sort(row: TrafficRow, decision: RowDecision): void {
    const at = sorter.reserve(line.room(row, decision));
    sorter.commit(row.position, line.write(row, decision, sorter.bytes, at));
  }

  async function writeSorted(): Promise<void> {
    sorter.merge();
    for (let count = 1; sorter.next(); count += 1) {
      if (sorter.key !== next) throw new DecisionsIncomplete(next);
      next += 1;
      const { bytes, start, stop } = sorter;
      const into = output.reserve(stop - start);
      bytes.copy(into, output.filled, start, stop);
      output.commit(output.filled + stop - start);
      if (count % 16_384 === 0) await setImmediate();
    }
  }

  const abort = (): void => {
    if (!isOpen) return;
    isOpen = false;
    output.abort();
    sorter.close();
  };

  return {
    write(row, decision) {
      if (sorting) {
        sort(row, decision);
        return;
      }
      if (row.position !== next) {
        if (row.position < next) throw new DecisionsIncomplete(row.position);
        keep(row, decision);
        return;
      }
      const into = output.reserve(line.room(row, decision));
      output.commit(line.write(row, decision, into, output.filled));
      next += 1;
      while (pending.take(next)) {
        const { bytes, start, stop } = pending;
        const waiting = output.reserve(stop - start);
        bytes.copy(waiting, output.filled, start, stop);
        output.commit(output.filled + stop - start);
        next += 1;
      }
    },
    async close() {
      try {
        if (sorting) await writeSorted();
        else if (pending.count > 0) throw new DecisionsIncomplete(next);
      } catch (error) {
        abort();
        throw error;
      }
      isOpen = false;
      output.close();
      sorter.close();
    },
    abort,
  };
}

/** The file itself: written under another name until it is whole, if it is an ordinary file. */
function openOutput(path: string) {
  const isSpecial = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  const writtenTo = isSpecial ? path : `${path}.${process.pid}.partial`;
  const file = openSync(writtenTo, "w");
  return outputTo(file, {
    close() {
      closeSync(file);
      if (!isSpecial) renameSync(writtenTo, path);
    },
    abort() {
      closeSync(file);
      if (!isSpecial) rmSync(writtenTo, { force: true });
    },
  });
}

function outputTo(file: number, end: { close(): void; abort(): void }) {
  let bytes = Buffer.allocUnsafeSlow(WRITE_BYTES);
  let filled = 0;

  function flush(): void {
    for (let at = 0; at < filled; ) at += writeSync(file, bytes, at, filled - at);
    filled = 0;
  }

  return {
    get filled() {
      return filled;
    },
    /** A place for `length` bytes, from `filled` on. */
    reserve(length: number): Buffer {
      if (filled + length > bytes.length) {
        flush();
        if (length > bytes.length) bytes = Buffer.allocUnsafeSlow(length);
      }
      return bytes;
    },
    commit(stop: number): void {
      filled = stop;
    },
    close(): void {
      flush();
      end.close();
    },
    abort: end.abort,
  };
}

const WRITE_BYTES = 1024 * 1024;
