import type { Simulation } from "../simulate.ts";
import { LineFile } from "./line-file.ts";
import { LABEL_HEADER, labelLine, TRAFFIC_COLUMNS, type TrafficColumn, trafficLine } from "./traffic-csv.ts";

/** Writes a world's traffic, and its truth where `labels` names a file. Returns the number of rows. */
export function writeSimulation(
  simulation: Simulation,
  out: string,
  labels: string | undefined,
  columns: readonly TrafficColumn[] = TRAFFIC_COLUMNS,
): number {
  const traffic = new LineFile(out, columns.join(","));
  const truth = labels === undefined ? undefined : new LineFile(labels, LABEL_HEADER);
  let rows = 0;
  for (const row of simulation) {
    traffic.write(trafficLine(row, columns));
    truth?.write(labelLine(row, row.time >= simulation.measuredFrom));
    rows += 1;
  }
  traffic.close();
  truth?.close();
  return rows;
}
