import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BareDigits } from "./bare-digits.ts";
import { openTraffic } from "./open-traffic.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";

function bareDigits(numbers: readonly string[]): BareDigits {
  const bare = new BareDigits();
  for (const number of numbers) bare.add(Buffer.from(number), 0, number.length);
  return bare;
}

async function read(numbers: readonly string[]) {
  using folder = scratchFolder();
  const rows = numbers.map((to, at) => `${1_767_225_600 + at},${to}\n`);
  await using traffic = await openTraffic(folder.file("traffic.csv", `time,to\n${rows.join("")}`));
  const found: string[] = [];
  for await (const batch of traffic.batches()) {
    for (const { recipient, rejected } of batch) found.push(recipient?.e164 ?? rejected ?? "");
  }
  return { found, assumptions: traffic.recognition.assumptions.join(" ") };
}

const hundred = <T>(make: (at: number) => T): readonly T[] => Array.from({ length: 100 }, (_, at) => make(at));
const british = (at: number): string => `4479001${String(10_000 + at * 37)}`;

describe("numbers that are digits alone", () => {
  it("are international where the file as a whole shows it, also those in no assigned range", async () => {
    const { found, assumptions } = await read([...hundred(british), "923467323412", "9920012345678"]);
    expect(found.slice(0, 100)).toEqual(hundred((at) => `+${british(at)}`));
    expect(found[100]).toBe("+923467323412");
    expect(assumptions).toMatch(/10[12] numbers without a plus are read as international ones: (?:all|\d\d %) of them/);
  });

  it("are international beside numbers with a plus or the exit code", async () => {
    expect((await read(["447900112345", "+31612345678", "0031612345678"])).found).toEqual([
      "+447900112345",
      "+31612345678",
      "+31612345678",
    ]);
  });

  it.each([
    ["American", (at: number) => `${["202", "312", "415", "617", "702", "917"][at % 6]}555${1000 + at}`],
    ["British, as a spreadsheet leaves them", (at: number) => `79001${10_000 + at * 37}`],
    ["German, as a spreadsheet leaves them", (at: number) => `151${20_000_000 + at * 7_919}`],
    ["Dutch, as a spreadsheet leaves them", (at: number) => `61${2_000_000 + at * 7_919}`],
  ])("stay refused where they are national: %s", async (_, national) => {
    const { found, assumptions } = await read(hundred(national));
    expect(new Set(found)).toEqual(new Set(["number_not_international"]));
    expect(assumptions).not.toContain("without a plus");
  });

  it("stay refused where some are national", async () => {
    const { found } = await read([...hundred(british).slice(0, 60), ...hundred(british).map((to) => to.slice(2))]);
    expect(new Set(found)).toEqual(new Set(["number_not_international"]));
  });

  it("of so few that shares prove nothing must all be right", () => {
    expect(bareDigits(["447900112345"]).areInternational).toBe(true);
    expect(bareDigits(["447900112345", "7900112345"]).areInternational).toBe(false);
    expect(bareDigits([]).areInternational).toBe(false);
  });

  it("are no numbers with a leading zero, nor what a spreadsheet made of one", async () => {
    expect((await read(["0612345678", "4.47911E+11", ...hundred(british)])).found.slice(0, 2)).toEqual([
      "number_not_international",
      "number_character",
    ]);
  });

  it("never change what a number with a plus is", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[+0]\d{6,14}$/)), (numbers) => {
        expect(bareDigits(numbers).count).toBe(0);
      }),
    );
  });
});
