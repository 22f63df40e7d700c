/** First in, first out; an array whose `shift` would move everything each time. */
export class Fifo<T> {
  #items: T[] = [];
  #next = 0;

  get length(): number {
    return this.#items.length - this.#next;
  }

  get first(): T | undefined {
    return this.#items[this.#next];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#next];
    if (this.length > 0) this.#next += 1;
    // What is taken is let go when it is the larger half: so each item is moved once at the most.
    if (this.#next > 32 && this.#next * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }
}
