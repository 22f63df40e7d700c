import { createGunzip } from "node:zlib";
import { maskedQuotes, maskedText } from "../backtest/masked-text.ts";
import { BareDigits } from "../backtest/traffic-file/bare-digits.ts";
import type { BytePass } from "../backtest/traffic-file/byte-source.ts";
import type { TrafficColumn } from "../backtest/traffic-file/export-formats.ts";
import { readHeader } from "../backtest/traffic-file/read-header.ts";
import { type ColumnMapping, type Recognition, recogniseFormat } from "../backtest/traffic-file/recognise-format.ts";
import { RecordReader } from "../backtest/traffic-file/record-reader.ts";
import { type RowBlock, RowBlockWriter } from "../backtest/traffic-file/row-block.ts";
import { RowMaker } from "../backtest/traffic-file/row-maker.ts";
import { type ProblemCount, RowProblems, type RowSkip } from "../backtest/traffic-file/row-problems.ts";
import { RowReader } from "../backtest/traffic-file/row-reader.ts";
import { withBareDigits } from "../backtest/traffic-file/traffic-reader.ts";
import type { TrafficRow } from "../backtest/traffic-file/traffic-row.ts";
import { TrafficUnreadable } from "../backtest/traffic-file/traffic-unreadable.ts";
import { maskedNumber } from "../backtest/wording.ts";
import { proposeColumns, type SampledColumn } from "./propose-columns.ts";

/** Bytes of a file, unpacked, that a look is taken at: so few that nothing else waits for it. */
const LOOKED_AT = 256 * 1024;
/** Rows shown, and values of a column. */
const SHOWN_ROWS = 8;
const SHOWN_VALUES = 3;
const SAMPLED_ROWS = 40;
const SHOWN_COLUMNS = 200;
const NAME_LENGTH = 80;
const VALUE_LENGTH = 60;

/** What a file's first rows tell of it. Numbers are masked. */
export interface TrafficLook {
  /** Absent: `problem` says why it cannot be read. */
  readonly format: { readonly name: string; readonly title: string } | undefined;
  readonly problem: string | undefined;
  readonly columns: readonly { readonly name: string; readonly samples: readonly string[] }[];
  /** Which column is read as which. */
  readonly mapping: ColumnMapping;
  /** What is likely, where it is not recognised. */
  readonly proposed: ColumnMapping;
  readonly lacks: readonly string[];
  readonly assumptions: readonly string[];
  readonly rows: readonly TrafficRowLook[];
  /** Rows that were looked at. */
  readonly looked: number;
  readonly isWhole: boolean;
  readonly skipped: Readonly<Record<RowSkip, number>>;
  readonly problems: readonly ProblemCount[];
}

export interface TrafficRowLook {
  readonly line: number;
  readonly time: number;
  readonly to: string;
  readonly destination: string | undefined;
  /** Why the recipient is no number. */
  readonly rejected: string | undefined;
  readonly from: string;
  readonly purpose: string;
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
  readonly priceMicros: number | undefined;
  readonly currency: string;
}

/** The first bytes of a file, unpacked. */
export interface TrafficHead {
  readonly bytes: Buffer;
  /** As they stand in the file. */
  readonly magic: Buffer;
  readonly isWhole: boolean;
}

/** `packed`: the first bytes of the file as it stands; `isWhole`: that is all of it. Throws TrafficUnreadable. */
export async function headOf(packed: Buffer, isWhole: boolean, name: string): Promise<TrafficHead> {
  const magic = packed.subarray(0, 8);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
    return { bytes: packed.subarray(0, LOOKED_AT), magic, isWhole: isWhole && packed.length <= LOOKED_AT };
  }
  const gunzip = createGunzip();
  gunzip.end(packed);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LOOKED_AT) break;
    }
  } catch (error) {
    // (cut off where the look ends)
    const isCutOff = !isWhole && error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    if (!isCutOff)
      throw new TrafficUnreadable("gzip_corrupt", `${name} is damaged: its gzip stream cannot be unpacked`, error);
    return { bytes: Buffer.concat(chunks), magic, isWhole: false };
  }
  return { bytes: Buffer.concat(chunks).subarray(0, LOOKED_AT), magic, isWhole: isWhole && length <= LOOKED_AT };
}

/** How many bytes of the file as it stands a look needs. */
export const HEAD_BYTES = LOOKED_AT;

