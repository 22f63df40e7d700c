import { expect, test } from "vitest";
import { plainSentence } from "./plain-sentence.ts";

test("factors and what is not known stand apart from the sentence", () => {
  expect(
    plainSentence(
      "9 of the last 9 new numbers in Sri Lanka fell in +94 760 850 5xx, which normally gets at most 1 in 24,000 (×1.5e32); what became of the codes is not known and was not weighed.",
    ),
  ).toEqual({
    sentence:
      "9 of the last 9 new numbers in Sri Lanka fell in +94 760 850 5xx, which normally gets at most 1 in 24,000.",
    factors: ["×1.5e32"],
    outcomesUnknown: true,
  });
  expect(plainSentence("In +992 00: 6 of 6 codes unanswered (×540).").factors).toEqual(["×540"]);
});
