import { InvalidArgumentError } from "commander";
import { readColumnMapping } from "../backtest/column-mapping.ts";
import { TRAFFIC_COLUMNS } from "../backtest/traffic-file/export-formats.ts";
import type { ColumnMapping } from "../backtest/traffic-file/recognise-format.ts";
import { CommandFailed } from "./command-failed.ts";

const COLUMN_FAULTS: ReadonlySet<string> = new Set(["column_missing", "column_unknown", "column_twice"]);
const COLUMNS_HINT =
  "A mapping is given as --columns time=SMS_DT,to=DESTINATION (our field first, then the file's column); fields are " +
  `${TRAFFIC_COLUMNS.join(", ")}.`;

/** `--columns`, which may stand several times. */
export function readColumns(text: string, earlier: ColumnMapping | undefined): ColumnMapping {
  const read = readColumnMapping(text);
  if (!read.ok) throw new InvalidArgumentError(`${read.message}.`);
  return { ...earlier, ...read.mapping };
}

/** `--offset`, in minutes east of UTC. */
export function readOffset(text: string): number {
  if (/^(?:Z|UTC)$/i.test(text)) return 0;
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(text) ?? [];
  const east = Number(hours) * 60 + Number(minutes);
  if (east <= 14 * 60 && Number(minutes) < 60) return sign === "-" ? -east : east;
  throw new InvalidArgumentError("Write it as +02:00, -05:30 or Z.");
}

/** What is wrong with a traffic file, for the person; any other fault stays what it is. */
export async function plainTrafficFault(error: unknown): Promise<unknown> {
  const { TrafficUnreadable } = await import("../backtest/traffic-file/traffic-unreadable.ts");
  if (error instanceof TrafficUnreadable) {
    const hints = COLUMN_FAULTS.has(error.code) ? [COLUMNS_HINT] : [];
    return new CommandFailed(`${error.message}.`, { hints });
  }
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return new CommandFailed("The disk is full.");
  }
  return error;
}
