import type { TrafficColumn } from "./files/traffic-csv.ts";
import { type Simulation, simulate } from "./simulate.ts";

/** Where the sample stands, from the repository's root. */
export const SAMPLE_FILE = "docs/guide/examples/sample-traffic.csv";

/** A single account's export need not name it. */
export const SAMPLE_COLUMNS: readonly TrafficColumn[] = [
  "time",
  "id",
  "to",
  "purpose",
  "ip",
  "device",
  "delivered_at",
  "converted_at",
  "attempts",
  "price",
  "currency",
];

/** Three days of a start-up: people in many countries, a company's phone roll-out, and a pumping attack of 400 messages. */
export function sampleSimulation(): Simulation {
  return simulate({
    seed: 10,
    variant: "calm",
    days: 3,
    warmUpDays: 0,
    sessionsPerDay: 1_650,
    events: { roll_out: 1 },
    attacks: ["sequential_400"],
    measuredFrom: Date.UTC(2026, 8, 15),
  });
}
