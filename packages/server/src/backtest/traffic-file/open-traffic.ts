import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { type ByteSource, openByteSource, type SourceOptions } from "./byte-source.ts";
import { ReadingThread } from "./reading-thread.ts";
import type { Recognition } from "./recognise-format.ts";
import { ReorderBuffer } from "./reorder-buffer.ts";
import { RowMaker } from "./row-maker.ts";
import {
  type ReadingOptions,
  type Surveyed,
  type TrafficProgress,
  TrafficReader,
  type TrafficReading,
  type TrafficSurvey,
} from "./traffic-reader.ts";
import type { TrafficRow } from "./traffic-row.ts";

export interface TrafficOptions extends ReadingOptions, Pick<SourceOptions, "standardInput"> {
  /** Read the file in a thread of its own? Default: where it is large enough, and there is a second core. */
  readonly inThread?: boolean;
  /** Told after each block of bytes or rows. */
  readonly progress?: (progress: TrafficProgress) => void;
}

/** A file of past traffic, open. */
export interface Traffic {
  /** What kind of file it is, by which columns, and what it lacks. */
  readonly recognition: Recognition;
  readonly survey: TrafficSurvey;
  /** Its rows in order of time, rows of equal time in the order of the file; some thousands at once. May be called again. */
  batches(): AsyncGenerator<readonly TrafficRow[], void, undefined>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a traffic file: a path, or `-` for the standard input; CSV, plain or gzip. Reads it once as a whole to find its
 * problems and the order of its rows (see {@link TrafficSurvey}); rows are then read again as they are asked for, in
 * bounded memory. Throws {@link TrafficUnreadable} when the file as a whole is of no use; what is wrong with single rows
 * is counted, and stops nothing.
 */
export async function openTraffic(path: string, options: TrafficOptions = {}): Promise<Traffic> {
  const { standardInput, ...others } = options;
  const { progress, scratchDirectory } = options;
  const source = await openByteSource(path, {
    ...(standardInput !== undefined && { standardInput }),
    ...(scratchDirectory !== undefined && { scratchDirectory }),
    copied: (done) => progress?.({ phase: "copying", done, total: undefined }),
  });
  return await trafficOf(source, path === "-" ? "standard input" : path, others);
}

/** The same of what somebody has opened; it is closed with the traffic, and where it is of no use. `name`: what to call it in an error. */
export async function trafficOf(
  source: ByteSource,
  name: string,
  { inThread, progress = () => undefined, ...reading }: Omit<TrafficOptions, "standardInput"> = {},
): Promise<Traffic> {
  const task = { fd: source.fd, name, options: reading };
  const thread = (inThread ?? isWorthThread(source)) ? new ReadingThread(task, progress) : undefined;
  const file = thread ?? new TrafficReader(source, name, reading, progress);
  const close = async (): Promise<void> => {
    await thread?.close();
    await source.close();
  };
  try {
    const surveyed = await file.survey();
    return { ...surveyed, batches: () => readBatches(file, surveyed), close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** So many bytes are read before a thread has begun; gzip packs traffic to about a fifth. */
const THREAD_BYTES = 8 * 1024 * 1024;
const GZIP_RATIO = 5;

function isWorthThread({ size, gzip }: ByteSource): boolean {
  return size * (gzip ? GZIP_RATIO : 1) >= THREAD_BYTES && availableParallelism() > 1;
}

async function* readBatches(
  file: TrafficReading,
  { recognition, survey: { order } }: Surveyed,
): AsyncGenerator<readonly TrafficRow[], void, undefined> {
  const maker = new RowMaker(recognition.numbers);
  const buffer = order.kind === "nearly_sorted" ? new ReorderBuffer(order.displacement) : undefined;
  for await (const block of file.blocks()) {
    const rows = maker.rows(block);
    const inOrder = buffer === undefined ? rows : rows.flatMap((row) => buffer.push(row) ?? []);
    if (inOrder.length > 0) yield inOrder;
    // Where nothing here waits for anything: give signals and timers their turn.
    await setImmediate();
  }
  const rest: TrafficRow[] = [];
  for (let row = buffer?.pop(); row !== undefined; row = buffer?.pop()) rest.push(row);
  if (rest.length > 0) yield rest;
}
