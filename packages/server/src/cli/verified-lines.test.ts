import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readVerifiedLines, type VerifiedLine } from "./verified-lines.ts";

async function read(text: string): Promise<VerifiedLine[]> {
  const lines: VerifiedLine[] = [];
  for await (const line of readVerifiedLines(Readable.from([Buffer.from(text)]))) lines.push(line);
  return lines;
}

describe("a file of verified numbers", () => {
  test("is one number a line, empty ones left out, lines counted from 1", async () => {
    expect(await read("\ufeff+31612345678\r\n\n +31 6 8765 4321 \nhello")).toEqual([
      { line: 1, entry: { to: "+31612345678" } },
      { line: 3, entry: { to: "+31 6 8765 4321" } },
      { line: 4, entry: { to: "hello" } },
    ]);
  });

  test.each([",", ";", "\t"])("is CSV with columns in any order, by %j", async (separator) => {
    const rows = [
      ["Verified_At", "name", "Number", "LAST_VERIFIED_AT"],
      ["2026-11-01", '"Doe, ""Jane""; x"', "+31612345678", "2026-11-20"],
      ["", "John", '"+31687654321"', ""],
      ["2026-11-02"],
    ];
    expect(await read(rows.map((row) => row.join(separator)).join("\n"))).toEqual([
      { line: 2, entry: { to: "+31612345678", verifiedAt: "2026-11-01", lastVerifiedAt: "2026-11-20" } },
      { line: 3, entry: { to: "+31687654321" } },
      { line: 4, entry: { to: "", verifiedAt: "2026-11-02" } },
    ]);
  });

  test("may have one column with its name", async () => {
    expect(await read("to\n+31612345678")).toEqual([{ line: 2, entry: { to: "+31612345678" } }]);
  });

  test("with columns that are not named is refused, and says what is right", async () => {
    await expect(read("+31612345678,2026-11-01\n")).rejects.toMatchObject({
      message: expect.stringContaining("none is named to or number"),
      hints: [expect.stringContaining("number,verified_at")],
    });
  });
});
