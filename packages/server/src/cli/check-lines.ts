import { once } from "node:events";
import type { NumberCheck } from "./check-number.ts";

/** Far longer than any spelling of a number; the rest of such a line is dropped, so that memory stays the same. */
const LONGEST_LINE = 4096;
/** Answers are written in pieces of about this many characters. */
const PIECE = 64 * 1024;

/**
 * Reads numbers, one a line, and writes one JSON line for each, in order. Lines end with LF or CRLF; an empty one
 * is no number, and is answered like any other. Needs the same memory for any length of input.
 */
export async function checkLines(
  input: AsyncIterable<Buffer | string>,
  output: NodeJS.WritableStream,
  check: (number: string) => NumberCheck,
): Promise<void> {
  let pending = "";
  const answerLine = (line: string): void => {
    pending += `${JSON.stringify(check(line.endsWith("\r") ? line.slice(0, -1) : line))}\n`;
  };
  const flush = async (): Promise<void> => {
    const piece = pending;
    pending = "";
    if (piece !== "" && !output.write(piece)) await once(output, "drain");
  };

  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of input) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      answerLine(limited(rest, text.slice(from, end)));
      rest = "";
      from = end + 1;
      if (pending.length >= PIECE) await flush();
    }
    rest = limited(rest, text.slice(from));
  }
  rest = limited(rest, decoder.decode());
  if (rest !== "") answerLine(rest);
  await flush();
}

function limited(line: string, more: string): string {
  return line.length >= LONGEST_LINE ? line : (line + more).slice(0, LONGEST_LINE);
}
