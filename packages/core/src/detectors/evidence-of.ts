import type { EpochMilliseconds } from "../brand.ts";
import type { AccountSignals } from "../signals/account-signals.ts";
import type { Evidence, Scope } from "./evidence.ts";
import type { Reading } from "./reading.ts";

/** What a reading found, to be kept and shown. */
export function evidenceOf(
  reading: Reading,
  signals: AccountSignals,
  scope: Scope,
  by: Pick<Evidence, "expectedShare" | "expectedConversion" | "threshold" | "credit">,
): Evidence {
  const { sent, converted, pending, late, stopped, hits, trials, share, adjacency, unanswered, faked, total } = reading;
  const habits = reading.habits(signals);
  return {
    scope,
    since: signals.log.at(reading.since) as EpochMilliseconds,
    counts: { sessions: hits, sent, converted, pending, unanswered: late, stopped },
    trials,
    hits,
    expectedShare: by.expectedShare,
    share,
    adjacency,
    unanswered,
    faked,
    ...(habits === undefined ? undefined : { habits }),
    expectedConversion: by.expectedConversion,
    total,
    threshold: by.threshold,
    credit: by.credit,
  };
}
