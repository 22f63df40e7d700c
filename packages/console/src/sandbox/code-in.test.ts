import { expect, test } from "vitest";
import { codeIn } from "./code-in.ts";

test.each([
  ["Your code is 123456", "123456"],
  ["1234 is your code. Call +31612345678.", "1234"],
  ["<#> 48213009: do not share", "48213009"],
  ["Call +31612345678", undefined],
  ["You won 1,000,000.00", undefined],
  ["Hello", undefined],
])("%s", (text, code) => {
  expect(codeIn(text)).toBe(code);
});
