const MOST_REMEMBERED = 10_000;

/** What was told lately, so that what comes and goes is not told each time. Forgotten with the process: then it is told once more. */
export class RecentlyTold {
  readonly #told = new Map<string, number>();

  /** May it be told (again) now? A yes counts as told. */
  mayTell(about: string, at: number, againAfterMs: number): boolean {
    const before = this.#told.get(about);
    if (before !== undefined && at - before < againAfterMs) return false;
    this.#told.delete(about);
    this.#told.set(about, at);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= MOST_REMEMBERED) break;
      this.#told.delete(oldest);
    }
    return true;
  }
}
