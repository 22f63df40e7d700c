import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLines } from "./check-lines.ts";
import type { NumberCheck } from "./check-number.ts";

/** The check itself is the core's; here only the line counts. */
function echo(input: string): NumberCheck {
  return {
    input,
    to: null,
    destination: null,
    type: null,
    possible: false,
    action: "block",
    reason: "number_rejected",
    policyRevision: 0,
  };
}

async function inputsOf(chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const output = new PassThrough();
  const written = text(output);
  await checkLines(
    (async function* () {
      yield* chunks;
    })(),
    output,
    echo,
  );
  output.end();
  return (await written)
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as NumberCheck).input);
}

describe("safeguard check -", () => {
  it("answers every line in order, also empty ones, with LF or CRLF, the last with or without an end", async () => {
    expect(await inputsOf(["+31612345678\r\n\n+1 (212) 555-0100\nlast"])).toEqual([
      "+31612345678",
      "",
      "+1 (212) 555-0100",
      "last",
    ]);
    expect(await inputsOf(["a\nb\n"])).toEqual(["a", "b"]);
    expect(await inputsOf([])).toEqual([]);
  });

  it("sees the same lines however the input is cut, also within a character", async () => {
    const lines = fc.array(
      fc.string({ unit: "grapheme", maxLength: 12 }).map((line) => line.replaceAll(/[\r\n]/g, "")),
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), async (wanted, sizes) => {
        const bytes = Buffer.from(wanted.map((line) => `${line}\n`).join(""));
        const chunks: Buffer[] = [];
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const size = sizes[index % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(await inputsOf(chunks)).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps only the beginning of an endless line", async () => {
    const chunks = Array.from({ length: 50 }, () => "9".repeat(1000));
    const [first = "", ...rest] = await inputsOf([...chunks, "\n+31612345678\n"]);
    expect(first).toHaveLength(4096);
    expect(rest).toEqual(["+31612345678"]);
  });
});