export async function lookAtTraffic(
  { bytes, magic, isWhole }: TrafficHead,
  name: string,
  { columns: mapping = {}, assumedOffset }: { columns?: ColumnMapping | undefined; assumedOffset?: number | undefined },
): Promise<TrafficLook> {
  const lines = isWhole ? bytes : bytes.subarray(0, bytes.lastIndexOf(LF) + 1);
  const records = new RecordReader(passOver(lines));
  const header = await readHeader(records, magic, name);
  const columns = await sampledColumns(lines, magic, name, header);
  const shown = {
    columns: columns.slice(0, SHOWN_COLUMNS).map(({ name: column, values }) => ({
      name: column.slice(0, NAME_LENGTH),
      samples: values
        .filter((value) => value !== "")
        .slice(0, SHOWN_VALUES)
        .map(shownValue),
    })),
    isWhole,
  };
  let recognition: Recognition;
  try {
    recognition = recogniseFormat(header, mapping);
  } catch (error) {
    if (!(error instanceof TrafficUnreadable)) throw error;
    return {
      ...shown,
      ...NOTHING_READ,
      problem: error.message,
      mapping,
      proposed: { ...proposeColumns(columns), ...mapping },
    };
  }
  const problems = new RowProblems(SHOWN_VALUES);
  const skipped: Record<RowSkip, number> = { inbound: 0, other_channel: 0 };
  const assumed = assumedOffset ?? (recognition.format.timesAreUtc ? 0 : Number.NaN);
  const reader = new RowReader(recognition, assumed, { problems, skipped });
  const bare = recognition.numbers === "csv" ? new BareDigits() : undefined;
  const written = new RowBlockWriter();
  let looked = 0;
  let block: RowBlock | undefined;
  do {
    while (records.next()) {
      looked += 1;
      if (!reader.accept(records)) continue;
      if (bare !== undefined) reader.countBare(records, bare);
      if (block === undefined && written.count < SHOWN_ROWS) reader.write(records, written.count, looked, written);
    }
    // Reading on moves the bytes that its texts stand in.
    if (written.count > 0) block ??= written.take(records.bytes);
  } while (await records.fill());
  const read = withBareDigits(recognition, bare);
  const rows = block === undefined ? [] : new RowMaker(read.numbers).rows(block);
  return {
    ...shown,
    format: { name: read.format.name, title: read.format.title },
    problem: undefined,
    mapping: mappingOf(read),
    proposed: {},
    lacks: read.lacks.map(({ text }) => text),
    assumptions: read.assumptions,
    rows: rows.map(lookOfRow),
    looked,
    skipped,
    problems: problems.counts().map((problem) => ({
      ...problem,
      examples: problem.examples.map((example) => ({ ...example, text: maskedQuotes(example.text) })),
    })),
  };
}

const NOTHING_READ = {
  format: undefined,
  lacks: [],
  assumptions: [],
  rows: [],
  looked: 0,
  skipped: { inbound: 0, other_channel: 0 },
  problems: [],
} as const;

const LF = 0x0a;

/** All bytes at once, so that what is read of them stays where it is. */
function passOver(bytes: Buffer): BytePass {
  let at = 0;
  return {
    consumed: bytes.length,
    async read(into, from) {
      const length = Math.min(into.length - from, bytes.length - at);
      bytes.copy(into, from, at, at + length);
      at += length;
      return length;
    },
    async close() {},
  };
}

async function sampledColumns(
  bytes: Buffer,
  magic: Buffer,
  name: string,
  header: readonly string[],
): Promise<readonly SampledColumn[]> {
  const records = new RecordReader(passOver(bytes));
  await readHeader(records, magic, name);
  const values = header.map((): string[] => []);
  let sampled = 0;
  do {
    while (sampled < SAMPLED_ROWS && records.next()) {
      if (records.fault !== undefined || records.count !== header.length) continue;
      sampled += 1;
      records.unescape();
      for (const [field, list] of values.entries()) {
        list.push(records.bytes.toString("utf8", records.starts[field], records.stops[field]).trim());
      }
    }
  } while (sampled < SAMPLED_ROWS && (await records.fill()));
  return header.map((column, field) => ({ name: column, values: values[field] ?? [] }));
}

function shownValue(value: string): string {
  const masked = maskedText(value);
  return masked.length > VALUE_LENGTH ? `${masked.slice(0, VALUE_LENGTH)}…` : masked;
}

function mappingOf({ columns }: Recognition): ColumnMapping {
  const mapping: ColumnMapping = {};
  for (const [role, { name }] of columns) mapping[role as TrafficColumn] = name;
  return mapping;
}

function lookOfRow(row: TrafficRow): TrafficRowLook {
  const { recipient } = row;
  return {
    line: row.line,
    time: row.time,
    to: recipient === undefined ? shownValue(row.to) : maskedNumber(recipient.e164),
    destination: recipient?.candidates[0],
    rejected: row.rejected,
    from: shownValue(row.from),
    purpose: row.purpose,
    deliveredAt: row.deliveredAt,
    convertedAt: row.convertedAt,
    priceMicros: row.priceMicros,
    currency: row.currency,
  };
}
