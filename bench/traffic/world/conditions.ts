/** What happens to delivery and to people while a condition lasts. */
export interface Effect {
  /** Multiplies the probability that a person completes. */
  readonly conversion: number;
  /** Milliseconds that every message arrives later: from, to. */
  readonly delay: readonly [number, number];
  /**
   * Delivery reports: as usual, none, `failing` (most say nothing), or `faked` (delivered after about a second, whatever
   * became of the message).
   */
  readonly reports: "usual" | "none" | "failing" | "faked";
  /** People complete by a link that they open later: minutes, not seconds. */
  readonly slow: boolean;
}

/** An effect on some traffic for some time. */
export interface Condition extends Effect {
  /** The event that its rows are labelled with. */
  readonly event: string;
  readonly from: number;
  readonly until: number;
  /** Undefined: everywhere. */
  readonly destination: string | undefined;
  /** Index of the operator that serves the person, after porting; undefined: all. */
  readonly operator: number | undefined;
}

export const USUAL: Effect = { conversion: 1, delay: [0, 0], reports: "usual", slow: false };

/** The conditions of a world. Where several hold at once, the first listed counts. */
export class Conditions {
  readonly #all: readonly Condition[];

  constructor(all: readonly Condition[]) {
    this.#all = all;
  }

  at(time: number, destination: string, operator: number): Condition | undefined {
    for (const condition of this.#all) {
      if (
        time >= condition.from &&
        time < condition.until &&
        (condition.destination === undefined || condition.destination === destination) &&
        (condition.operator === undefined || condition.operator === operator)
      ) {
        return condition;
      }
    }
    return undefined;
  }
}
