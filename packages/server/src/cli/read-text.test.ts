import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { CommandFailed } from "./command-failed.ts";
import { readText } from "./read-text.ts";

const folder = mkdtempSync(join(tmpdir(), "safeguard-read-text-"));
const read = (file: string) => readText(file, { input: Readable.from(["from ", "standard input"]) });

it("reads a file, and - as standard input", async () => {
  const file = join(folder, "a.yaml");
  writeFileSync(file, "a: 1\n");
  expect([await read(file), await read("-")]).toEqual(["a: 1\n", "from standard input"]);
});

it("says in words which file there is none of, and what is no file", async () => {
  const missing = join(folder, "none.csv");
  for (const [file, words] of [
    [missing, `${missing} cannot be read: there is no such file.`],
    [folder, `${folder} cannot be read: it is a folder; name a file.`],
  ] as const) {
    const failure = await read(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandFailed);
    expect(failure).toMatchObject({ message: words });
  }
});
