import { Fifo } from "../fifo.ts";

/** Questions get at least so long in each turn of the event loop. */
const LEAST_MS = 2;

/**
 * Questions to the store, first come first served, for a while in each turn of its thread's event loop: a commit that came
 * meanwhile, for which somebody waits, is behind a few of them and not behind hundreds. In each turn they get as long as the
 * last commit took: half of the thread, however fast commits follow each other, or what waits for an answer would pile up.
 */
export class QuestionQueue {
  readonly #waiting = new Fifo<() => void>();
  readonly #lastCommitMs: () => number;
  #isAsking = false;

  constructor(lastCommitMs: () => number) {
    this.#lastCommitMs = lastCommitMs;
  }

  add(ask: () => void): void {
    this.#waiting.push(ask);
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askNextTurn();
  }

  #askNextTurn(): void {
    setImmediate(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const end = performance.now() + Math.max(LEAST_MS, this.#lastCommitMs());
    do {
      this.#waiting.shift()?.();
      // What is asked goes on in microtasks: their time counts.
      await undefined;
    } while (this.#waiting.length > 0 && performance.now() < end);
    if (this.#waiting.length > 0) this.#askNextTurn();
    else this.#isAsking = false;
  }
}
