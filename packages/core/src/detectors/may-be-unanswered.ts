import type { AccountSignals } from "../signals/account-signals.ts";
import { SESSION, type SessionNumber } from "../signals/session-log.ts";
import { attackCompletion, type Expectation, LOOK_BACK_ACTIVITY_MS, LOOK_BACK_SESSIONS, OLD_MS } from "./reading.ts";

/** Sums in another order round differently. */
const ROUNDING = 1e-6;

/**
 * May unanswered codes come to `proof` (nats, above 0) in a chain of sessions, wherever {@link Reading.read} lets an attack begin?
 * Without a logarithm for each session, and only as far back as it may: most chains are far from any proof, and need not be
 * read.
 */
export function mayBeUnanswered(
  signals: AccountSignals,
  link: number,
  first: SessionNumber,
  expected: Pick<Expectation, "completion" | "scope">,
  at: number,
  skip: number,
  proof: number,
): boolean {
  const { log, latency, heardUpTo } = signals;
  const p0 = expected.completion;
  const p1 = attackCompletion(expected);
  const convertedStep = Math.log(p1 / p0);
  const oldStep = Math.log((1 - p1) / (1 - p0));
  const oldest = at - LOOK_BACK_ACTIVITY_MS;
  let left = LOOK_BACK_SESSIONS;
  let missing = proof - ROUNDING;
  for (let session = first; session !== 0 && left > 0; session = log.before(session, link)) {
    const sessionAt = log.at(session);
    if (sessionAt < oldest) break;
    const state = log.state(session);
    if ((state & skip) !== 0) continue;
    left--;
    if ((state & SESSION.sent) === 0) continue;
    if ((state & SESSION.converted) !== 0) missing -= convertedStep;
    else if (sessionAt <= heardUpTo) {
      // The likelihood ratio of a pending code is convex in the share that would have been completed by now.
      const age = at - sessionAt;
      missing -= age >= OLD_MS ? oldStep : oldStep * latency.slowShare(age);
    }
    if (missing <= 0) return true;
    if (missing > left * oldStep) return false;
  }
  return false;
}
