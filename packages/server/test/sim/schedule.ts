import { type Choices, choicesOf } from "./choices.ts";

interface Planned {
  readonly time: number;
  /** Of two at one time the lower goes first: drawn, so that every order comes up. */
  readonly tie: number;
  readonly call: () => void;
}

/** Everything that is to happen, in the order of its time. Nothing in a simulation happens otherwise. */
export class Schedule {
  readonly #choices: Choices;
  readonly #heap: Planned[] = [];
  /** Milliseconds since the simulation began, by a clock that nobody sets. */
  elapsed = 0;

  constructor(seed: number) {
    this.#choices = choicesOf(seed ^ 0x5bd1e995);
  }

  after(milliseconds: number, call: () => void): void {
    const planned = { time: this.elapsed + Math.max(0, milliseconds), tie: this.#choices.fraction(), call };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(planned);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(planned, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = planned;
  }

  /** Lets the next thing happen. False: nothing is planned. */
  next(): boolean {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return false;
    if (heap.length > 0) this.#sink(last);
    this.elapsed = Math.max(this.elapsed, first.time);
    first.call();
    return true;
  }

  #sink(planned: Planned): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        below = right;
        child++;
      }
      if (!isBefore(below, planned)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = planned;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.time < b.time || (a.time === b.time && a.tie < b.tie);
}
