/**
 * What waits for its time: a binary heap, earliest first, and among equal times first in, first out. In columns, so that
 * nothing is made for what waits and finding its place reads numbers alone.
 */
export class TimeQueue<Item> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: Item[] = [];
  #pushed = 0;

  /** When the next one's time is; infinity where nothing waits. */
  get nextAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, item: Item): void {
    const order = this.#pushed++;
    let place = this.#items.length;
    this.#set(place, at, order, item);
    for (; place > 0; place = (place - 1) >> 1) {
      const above = (place - 1) >> 1;
      if (this.#isBefore(above, at, order)) break;
      this.#copy(above, place);
    }
    this.#set(place, at, order, item);
  }

  /** Takes out the next one; undefined: nothing waits. */
  pop(): Item | undefined {
    const first = this.#items[0];
    const at = this.#times.pop();
    const order = this.#orders.pop();
    const item = this.#items.pop();
    const count = this.#items.length;
    if (count === 0 || at === undefined || order === undefined || item === undefined) return first;
    let place = 0;
    for (let below = 1; below < count; below = 2 * place + 1) {
      const right = below + 1;
      if (right < count && this.#isBefore(right, this.#times[below] ?? 0, this.#orders[below] ?? 0)) below = right;
      if (!this.#isBefore(below, at, order)) break;
      this.#copy(below, place);
      place = below;
    }
    this.#set(place, at, order, item);
    return first;
  }

  #isBefore(place: number, at: number, order: number): boolean {
    const other = this.#times[place] ?? 0;
    return other < at || (other === at && (this.#orders[place] ?? 0) < order);
  }

  #set(place: number, at: number, order: number, item: Item): void {
    this.#times[place] = at;
    this.#orders[place] = order;
    this.#items[place] = item;
  }

  #copy(from: number, to: number): void {
    this.#set(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, this.#items[from] as Item);
  }
}
