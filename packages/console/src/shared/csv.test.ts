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
