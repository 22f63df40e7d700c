import type { SimulatedRow, TrafficRow } from "../traffic-row.ts";

/** The columns of the traffic CSV, in the order in which they are written. */
export const TRAFFIC_COLUMNS = [
  "time",
  "id",
  "account",
  "to",
  "from",
  "purpose",
  "ip",
  "device",
  "delivered_at",
  "converted_at",
  "attempts",
  "price",
  "currency",
] as const;
export type TrafficColumn = (typeof TRAFFIC_COLUMNS)[number];

/** One line, without its end. No value of the simulation needs quoting: there are no commas, quotes or line breaks in them. */
export function trafficLine(row: TrafficRow, columns: readonly TrafficColumn[]): string {
  let line = "";
  for (const [index, column] of columns.entries()) line += index === 0 ? cell(row, column) : `,${cell(row, column)}`;
  return line;
}

/** The truth about a row: a file apart, so that nothing that judges traffic can see it. */
export const LABEL_HEADER = "id,measured,kind,event,returning,attack,phase";

/** `measured`: whether the row lies after the warm-up. */
export function labelLine({ id, label }: SimulatedRow, measured: boolean): string {
  return label.kind === "attack"
    ? `${id},${measured},attack,,,${label.attack},${label.phase}`
    : `${id},${measured},legitimate,${label.event ?? ""},${label.returning},,`;
}

function cell(row: TrafficRow, column: TrafficColumn): string {
  switch (column) {
    case "time":
      return isoTime(row.time);
    case "delivered_at":
      return row.deliveredAt === undefined ? "" : isoTime(row.deliveredAt);
    case "converted_at":
      return row.convertedAt === undefined ? "" : isoTime(row.convertedAt);
    case "attempts":
    case "price":
      return row[column] === undefined ? "" : String(row[column]);
    default:
      return row[column] ?? "";
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
