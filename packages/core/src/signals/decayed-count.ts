const HALF_LIFE_DAYS = 30;

/** A count in which what happened 30 days ago counts half. */
export class DecayedCount {
  #weight = 0;
  #day = 0;

  at(day: number): number {
    const age = day - this.#day;
    return age <= 0 || this.#weight === 0 ? this.#weight : this.#weight * 2 ** (-age / HALF_LIFE_DAYS);
  }

  add(day: number, weight: number): void {
    this.#weight = this.at(day) + weight;
    this.#day = Math.max(day, this.#day);
  }

  snapshot(): readonly number[] {
    return [this.#weight, this.#day];
  }

  static restore([weight = 0, day = 0]: readonly number[]): DecayedCount {
    const count = new DecayedCount();
    count.#weight = weight;
    count.#day = day;
    return count;
  }
}
