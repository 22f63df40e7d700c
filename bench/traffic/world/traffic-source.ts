import type { SimulatedRow } from "../traffic-row.ts";

/** Takes rows of any later time, in any order. */
export interface RowSink {
  push(row: SimulatedRow): void;
}

/** Something that makes traffic by itself, such as a day's people, an event or an attacker. */
export interface TrafficSource {
  /** When its next row or session begins; never goes back. Infinity: it is over. */
  readonly nextAt: number;
  /** Writes the row of `nextAt`, with what follows from it later, and moves on. */
  emit(out: RowSink): void;
}

/** A source that begins later: until then it holds no memory. */
export interface PlannedSource {
  readonly opensAt: number;
  open(): TrafficSource;
}
