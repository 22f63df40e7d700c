import { setImmediate } from "node:timers/promises";
import { ArrivalOrder, type TrafficOrder } from "./arrival-order.ts";
import { BareDigits } from "./bare-digits.ts";
import { type ByteSource, openByteSource, type SourceOptions } from "./byte-source.ts";
import { readHeader } from "./read-header.ts";
import { type ColumnMapping, type Recognition, recogniseFormat } from "./recognise-format.ts";
import { RecordReader } from "./record-reader.ts";
import { ReorderBuffer } from "./reorder-buffer.ts";
import { type ProblemCount, RowProblems, type RowSkip } from "./row-problems.ts";
import { type RowAudit, RowReader } from "./row-reader.ts";
import { RunSorter } from "./run-sorter.ts";
import type { TrafficRow } from "./traffic-row.ts";

export interface TrafficOptions extends Pick<SourceOptions, "standardInput" | "scratchDirectory"> {
  /** Which column is which, where the names of the file are not ours: `{ time: "SMS_DT", to: "DESTINATION" }`. */
  readonly columns?: ColumnMapping;
  /** Minutes east of UTC for times without an offset. Default: they are a problem, but in exports that are known to mean UTC. */
  readonly assumedOffset?: number;
  /** How many examples are kept of each kind of problem. Default 5. */
  readonly mostExamples?: number;
  /** How late a row may come, in rows, to be put in order while the file is read. Default 100,000. */
  readonly reorderReach?: number;
  /** Bytes that are sorted in memory at a time when a file is unsorted. Default 32 MiB. */
  readonly sortBytes?: number;
  /** Told after each block of bytes or rows. */
  readonly progress?: (progress: TrafficProgress) => void;
}

/** How far reading is. */
export interface TrafficProgress {
  /** `copying` a source that can be read only once; `checking` the whole file; `sorting` it; `reading` rows. */
  readonly phase: "copying" | "checking" | "sorting" | "reading";
  /** Bytes of the file, as packed as it is; when an unsorted file is read, rows. */
  readonly done: number;
  /** Of how many; undefined: not known. */
  readonly total: number | undefined;
}

