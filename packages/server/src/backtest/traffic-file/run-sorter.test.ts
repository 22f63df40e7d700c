import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunSorter, sortedOrder } from "./run-sorter.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";

function sorted(entries: readonly (readonly [number, string])[], runBytes: number, folder?: string) {
  const sorter = new RunSorter({ runBytes, scratchDirectory: folder });
  try {
    for (const [key, text] of entries) {
      const bytes = Buffer.from(text);
      const at = sorter.reserve(bytes.length + 5);
      bytes.copy(sorter.bytes, at);
      sorter.commit(key, at + bytes.length);
    }
    sorter.merge();
    const result: [number, string][] = [];
    while (sorter.next()) result.push([sorter.key, sorter.bytes.toString("utf8", sorter.start, sorter.stop)]);
    expect(sorter.next()).toBe(false);
    return result;
  } finally {
    sorter.close();
  }
}

const anyKey = fc.oneof(
  fc.nat(20),
  fc.integer({ min: 0, max: 2 ** 47 }),
  fc.integer({ min: 1.7e12, max: 1.7e12 + 1e6 }),
);

describe("RunSorter", () => {
  it("sorts as Array.sort does, in memory and over many runs; equal keys stay in order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            anyKey,
            fc.string({ maxLength: 30 }).filter((text) => text.isWellFormed()),
          ),
          { maxLength: 200 },
        ),
        fc.constantFrom(40, 300, 3000, 1_000_000),
        (entries, runBytes) => {
          expect(sorted(entries, runBytes)).toEqual(entries.toSorted(([a], [b]) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes entries that are larger than its memory, or empty", () => {
    const large = "x".repeat(300_000);
    expect(
      sorted(
        [
          [2, large],
          [1, ""],
          [0, large],
        ],
        1000,
      ),
    ).toEqual([
      [0, large],
      [1, ""],
      [2, large],
    ]);
  });

  it("merges runs that do not fit into what is read of them at once", () => {
    const entries = Array.from({ length: 20_000 }, (_, at) => [(at * 7919) % 20_000, "y".repeat(at % 90)] as const);
    expect(sorted(entries, 500_000)).toEqual(entries.toSorted(([a], [b]) => a - b));
  });

  it("leaves no name on the disk while it works", () => {
    using folder = scratchFolder();
    const sorter = new RunSorter({ runBytes: 100, scratchDirectory: folder.path });
    for (let key = 0; key < 100; key += 1) sorter.commit(key, sorter.reserve(10) + 10);
    expect(readdirSync(folder.path)).toEqual([]);
    sorter.close();
  });

  it("says what to do when nothing can be written", () => {
    expect(() =>
      sorted(
        Array.from({ length: 50 }, (_, key) => [key, "z"] as const),
        20,
        "/nowhere/at/all",
      ),
    ).toThrow(expect.objectContaining({ code: "scratch_failed", message: expect.stringContaining("TMPDIR") }));
  });
});

describe("sortedOrder", () => {
  it("gives the places of the keys in ascending order", () => {
    fc.assert(
      fc.property(fc.array(anyKey), (keys) => {
        const places = keys.map((_, at) => at).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
        expect([...sortedOrder(Float64Array.from(keys), keys.length)]).toEqual(places);
      }),
    );
  });
});
