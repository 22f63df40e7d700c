import type { NumberValue } from "../numbers/number-plan.ts";
import type { Random } from "../random/random.ts";

/** The verified people of an account in one country: a ring of bounded size, in which the newest replace the oldest. */
export class UserPool {
  readonly #numbers: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#numbers = new Float64Array(capacity);
  }

  get size(): number {
    return this.#count;
  }

  add(number: NumberValue): void {
    this.#numbers[this.#next] = number;
    this.#next = (this.#next + 1) % this.#numbers.length;
    if (this.#count < this.#numbers.length) this.#count += 1;
  }

  /** Somebody: a quarter of the people come back most of the time. Undefined: there is nobody yet. */
  draw(random: Random): NumberValue | undefined {
    if (this.#count === 0) return undefined;
    const place = random.uniform();
    return this.#numbers[Math.floor(place * place * this.#count)];
  }

  /** Somebody, all alike. */
  any(random: Random): NumberValue | undefined {
    return this.#count === 0 ? undefined : this.#numbers[random.integer(this.#count)];
  }

  values(): Iterable<NumberValue> {
    return this.#numbers.subarray(0, this.#count);
  }
}
