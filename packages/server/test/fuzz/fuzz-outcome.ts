import { afterAll } from "vitest";
import { keepOutcome } from "../long-form.ts";

const counts: Record<string, number | string> = {};
const began = performance.now();
let name = "";

/** Counts what one test tried; each file's counts are kept when it ends. */
export function noteFuzz(
  file: string,
  what: string,
  inputs: number,
  more: Readonly<Record<string, number | string>> = {},
): void {
  name = file;
  counts[what] = inputs;
  Object.assign(counts, more);
}

afterAll(() => {
  if (name === "") return;
  keepOutcome(`fuzz-${name}`, {
    title: `Fuzzing: ${name}`,
    command: "npm run test:fuzz",
    about: "Spoilt inputs: no crash, no unhandled rejection, no answer after more than a second, no looser verdict.",
    counts: { ...counts, seconds: Math.round((performance.now() - began) / 1000) },
  });
});
