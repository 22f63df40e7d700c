import type { SimulatedRow } from "../traffic/traffic-row.ts";
import type { Attempt } from "./candidate.ts";

/** An attempt with its truth, which no candidate looks at. */
export interface LabelledAttempt extends Attempt {
  readonly row: SimulatedRow;
  /** False: history, from which candidates may learn. */
  readonly measured: boolean;
  /** When the number first completed a verification of this account, were nothing stopped; undefined: not yet asked for. */
  readonly verifiedSince: number | undefined;
  /** This attempt is the one that verifies it. */
  readonly verifies: boolean;
  /** It goes to a destination that is under attack. */
  readonly attacked: boolean;
  /** 1, 2 … among the messages of the attack's main phase; else 0. */
  readonly attackNumber: number;
}
