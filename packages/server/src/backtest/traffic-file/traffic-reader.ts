import { ArrivalOrder, type TrafficOrder } from "./arrival-order.ts";
import { BareDigits } from "./bare-digits.ts";
import type { ByteSource } from "./byte-source.ts";
import { readHeader } from "./read-header.ts";
import { type ColumnMapping, type Recognition, recogniseFormat } from "./recognise-format.ts";
import { RecordReader } from "./record-reader.ts";
import { type RowBlock, RowBlockWriter } from "./row-block.ts";
import { type ProblemCount, RowProblems, type RowSkip } from "./row-problems.ts";
import { type RowAudit, RowReader } from "./row-reader.ts";
import { RunSorter } from "./run-sorter.ts";

export interface ReadingOptions {
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
  /** Where temporary files go. Default: the system's place for them. */
  readonly scratchDirectory?: string;
  /** How many bytes a packed file may have when it is unpacked. Default: there is no limit. */
  readonly mostUnpacked?: number;
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

/** What kind of file it is, and what is in it. */
export interface Surveyed {
  readonly recognition: Recognition;
  readonly survey: TrafficSurvey;
}

/** A file that is read: in this thread, or in one of its own. */
export interface TrafficReading {
  /** Reads it once as a whole. To be asked first, and once. */
  survey(): Promise<Surveyed>;
  /** Its rows in the order of the file, or, where that is `unsorted`, in the order of time. May be asked for again. */
  blocks(): AsyncGenerator<RowBlock, void, undefined>;
}

/** Reads a traffic file to blocks of rows. The source stays open. */
export class TrafficReader implements TrafficReading {
  readonly #source: ByteSource;
  readonly #name: string;
  readonly #options: ReadingOptions;
  readonly #progress: (progress: TrafficProgress) => void;
  #surveyed: Surveyed | undefined;

  /** `name`: what to call the file in an error. */
  constructor(
    source: ByteSource,
    name: string,
    options: ReadingOptions,
    progress: (progress: TrafficProgress) => void,
  ) {
    this.#source = source;
    this.#name = name;
    this.#options = options;
    this.#progress = progress;
  }

