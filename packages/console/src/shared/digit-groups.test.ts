import { expect, test } from "vitest";
import { digitGroups, spacedNumbers } from "./digit-groups.ts";

test.each([
  ["+31612345678", "+31 612 345 678"],
  ["+31612345•••", "+31 612 345 •••"],
  ["+3161234xxxx", "+31 612 34x xxx"],
  ["+12125550123", "+1 212 555 0123"],
  ["+99200123xxxx", "+992 001 23x xxx"],
  ["+79161234567", "+7 916 123 4567"],
  ["+8801712345678", "+880 171 234 5678"],
  ["+316", "+316"],
  ["+3161", "+31 61"],
  ["+31612", "+31 612"],
])("%s is shown as %s", (number, shown) => {
  expect(spacedNumbers(number).replaceAll("\u202f", " ")).toBe(shown);
});

test("numbers within a text are grouped, and nothing else of it", () => {
  const text = "From +31612345678 to +4915112345•••, 12345678 times; +5 % of A+123.";
  const parts = digitGroups(text);
  expect(parts.map(({ text: between, groups }) => between + groups.join("")).join("")).toBe(text);
  expect(parts.flatMap(({ groups }) => (groups.length === 0 ? [] : [groups.join(" ")]))).toEqual([
    "+31 612 345 678",
    "+49 151 123 45• ••",
  ]);
});

test("a range that is grouped already stays as it is", () => {
  expect(spacedNumbers("fell in +992 001 23x xxx, which")).toBe("fell in +992 001 23x xxx, which");
});
