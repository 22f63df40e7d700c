import type { DestinationSignals } from "../signals/destination-signals.ts";
import type { SessionNumber } from "../signals/session-log.ts";
import type { DetectionQuery } from "./detection-query.ts";
import type { Attempt } from "./trial.ts";

/** A message on its way through detection. */
export interface Passage {
  readonly query: DetectionQuery;
  readonly destination: DestinationSignals;
  readonly attempt: Attempt;
  /** The number's newest session; 0: none is remembered. */
  readonly previous: SessionNumber;
  /** The session that the message belongs to: a resend's is `previous`. 0: none yet. */
  session: SessionNumber;
}
