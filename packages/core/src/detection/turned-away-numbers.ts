import type { EpochMilliseconds } from "../brand.ts";
import { shareInOrder, turnAway } from "../containment/turned-away.ts";
import type { Watch } from "../containment/watch.ts";
import type { BlockSuspicion } from "../detectors/block-suspicion.ts";
import { containFrom } from "../detectors/thresholds.ts";
import { SESSION } from "../signals/session-log.ts";
import { attackOdds } from "./attack-odds.ts";
import { CONTAIN_MS } from "./contain-for.ts";
import type { DetectionState } from "./detection-state.ts";
import { openIncident } from "./open-incident.ts";
import type { Passage } from "./passage.ts";
import type { ThresholdChoice } from "./threshold-choice.ts";

/** With so many numbers turned away a scope is looked at, and again with so many times as many. */
const LEAST_LOOKED_AT = 32;
const LOOK_FACTOR = 1.25;

/** What the numbers tell that are turned away: asked for in such numbers, a range is attacked whoever is challenged there. */
export class TurnedAwayNumbers {
  readonly #state: DetectionState;
  readonly #suspicion: BlockSuspicion;
  readonly #thresholds: ThresholdChoice;

  constructor(state: DetectionState, suspicion: BlockSuspicion, thresholds: ThresholdChoice) {
    this.#state = state;
    this.#suspicion = suspicion;
    this.#thresholds = thresholds;
  }

  /** Counts a number that is turned away in all that is watched around it, and contains the smallest that is proved attacked. */
  count(passage: Passage, watch: Watch): void {
    if (watch.contained !== undefined) return;
    this.#countIn(passage, watch);
    for (const wider of this.#state.watches.wider(passage.query.line, watch)) {
      if (watch.contained === undefined) this.#countIn(passage, wider);
    }
  }

  #countIn(passage: Passage, watch: Watch): void {
    const { turnedAway } = watch;
    if (!turnAway(turnedAway, passage.query.line) || turnedAway.numbers < watch.lookFrom) return;
    watch.lookFrom = Math.max(turnedAway.numbers * LOOK_FACTOR, LEAST_LOOKED_AT);
    this.#containProved(passage, watch);
  }

  /** So many are turned away from a block in which nobody was ever verified that hardly any legitimate cluster is like it. */
  #containProved({ query, destination }: Passage, watch: Watch): void {
    const signals = this.#state.signals;
    const { at } = query;
    const { turnedAway } = watch;
    if (!watch.isNew || turnedAway.completed > 0 || !signals.outcomesCount(destination)) return;
    const thresholds = this.#thresholds.for(query);
    const expected = {
      at,
      destination,
      completion: destination.completion.lowShare(signals.completionShare),
      outcomesCount: true,
      allowance: 0,
    };
    // Those that were stopped have no outcome, and would crowd out those that have.
    const reading = this.#suspicion.readBlock(signals, watch.origin, expected, SESSION.stopped);
    if (reading === undefined || reading.converted > 0 || watch.evidence.total < thresholds.watch) return;
    const odds = attackOdds(this.#state.watches.attackedBlocks(at));
    const turned = { numbers: turnedAway.numbers, inOrder: shareInOrder(turnedAway) };
    if (reading.outcome < containFrom(thresholds, turned, odds)) return;
    openIncident(this.#state, watch, query);
    this.#state.watches.contain(watch, "unanswered", at, (at + CONTAIN_MS) as EpochMilliseconds);
  }
}