/** What a pass over the whole file has found, before its first row is given. */
export interface TrafficSurvey {
  /** Rows that will be given. */
  readonly rows: number;
  /** Rows that are left out because something is wrong with them. */
  readonly dropped: number;
  /** Rows that are left out because they are no SMS that was sent. */
  readonly skipped: Readonly<Record<RowSkip, number>>;
  readonly problems: readonly ProblemCount[];
  /** Times of the earliest and the latest row, in epoch milliseconds; undefined: there are no rows. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  readonly order: TrafficOrder;
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
  const name = path === "-" ? "standard input" : path;
  const source = await openByteSource(path, {
    ...options,
    copied: (done) => options.progress?.({ phase: "copying", done, total: undefined }),
  });
  try {
    const { recognition, survey } = await surveyTraffic(source, name, options);
    const close = () => source.close();
    return {
      recognition,
      survey,
      batches: () => readBatches(source, name, recognition, survey, options),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function surveyTraffic(
  source: ByteSource,
  name: string,
  options: TrafficOptions,
): Promise<{ readonly recognition: Recognition; readonly survey: TrafficSurvey }> {
  const pass = source.pass();
  try {
    const records = new RecordReader(pass, { reusesBytes: true });
    const recognised = recogniseFormat(await readHeader(records, source.magic, name), options.columns);
    const problems = new RowProblems(options.mostExamples ?? 5);
    const skipped: Record<RowSkip, number> = { inbound: 0, other_channel: 0 };
    const reader = rowReader(recognised, options, { problems, skipped });
    // Other dialects say themselves what digits alone mean.
    const bare = recognised.numbers === "csv" ? new BareDigits() : undefined;
    const order = new ArrivalOrder();
    let rows = 0;
    let firstTime = Number.POSITIVE_INFINITY;
    let lastTime = Number.NEGATIVE_INFINITY;
    do {
      while (records.next()) {
        if (!reader.accept(records)) continue;
        const { time } = reader;
        rows += 1;
        if (bare !== undefined) reader.countBare(records, bare);
        order.add(time);
        if (time < firstTime) firstTime = time;
        if (time > lastTime) lastTime = time;
      }
      options.progress?.({ phase: "checking", done: pass.consumed, total: source.size });
    } while (await records.fill());
    const survey: TrafficSurvey = {
      rows,
      dropped: problems.dropped,
      skipped,
      problems: problems.counts(),
      firstTime: rows === 0 ? undefined : firstTime,
      lastTime: rows === 0 ? undefined : lastTime,
      order: order.order(options.reorderReach ?? 100_000),
    };
    return { recognition: withBareDigits(recognised, bare), survey };
  } finally {
    await pass.close();
  }
}

/** Reads digits alone as international numbers where the file as a whole shows that they are. */
function withBareDigits(recognition: Recognition, bare: BareDigits | undefined): Recognition {
  if (bare === undefined || !bare.areInternational) return recognition;
  const { count, assigned } = bare;
  const share = assigned === count ? "all" : `${Math.floor((100 * assigned) / count)} %`;
  const assumption =
    count === 1
      ? "A number without a plus is read as an international one: it lies in a range that a numbering plan assigns."
      : `${count.toLocaleString("en")} numbers without a plus are read as international ones: ${share} of them lie in ranges that numbering plans assign.`;
  return { ...recognition, numbers: "cm", assumptions: [...recognition.assumptions, assumption] };
}

async function* readBatches(
  source: ByteSource,
  name: string,
  recognition: Recognition,
  survey: TrafficSurvey,
  options: TrafficOptions,
): AsyncGenerator<readonly TrafficRow[], void, undefined> {
  const pass = source.pass();
  try {
    const isSorting = survey.order.kind === "unsorted";
    const records = new RecordReader(pass, { reusesBytes: isSorting });
    await readHeader(records, source.magic, name);
    const reader = rowReader(recognition, options, undefined);
    const report = (phase: TrafficProgress["phase"]) => {
      options.progress?.({ phase, done: pass.consumed, total: source.size });
    };
    if (isSorting) yield* sortedBatches(records, reader, survey.rows, options, report);
    else yield* streamedBatches(records, reader, survey.order, report);
  } finally {
    await pass.close();
  }
}

async function* streamedBatches(
  records: RecordReader,
  reader: RowReader,
  order: TrafficOrder,
  report: (phase: "reading") => void,
): AsyncGenerator<readonly TrafficRow[], void, undefined> {
  const buffer = order.kind === "sorted" ? undefined : new ReorderBuffer(order.displacement);
  let position = 0;
  let number = 0;
  do {
    const rows: TrafficRow[] = [];
    while (records.next()) {
      number += 1;
      if (!reader.accept(records)) continue;
      const row = reader.row(records, { position, number, line: records.line });
      position += 1;
      const next = buffer === undefined ? row : buffer.push(row);
      if (next !== undefined) rows.push(next);
    }
    report("reading");
    if (rows.length > 0) yield rows;
  } while (await records.fill());
  const rest: TrafficRow[] = [];
  for (let row = buffer?.pop(); row !== undefined; row = buffer?.pop()) rest.push(row);
  if (rest.length > 0) yield rest;
}

async function* sortedBatches(
  records: RecordReader,
  reader: RowReader,
  total: number,
  options: TrafficOptions,
  report: (phase: "sorting") => void,
): AsyncGenerator<readonly TrafficRow[], void, undefined> {
  const { sortBytes, scratchDirectory } = options;
  const sorter = new RunSorter({ ...(sortBytes === undefined ? {} : { runBytes: sortBytes }), scratchDirectory });
  try {
    let position = 0;
    let number = 0;
    do {
      while (records.next()) {
        number += 1;
        if (!reader.accept(records)) continue;
        const { bytes, recordStart, recordStop } = records;
        const at = sorter.reserve(PLACE + recordStop - recordStart);
        sorter.bytes.writeUInt32LE(position, at);
        sorter.bytes.writeUInt32LE(number, at + 4);
        sorter.bytes.writeUInt32LE(records.line, at + 8);
        bytes.copy(sorter.bytes, at + PLACE, recordStart, recordStop);
        sorter.commit(reader.time, at + PLACE + recordStop - recordStart);
        position += 1;
      }
      report("sorting");
    } while (await records.fill());
    sorter.merge();
    let given = 0;
    let rows: TrafficRow[] = [];
    while (sorter.next()) {
      const { bytes, start, stop } = sorter;
      const line = bytes.readUInt32LE(start + 8);
      records.splitAgain(bytes, start + PLACE, stop, line);
      reader.accept(records);
      const place = { position: bytes.readUInt32LE(start), number: bytes.readUInt32LE(start + 4), line };
      rows.push(reader.row(records, place));
      if (rows.length < BATCH && given + rows.length < total) continue;
      given += rows.length;
      options.progress?.({ phase: "reading", done: given, total });
      yield rows;
      rows = [];
      // Nothing here waits for anything: give signals and timers their turn.
      await setImmediate();
    }
  } finally {
    sorter.close();
  }
}

function rowReader(recognition: Recognition, options: TrafficOptions, audit: RowAudit | undefined): RowReader {
  const assumed = options.assumedOffset ?? (recognition.format.timesAreUtc ? 0 : Number.NaN);
  return new RowReader(recognition, assumed, audit);
}

/** Before each record that is sorted: position, row number and line, 4 bytes each. */
const PLACE = 12;
const BATCH = 4096;
