import { BLOCK_LEVELS, blockKey, blockRange, levelOfKey } from "../signals/block-table.ts";
import type { Watch } from "./watch.ts";

/** Watches whose last numbers lie in one stretch of so many are looked at together. */
const STRETCH = 64;

/** Finds watches by what is near, above and beside them: there may be thousands, and each message asks. Follows from them. */
export class WatchIndex {
  /** In the order in which they were begun. */
  readonly #place: Map<Watch, number> = new Map();
  /** By each block that has them as parts, at any level. */
  readonly #parts: Map<number, Set<Watch>> = new Map();
  readonly #ofDestination: Map<number, Set<Watch>> = new Map();
  /** By the stretch of their last number. */
  readonly #lately: Map<number, Set<Watch>> = new Map();
  #next = 0;

  /** `instead`: takes this one's place. */
  add(watch: Watch, instead?: Watch): void {
    this.#place.set(watch, (instead && this.#place.get(instead)) ?? this.#next++);
    if (instead !== undefined) this.remove(instead);
    for (const parent of parentsOf(watch.key)) put(this.#parts, parent, watch);
    put(this.#ofDestination, watch.destination, watch);
    put(this.#lately, stretchOf(watch.lastLine), watch);
  }

  remove(watch: Watch): void {
    this.#place.delete(watch);
    for (const parent of parentsOf(watch.key)) take(this.#parts, parent, watch);
    take(this.#ofDestination, watch.destination, watch);
    take(this.#lately, stretchOf(watch.lastLine), watch);
  }

  /** The watch is of another destination, or of none that is known. */
  moveTo(watch: Watch, destination: number): void {
    take(this.#ofDestination, watch.destination, watch);
    watch.destination = destination;
    put(this.#ofDestination, destination, watch);
  }

  /** The newest number that was asked for in it. */
  sawLast(watch: Watch, line: number): void {
    const [before, after] = [stretchOf(watch.lastLine), stretchOf(line)];
    watch.lastLine = line;
    if (before === after || !this.#place.has(watch)) return;
    take(this.#lately, before, watch);
    put(this.#lately, after, watch);
  }

  /** Watched parts of a block, at any level below it, the first begun first. */
  partsOf(parent: number): Iterable<Watch> {
    return this.#parts.get(parent) ?? NONE;
  }

  ofDestination(destination: number): Iterable<Watch> {
    return this.#ofDestination.get(destination) ?? NONE;
  }

  /** Of the watches whose last number is at most `distance` away (up to 64) and that fit, the one that was begun first. */
  near(line: number, distance: number, fits: (watch: Watch) => boolean): Watch | undefined {
    let first: Watch | undefined;
    let place = Number.POSITIVE_INFINITY;
    for (let stretch = stretchOf(line - distance); stretch <= stretchOf(line + distance); stretch++) {
      for (const watch of this.#lately.get(stretch) ?? NONE) {
        if (Math.abs(watch.lastLine - line) > distance || !fits(watch)) continue;
        const its = this.#place.get(watch) ?? Number.POSITIVE_INFINITY;
        if (its < place) [first, place] = [watch, its];
      }
    }
    return first;
  }
}

const NONE: readonly Watch[] = [];

function stretchOf(line: number): number {
  return Math.floor(line / STRETCH);
}

/** The larger blocks around a watched one. Of new blocks all over a destination: none. */
function parentsOf(key: number): readonly number[] {
  if (key < 0) return [];
  const { first } = blockRange(key);
  const parents: number[] = [];
  for (let level = levelOfKey(key) + 1; level < BLOCK_LEVELS; level++) parents.push(blockKey(first, level));
  return parents;
}

function put(index: Map<number, Set<Watch>>, at: number, watch: Watch): void {
  const there = index.get(at);
  if (there === undefined) index.set(at, new Set([watch]));
  else there.add(watch);
}

function take(index: Map<number, Set<Watch>>, at: number, watch: Watch): void {
  const there = index.get(at);
  if (there === undefined) return;
  there.delete(watch);
  if (there.size === 0) index.delete(at);
}
