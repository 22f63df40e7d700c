import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters, styleText } from "node:util";
import type { Environment } from "../config/environment.ts";

export type Tone = "bold" | "dim" | "red" | "green" | "yellow";

/** The streams that a command reads and writes: answers to `output`, everything else to `errors`. */
export interface Terminal {
  readonly environment: Environment;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** A person sits at both ends, so a question can be asked. */
  readonly interactive: boolean;
  /** `output` shows colours. */
  readonly colour: boolean;
}

/** `NO_COLOR` (any value), `TERM=dumb` and a stream that is no terminal each turn colour off. */
export function processTerminal(environment: Environment): Terminal {
  const plain = environment.get("NO_COLOR") !== undefined || environment.get("TERM") === "dumb";
  return {
    environment,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    colour: process.stdout.isTTY === true && !plain,
  };
}

export function tinted(terminal: Pick<Terminal, "colour">, tone: Tone, text: string): string {
  return terminal.colour ? styleText(tone, text, { validateStream: false }) : text;
}

/** Text from elsewhere (a note, a reason, a provider's answer) without what could steer a terminal. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
