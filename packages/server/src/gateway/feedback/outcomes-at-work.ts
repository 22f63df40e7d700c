/**
 * Outcomes that are being recorded, and that a look into the store may not have seen yet: kept from when they are given to
 * the journal until every look that began before they were durable has ended.
 */
export class OutcomesAtWork {
  readonly #atWork = new Map<string, Promise<void>>();
  /** Looks that have begun and not ended, in that order. */
  readonly #looks = new Set<number>();
  #lastLook = 0;
  /** Durable, and how many looks had begun by then; in that order. */
  readonly #durable: { readonly outcomes: readonly string[]; readonly lastLook: number }[] = [];

  /** Resolves when the outcome is durable; undefined: it is not at work. */
  find(outcome: string): Promise<void> | undefined {
    return this.#atWork.get(outcome);
  }

  add(outcomes: readonly string[], durable: Promise<void>): void {
    for (const outcome of outcomes) this.#atWork.set(outcome, durable);
    // (a journal that cannot be written takes nothing more, so that nothing need be forgotten)
    durable.then(
      () => {
        this.#durable.push({ outcomes, lastLook: this.#lastLook });
        this.#forget();
      },
      () => undefined,
    );
  }

  beginLook(): number {
    this.#looks.add(++this.#lastLook);
    return this.#lastLook;
  }

  endLook(look: number): void {
    this.#looks.delete(look);
    this.#forget();
  }

  #forget(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.#looks;
    while (this.#durable[0] !== undefined && this.#durable[0].lastLook < oldest) {
      for (const outcome of this.#durable.shift()?.outcomes ?? []) this.#atWork.delete(outcome);
    }
  }
}
