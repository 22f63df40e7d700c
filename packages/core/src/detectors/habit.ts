/** No habit's factor is more than ten. */
export const MOST_HABIT_NATS: number = Math.log(10);
/** Half of those who fake completions are reckoned not to have the habit: what speaks against it halves the evidence at most. */
const HALF = 0.5;

/** What was found of one habit: `count` of `of` cases were as a script's always are. */
export interface HabitFound {
  readonly count: number;
  readonly of: number;
  /** The share of people's cases that are, as reckoned with. */
  readonly usual: number;
  /** Natural logarithm of its factor. */
  readonly nats: number;
}

/** Something that a script always does, and people not always: a likelihood ratio over the cases that were seen. */
export class Habit {
  /** The share of people's cases that are as a script's; undefined: not known, and the factor is 1. */
  usual: number | undefined;
  /** Of the cases so far (nats, not bounded). */
  sum = 0;
  of = 0;
  count = 0;
  /** The logarithms below are of this share. */
  #logsOf: number | undefined;
  #isSo = 0;
  #isNot = 0;

  /** `underAttack`: the share of a script's cases that are so. */
  begin(usual: number | undefined, underAttack: number): void {
    this.usual = usual;
    this.sum = 0;
    this.of = 0;
    this.count = 0;
    if (usual === undefined || usual === this.#logsOf) return;
    this.#logsOf = usual;
    this.#isSo = Math.log(underAttack / usual);
    this.#isNot = Math.log((1 - underAttack) / (1 - usual));
  }

  add(isSo: boolean): void {
    this.sum += isSo ? this.#isSo : this.#isNot;
    this.of++;
    if (isSo) this.count++;
  }

  /** Undefined: not known, or never seen. */
  found(nats: number): HabitFound | undefined {
    const { usual, count, of } = this;
    return usual === undefined || of === 0 ? undefined : { count, of, usual, nats };
  }
}

/** Exactly 0 where nothing was seen. */
export function boundedNats(sum: number): number {
  return sum === 0 ? 0 : Math.min(Math.log(HALF + (1 - HALF) * Math.exp(sum)), MOST_HABIT_NATS);
}
