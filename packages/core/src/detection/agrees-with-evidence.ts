import type { Evidence } from "../detectors/evidence.ts";
import { type HabitFound, MOST_HABIT_NATS } from "../detectors/habit.ts";
import type { DetectionFinding } from "../verdict/verdict.ts";

/** Rounding of sums of logarithms. */
const NATS_TOLERANCE = 1e-6;
/** What the choice among the outcome's alternatives costs at most (nats): see the reading of evidence. */
const MOST_CHOICE_COST = 2;
/** From this score on the evidence has reached the threshold. */
const THRESHOLD_SCORE = 50;

/**
 * Does a recorded finding follow from the numbers recorded with it? Its sessions add up, its factors make the total, and
 * the total is enough for what was said. The traffic before it is not needed, and not looked at.
 */
export function agreesWithEvidence({ opinion, score, incident }: DetectionFinding): boolean {
  if (!(score >= 0 && score <= 100)) return false;
  switch (opinion.reason) {
    case undefined:
      return score < THRESHOLD_SCORE && incident === undefined;
    case "verified_number":
      return score === 0 && incident === undefined;
    case "number_unanswered":
      return opinion.limit.count >= opinion.limit.limit;
    case "outcomes_missing":
      return score === THRESHOLD_SCORE && incident === undefined;
    case "lockdown":
      return opinion.action === "block";
    case "range_contained":
      return score === 100 && (opinion.evidence === undefined || addsUp(opinion.evidence));
    case "range_unanswered":
    case "range_faked": {
      const { evidence } = opinion;
      const isFaked = evidence.faked > evidence.unanswered;
      const proved = addsUp(evidence) && evidence.total >= evidence.threshold - NATS_TOLERANCE;
      return proved && score === 100 && isFaked === (opinion.reason === "range_faked");
    }
    case "range_surge":
    case "new_blocks_surge":
    case "large_cluster":
    case "range_watched":
    case "probe":
    case "audit_release":
    case "stepped_down":
      return addsUp(opinion.evidence) && score >= THRESHOLD_SCORE;
  }
}

function addsUp({ counts, hits, trials, share, adjacency, unanswered, faked, habits, total }: Evidence): boolean {
  // An operator needs no evidence.
  if (hits === 0) return total === 0;
  if (counts.sessions !== hits || hits > trials) return false;
  if (counts.converted + counts.pending + counts.unanswered !== counts.sent || counts.stopped > hits) return false;
  if (habits !== undefined && !Object.values(habits).every(isPossible)) return false;
  const sum = share + adjacency + Math.max(unanswered, faked, 0);
  return total <= sum + NATS_TOLERANCE && total >= sum - MOST_CHOICE_COST;
}

/** No habit counts for more than a factor of ten. */
function isPossible({ count, of, usual, nats }: HabitFound): boolean {
  return count <= of && usual > 0 && usual < 1 && nats <= MOST_HABIT_NATS + NATS_TOLERANCE;
}
