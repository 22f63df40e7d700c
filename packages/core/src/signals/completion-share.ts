const PRIOR_WEIGHT = 30;
/** Beyond so many, older ones count half. */
const MEMORY = 5_000;
/** The share is reckoned on the low side, so that unanswered codes prove rather too little. */
const MARGIN = 0.08;
const FLOOR = 0.2;
const LEAST_OF_PRIOR = 0.65;

/** What share of new numbers completes its verification, where nothing is suspected. */
export class CompletionShare {
  #sessions = 0;
  #converted = 0;

  observe(converted: boolean): void {
    this.#sessions++;
    if (converted) this.#converted++;
    if (this.#sessions > MEMORY) {
      this.#sessions /= 2;
      this.#converted /= 2;
    }
  }

  get observed(): number {
    return this.#sessions;
  }

  /** Drawn towards `prior` while little was seen. */
  share(prior: number): number {
    return (this.#converted + PRIOR_WEIGHT * prior) / (this.#sessions + PRIOR_WEIGHT);
  }

  /** Never far below `prior`: an attack that was not seen yet would lower its own yardstick. */
  lowShare(prior: number): number {
    return Math.min(Math.max(this.share(prior) - MARGIN, LEAST_OF_PRIOR * prior, FLOOR), 0.95);
  }

  snapshot(): readonly number[] {
    return [this.#sessions, this.#converted];
  }

  static restore([sessions = 0, converted = 0]: readonly number[]): CompletionShare {
    const share = new CompletionShare();
    share.#sessions = sessions;
    share.#converted = converted;
    return share;
  }
}
