import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { VerifiedEntry } from "../gateway/feedback/verified-entry.ts";
import { usageFailure } from "./command-failed.ts";

export interface VerifiedLine {
  /** From 1. */
  readonly line: number;
  readonly entry: VerifiedEntry;
}

/** Where a file's columns stand; undefined: a number a line. */
interface Columns {
  readonly separator: string;
  readonly to: number;
  readonly verifiedAt: number;
  readonly lastVerifiedAt: number;
}

/**
 * Reads verified numbers: one a line, or CSV (comma, semicolon or tab) whose first line names `to` or `number` and, where
 * known, `verified_at` and `last_verified_at`; names in any case, other columns ignored. Empty lines say nothing. Whether the
 * texts are numbers and times is not looked at. Throws CommandFailed for columns without a number among them.
 */
export async function* readVerifiedLines(input: Readable): AsyncGenerator<VerifiedLine> {
  let line = 0;
  let columns: Columns | undefined;
  let begun = false;
  for await (const read of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const text = line === 1 ? read.replace(/^\ufeff/, "") : read;
    if (text.trim() === "") continue;
    if (!begun) {
      begun = true;
      columns = columnsOf(text);
      if (columns !== undefined) continue;
    }
    yield { line, entry: columns === undefined ? { to: text.trim() } : entryOf(text, columns) };
  }
}

function columnsOf(text: string): Columns | undefined {
  const separator = [",", ";", "\t"].find((one) => text.includes(one));
  const names = fieldsOf(text, separator ?? ",").map((name) => name.toLowerCase());
  const to = names.findIndex((name) => name === "to" || name === "number");
  if (to >= 0) {
    const [verifiedAt, lastVerifiedAt] = [names.indexOf("verified_at"), names.indexOf("last_verified_at")];
    return { separator: separator ?? ",", to, verifiedAt, lastVerifiedAt };
  }
  if (separator === undefined) return undefined;
  throw usageFailure(
    "The first line has several columns, and none is named to or number.",
    "Begin the file with a line such as: number,verified_at",
  );
}

function entryOf(text: string, { separator, to, verifiedAt, lastVerifiedAt }: Columns): VerifiedEntry {
  const fields = fieldsOf(text, separator);
  const [first, last] = [fields[verifiedAt] ?? "", fields[lastVerifiedAt] ?? ""];
  return {
    to: fields[to] ?? "",
    ...(first !== "" && { verifiedAt: first }),
    ...(last !== "" && { lastVerifiedAt: last }),
  };
}

/** Of one line (RFC 4180 without line breaks in fields). */
function fieldsOf(text: string, separator: string): readonly string[] {
  if (!text.includes('"')) return text.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      if (quoted && text.charAt(at + 1) === '"') field += text.charAt(++at);
      else quoted = !quoted;
    } else if (character === separator && !quoted) {
      fields.push(field.trim());
      field = "";
    } else field += character;
  }
  return [...fields, field.trim()];
}
