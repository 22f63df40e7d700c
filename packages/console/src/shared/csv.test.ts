import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("cells with commas, quotes and line ends are quoted; what is not there is empty", () => {
  expect(
    csvOf(
      ["a", "b"],
      [
        ['he said "x, y"', null],
        ["two\nlines", 3],
      ],
    ),
  ).toBe('\uFEFFa,b\r\n"he said ""x, y""",\r\n"two\nlines",3\r\n');
});

test("no cell is a formula, and numbers of phones stay numbers", () => {
  const [, row] = csvOf(["x"], [["=1+1"]]).split("\r\n");
  expect(row).toBe("'=1+1");
  expect(
    csvOf(["x"], [["+992 00 123 xxxx"], ["+99200123•••"], ["+cmd|1"], ["@SUM"]])
      .split("\r\n")
      .slice(1, 5),
  ).toEqual(["+992 00 123 xxxx", "+99200123•••", "'+cmd|1", "'@SUM"]);
});

test("nor is it one after spaces or line ends, in wide letters, or after what ends a cell elsewhere", () => {
  const rowOf = (cell: string) => csvOf(["x"], [[cell]]).slice("\uFEFFx\r\n".length, -2);
  expect(rowOf(" =1+1")).toBe("' =1+1");
  expect(rowOf("\n=1+1")).toBe(`"'\n=1+1"`);
  expect(rowOf("\uff1d1+1")).toBe("'\uff1d1+1");
  expect(rowOf("x;=1+1")).toBe('"x;=1+1"');
  expect(rowOf("x\t=1+1")).toBe('"x\t=1+1"');
});
