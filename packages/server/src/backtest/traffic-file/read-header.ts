import { MOST_FIELDS, type RecordReader } from "./record-reader.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

/**
 * Reads the header of a CSV file: passes over a byte order mark and over Excel's `sep=;` line, finds out the delimiter
 * (comma, semicolon or tab), and leaves the reader before the first row. `magic`: the first bytes of the file as it
 * stands on the disk; `name`: what to call it in an error.
 */
export async function readHeader(reader: RecordReader, magic: Uint8Array, name: string): Promise<readonly string[]> {
  let fileEnded = false;
  while (!fileEnded && reader.ahead().length < LOOK_AT) fileEnded = !(await reader.fill());
  const first = reader.ahead();
  refuseOtherKinds(first, magic, name);
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) reader.pass(3);
  const named = /^sep=([,;\t])\r?\n/.exec(reader.ahead().toString("latin1", 0, 7));
  reader.delimiter = named?.[1]?.charCodeAt(0) ?? delimiterOf(reader.ahead());
  if (named !== null) reader.next();
  while (!reader.next()) {
    if (fileEnded) throw new TrafficUnreadable("empty", `${name} is empty: a header row and rows are expected`);
    fileEnded = !(await reader.fill());
  }
  if (reader.fault !== undefined) {
    throw new TrafficUnreadable(
      "header_too_long",
      `${name} does not begin with a header row: its first line cannot be split into column names`,
    );
  }
  if (reader.count > MOST_FIELDS) {
    throw new TrafficUnreadable(
      "header_too_long",
      `the header of ${name} has ${reader.count} columns; at most ${MOST_FIELDS} can be read`,
    );
  }
  reader.unescape();
  const names: string[] = [];
  for (let field = 0; field < reader.count; field += 1) {
    names.push(reader.bytes.toString("utf8", reader.starts[field], reader.stops[field]).trim());
  }
  return names;
}

function refuseOtherKinds(first: Buffer, magic: Uint8Array, name: string): void {
  for (const [bytes, kind] of OTHER_KINDS) {
    if (bytes.every((byte, at) => magic[at] === byte)) {
      throw new TrafficUnreadable("not_csv", `${name} is ${kind}; bring it as CSV, plain or packed with gzip`);
    }
  }
  if ((first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0xfe && first[1] === 0xff)) {
    throw new TrafficUnreadable("not_csv", `${name} is UTF-16; save it as CSV in UTF-8`);
  }
  if (first[0] === OPEN_BRACE || first[0] === OPEN_BRACKET) {
    throw new TrafficUnreadable("not_csv", `${name} is JSON; bring it as CSV with a header row`);
  }
  const lineEnd = first.indexOf(LF);
  if (first.subarray(0, lineEnd < 0 ? LOOK_AT : lineEnd).includes(0)) {
    throw new TrafficUnreadable("not_csv", `${name} is no text: it has zero bytes; bring it as CSV in UTF-8`);
  }
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(bytes: Buffer): number {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  let some = false;
  for (const byte of bytes) {
    if (byte === QUOTE) quoted = !quoted;
    if ((byte === LF || byte === CR) && !quoted) {
      if (some) break;
      continue;
    }
    some = true;
    const count = quoted ? undefined : counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? COMMA;
}

const COMMA = 0x2c;
const DELIMITERS = [COMMA, 0x3b, 0x09];
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const LOOK_AT = 64 * 1024;

const OTHER_KINDS: readonly (readonly [readonly number[], string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive or an Excel workbook"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x28, 0xb5, 0x2f, 0xfd], "packed with zstd"],
  [[0x42, 0x5a, 0x68], "packed with bzip2"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "packed with xz"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
];
