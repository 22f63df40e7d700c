/** What waits for its time: a binary heap, earliest first, and among equal times first in, first out. */
export class TimeQueue<T> {
  readonly #heap: Waiting<T>[] = [];
  #pushed = 0;

  /** Infinity where nothing waits. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, item: T): void {
    const waiting: Waiting<T> = { at, order: this.#pushed++, item };
    let place = this.#heap.length;
    this.#heap.push(waiting);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above];
      if (other === undefined || isBefore(other, waiting)) break;
      this.#heap[place] = other;
      place = above;
    }
    this.#heap[place] = waiting;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.item;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let least = heap[below];
      if (least === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, least)) {
        least = right;
        below += 1;
      }
      if (isBefore(last, least)) break;
      heap[place] = least;
      place = below;
    }
    heap[place] = last;
    return first.item;
  }
}

interface Waiting<T> {
  readonly at: number;
  readonly order: number;
  readonly item: T;
}

function isBefore(a: Waiting<unknown>, b: Waiting<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
