import { TRAFFIC_COLUMNS, type TrafficColumn } from "./traffic-file/export-formats.ts";
import type { ColumnMapping } from "./traffic-file/recognise-format.ts";

export type ColumnMappingResult =
  | { readonly ok: true; readonly mapping: ColumnMapping }
  | { readonly ok: false; readonly message: string };

/** Another pair begins after a comma; the name of a column may have commas and spaces in it. */
const NEXT_PAIR = new RegExp(`,\\s*(?=(?:${TRAFFIC_COLUMNS.join("|")})\\s*=)`, "i");

/** Reads `time=SMS_DT,to=DESTINATION`: which of our columns is which of the file's. */
export function readColumnMapping(text: string): ColumnMappingResult {
  const mapping: ColumnMapping = {};
  for (const pair of text.split(NEXT_PAIR)) {
    const at = pair.indexOf("=");
    const column = pair.slice(0, at).trim().toLowerCase();
    const name = pair.slice(at + 1).trim();
    if (at < 0 || name === "") {
      return { ok: false, message: `${JSON.stringify(pair)} is no pair; write it as time=SMS_DT,to=DESTINATION` };
    }
    if (!isColumn(column)) {
      return { ok: false, message: `${JSON.stringify(column)} is no column; known are ${TRAFFIC_COLUMNS.join(", ")}` };
    }
    if (mapping[column] !== undefined) return { ok: false, message: `${column} is named twice` };
    mapping[column] = name;
  }
  return { ok: true, mapping };
}

function isColumn(name: string): name is TrafficColumn {
  return TRAFFIC_COLUMNS.some((column) => column === name);
}
