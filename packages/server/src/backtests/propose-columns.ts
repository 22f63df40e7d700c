import { parseRecipient } from "@safeguard/core";
import type { TrafficColumn } from "../backtest/traffic-file/export-formats.ts";
import type { ColumnMapping } from "../backtest/traffic-file/recognise-format.ts";

/** A column of a file, with some of its values. */
export interface SampledColumn {
  readonly name: string;
  readonly values: readonly string[];
}

/** How columns that mean this are often called, the likeliest first; without case and what is no letter or digit. */
const NAMES: Readonly<Partial<Record<TrafficColumn, RegExp>>> = {
  converted_at: /(convert|verified|verification|confirmed|completed|entered|validated)/,
  delivered_at: /(delivered|delivery|dlr|deliver)/,
  time: /(^time|timestamp|sent|created|submitted|requested|queued|date|_?dt$|^ts$|time$)/,
  to: /(^to$|recipient|msisdn|destination|phone|mobile|^number$|receiver|^tel|called|dest)/,
  from: /(^from$|sender|originator|senderid|^oa$|source)/,
  price: /(price|cost|charge|amount|fee)/,
  currency: /(currency|^ccy$|curr)/,
  id: /(^id$|messageid|sid$|uuid|guid|reference)/,
  purpose: /(purpose|category|messagetype|usecase)/,
  ip: /(^ip$|ipaddress|clientip|remoteip|useraddress)/,
  device: /(device|useragent|fingerprint)/,
  attempts: /(attempts|tries)/,
};

const LIKELY_SHARE = 0.6;

/** Which columns are probably which: by their names, and for the two that must be there by what stands in them as well. */
export function proposeColumns(columns: readonly SampledColumn[]): ColumnMapping {
  const proposed: ColumnMapping = {};
  const taken = new Set<string>();
  const take = (column: TrafficColumn, from: SampledColumn | undefined): void => {
    if (from === undefined) return;
    proposed[column] = from.name;
    taken.add(from.name);
  };
  const free = (): readonly SampledColumn[] => columns.filter(({ name }) => name !== "" && !taken.has(name));
  for (const [column, pattern] of Object.entries(NAMES) as [TrafficColumn, RegExp][]) {
    const named = free().filter(({ name }) => pattern.test(plain(name)));
    if (column === "time" || column.endsWith("_at")) take(column, named.find(holdsTimes));
    else if (column === "to") take(column, named.find(holdsNumbers));
    else take(column, named[0]);
  }
  if (proposed.time === undefined) take("time", free().find(holdsTimes));
  if (proposed.to === undefined) take("to", free().find(holdsNumbers));
  return proposed;
}

function holdsTimes({ values }: SampledColumn): boolean {
  return mostly(values, (value) =>
    /^\d{4}-\d\d-\d\d|^\d{10}(?:\d{3})?$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|^\d{4}\//.test(value),
  );
}

function holdsNumbers({ values }: SampledColumn): boolean {
  return mostly(values, (value) => {
    const digits = value.startsWith("+") || value.startsWith("00") ? value : `+${value}`;
    return parseRecipient(digits, "native").ok;
  });
}

function mostly(values: readonly string[], is: (value: string) => boolean): boolean {
  const filled = values.map((value) => value.trim()).filter((value) => value !== "");
  return filled.length > 0 && filled.filter(is).length >= LIKELY_SHARE * filled.length;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
