import { expect, test } from "vitest";
import { endText, numberText } from "./number-text.ts";

const line = { prefix: "+99200123", size: 10_000 };

test("numbers of a line are written whole, or without what is masked", () => {
  expect(numberText(line, 4_007, false)).toBe("+992001234007");
  expect(numberText(line, 4_007, true)).toBe("+99200123400x");
  expect(numberText(line, 0, false)).toBe("+992001230000");
  expect(numberText(line, -1, false)).toBe("+992001229999");
  expect(endText(line, 4_000, true)).toBe("…3400x");
});
