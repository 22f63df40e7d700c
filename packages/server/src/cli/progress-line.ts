import type { Terminal } from "./terminal.ts";

/** How often the line changes, in milliseconds. */
const REDRAW_MS = 200;

/** One line on the error stream that is written over again and again, at a terminal; elsewhere nothing. */
export class ProgressLine {
  readonly #errors: Terminal["errors"];
  readonly #isShown: boolean;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #width = 0;

  constructor({ errors, environment }: Pick<Terminal, "errors" | "environment">) {
    this.#errors = errors;
    this.#isShown = "isTTY" in errors && errors.isTTY === true && environment.get("TERM") !== "dumb";
  }

  /** `text` is asked for only when it is shown. */
  show(text: () => string): void {
    if (!this.#isShown) return;
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    const line = text();
    this.#errors.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#width === 0) return;
    this.#errors.write(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
  }
}