  async survey(): Promise<Surveyed> {
    const pass = this.#source.pass();
    try {
      const records = new RecordReader(pass, { reusesBytes: true });
      const header = await readHeader(records, this.#source.magic, this.#name);
      const recognised = recogniseFormat(header, this.#options.columns);
      const problems = new RowProblems(this.#options.mostExamples ?? 5);
      const skipped: Record<RowSkip, number> = { inbound: 0, other_channel: 0 };
      const reader = this.#rowReader(recognised, { problems, skipped });
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
        this.#progress({ phase: "checking", done: pass.consumed, total: this.#source.size });
      } while (await records.fill());
      const survey: TrafficSurvey = {
        rows,
        dropped: problems.dropped,
        skipped,
        problems: problems.counts(),
        firstTime: rows === 0 ? undefined : firstTime,
        lastTime: rows === 0 ? undefined : lastTime,
        order: order.order(this.#options.reorderReach ?? 100_000),
      };
      this.#surveyed = { recognition: withBareDigits(recognised, bare), survey };
      return this.#surveyed;
    } finally {
      await pass.close();
    }
  }

  async *blocks(): AsyncGenerator<RowBlock, void, undefined> {
    const { recognition, survey } = this.#surveyed ?? (await this.survey());
    const pass = this.#source.pass();
    try {
      const isSorting = survey.order.kind === "unsorted";
      const records = new RecordReader(pass, { reusesBytes: isSorting });
      await readHeader(records, this.#source.magic, this.#name);
      const reader = this.#rowReader(recognition, undefined);
      const report = (phase: TrafficProgress["phase"]) => {
        this.#progress({ phase, done: pass.consumed, total: this.#source.size });
      };
      if (isSorting) yield* this.#sortedBlocks(records, reader, survey.rows, report);
      else yield* streamedBlocks(records, reader, report);
    } finally {
      await pass.close();
    }
  }

  async *#sortedBlocks(
    records: RecordReader,
    reader: RowReader,
    total: number,
    report: (phase: "sorting") => void,
  ): AsyncGenerator<RowBlock, void, undefined> {
    const { sortBytes, scratchDirectory } = this.#options;
    const sorter = new RunSorter({ ...(sortBytes === undefined ? {} : { runBytes: sortBytes }), scratchDirectory });
    try {
      let position = 0;
      let number = 0;
      do {
        while (records.next()) {
          number += 1;
          if (!reader.accept(records)) continue;
          const { bytes, recordStart, recordStop } = records;
          const at = sorter.reserve(ENTRY + recordStop - recordStart);
          sorter.bytes.writeUInt32LE(position, at);
          sorter.bytes.writeUInt32LE(number, at + 4);
          sorter.bytes.writeUInt32LE(records.line, at + 8);
          bytes.copy(sorter.bytes, at + ENTRY, recordStart, recordStop);
          sorter.commit(reader.time, at + ENTRY + recordStop - recordStart);
          position += 1;
        }
        report("sorting");
      } while (await records.fill());
      sorter.merge();
      let given = 0;
      let block = Buffer.alloc(0);
      let filled = 0;
      const rows = new RowBlockWriter();
      while (sorter.next()) {
        const { bytes, start, stop } = sorter;
        const length = stop - start - ENTRY;
        if (filled + length > block.length) {
          // The texts of the block's rows stand in its own bytes: nobody else writes or sends those.
          if (rows.count > 0) {
            given += rows.count;
            yield this.#sortedBlock(rows, block, given, total);
          }
          block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, length));
          filled = 0;
        }
        bytes.copy(block, filled, start + ENTRY, stop);
        records.splitAgain(block, filled, filled + length, bytes.readUInt32LE(start + 8));
        reader.accept(records);
        reader.write(records, bytes.readUInt32LE(start), bytes.readUInt32LE(start + 4), rows);
        filled += length;
      }
      if (rows.count > 0) yield this.#sortedBlock(rows, block, given + rows.count, total);
    } finally {
      sorter.close();
    }
  }

  #sortedBlock(rows: RowBlockWriter, bytes: Buffer, done: number, total: number): RowBlock {
    this.#progress({ phase: "reading", done, total });
    return rows.take(bytes);
  }

  #rowReader(recognition: Recognition, audit: RowAudit | undefined): RowReader {
    const assumed = this.#options.assumedOffset ?? (recognition.format.timesAreUtc ? 0 : Number.NaN);
    return new RowReader(recognition, assumed, audit);
  }
}

async function* streamedBlocks(
  records: RecordReader,
  reader: RowReader,
  report: (phase: "reading") => void,
): AsyncGenerator<RowBlock, void, undefined> {
  const rows = new RowBlockWriter();
  let position = 0;
  let number = 0;
  let more = true;
  while (more) {
    while (records.next()) {
      number += 1;
      if (!reader.accept(records)) continue;
      reader.write(records, position, number, rows);
      position += 1;
    }
    report("reading");
    const block = rows.count === 0 ? undefined : rows.take(records.bytes);
    // Reading on takes along what is left of the bytes, which then may go to another thread.
    more = await records.fill();
    if (block !== undefined) yield block;
  }
}

/** Reads digits alone as international numbers where the file as a whole shows that they are. */
export function withBareDigits(recognition: Recognition, bare: BareDigits | undefined): Recognition {
  if (bare === undefined || !bare.areInternational) return recognition;
  const { count, assigned } = bare;
  const share = assigned === count ? "all" : `${Math.floor((100 * assigned) / count)} %`;
  const assumption =
    count === 1
      ? "A number without a plus is read as an international one: it lies in a range that a numbering plan assigns."
      : `${count.toLocaleString("en")} numbers without a plus are read as international ones: ${share} of them lie in ranges that numbering plans assign.`;
  return { ...recognition, numbers: "cm", assumptions: [...recognition.assumptions, assumption] };
}

/** Before each record that is sorted: position, row number and line, 4 bytes each. */
const ENTRY = 12;
const BLOCK_BYTES = 256 * 1024;
