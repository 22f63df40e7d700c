import { generator } from "../long-form.ts";

/** Choices that a seed repeats. */
export interface Choices {
  /** 0 to 1, without 1. */
  fraction(): number;
  chance(share: number): boolean;
  /** From the first to the last, both included. */
  whole(first: number, last: number): number;
  one<T>(list: readonly [T, ...T[]]): T;
}

export function choicesOf(seed: number): Choices {
  const fraction = generator(seed);
  const whole = (first: number, last: number): number => first + Math.floor(fraction() * (last - first + 1));
  return {
    fraction,
    chance: (share) => fraction() < share,
    whole,
    one: (list) => list[whole(0, list.length - 1)] ?? list[0],
  };
}
