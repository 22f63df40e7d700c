/** How many times the budget's share one block is checked, and how many messages one false alarm may stop. */
const ALARM_COST = 10;
/** Upper bound on the share of legitimate messages that belong to a legitimate cluster (a roll-out, a launch). */
const CLUSTER_SHARE = 5e-3;
/** Clusters of more new numbers than this are rarer, with the square of their size. */
const CLUSTER_SIZE = 50;
const LEAST_OUTCOME = Math.log(20);
/**
 * The least that the outcomes have to prove where the cluster's size proves the rest: about what the credit's unanswered
 * codes come to.
 */
const LEAST_SILENCE = Math.log(8);
/** One legitimate cluster of twenty is asked for in the order of its numbers, from a list; of scripts most go through them. */
const ORDERLY = Math.log(20);
const MOSTLY = 0.5;

/** From which evidence on something happens, in nats. */
export interface Thresholds {
  /** Total evidence from which a scope is watched: new numbers pass while there is credit. */
  readonly watch: number;
  /** Evidence of the outcomes alone from which, besides, the scope is contained. */
  readonly contain: number;
}

/**
 * The thresholds that keep a false-block budget β (share of legitimate messages). A test that restarts at each hit has at
 * most N/A false alarms in N messages, whatever the number of blocks (e-detectors: Shin, Ramdas and Rinaldo 2024); with
 * A = 10/β and up to ten messages stopped by a false alarm that is β·N. Legitimate clusters are as concentrated as attacks;
 * against them the outcomes alone have to prove it, at their share of the traffic.
 */
export function thresholdsFor(falseBlockBudget: number): Thresholds {
  const watch = Math.log(ALARM_COST / falseBlockBudget);
  return { watch, contain: Math.max(watch + Math.log(CLUSTER_SHARE), LEAST_OUTCOME) };
}

/** Numbers of a scope that were turned away. */
export interface TurnedAwayNumbers {
  readonly numbers: number;
  /** The share of them that was asked for right after its neighbour. */
  readonly inOrder: number;
}

/**
 * Outcome evidence from which a cluster is contained in which nothing was completed and from which so many different numbers
 * were turned away: the more, the less there are legitimate ones like it; and few people ask in the order of their numbers.
 * `odds`: how much likelier attacks are now (nats).
 */
export function containFrom({ contain }: Thresholds, { numbers, inOrder }: TurnedAwayNumbers, odds: number): number {
  const size = 2 * Math.log(Math.max(numbers / CLUSTER_SIZE, 1));
  const order = numbers >= CLUSTER_SIZE && inOrder >= MOSTLY ? ORDERLY : 0;
  return Math.max(contain - size - order - odds, LEAST_SILENCE);
}
