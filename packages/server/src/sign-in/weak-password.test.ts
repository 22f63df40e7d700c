import { describe, expect, test } from "vitest";
import { COMMON_PASSWORDS } from "./common-passwords.ts";
import { weaknessOf } from "./weak-password.ts";

const ANN = ["ann.example@shop.example", "Ann Example", "Web shop"];

describe("a password", () => {
  test("is not one of the 3,000 commonest that are long enough, in whatever case", () => {
    expect(COMMON_PASSWORDS.size).toBe(3000);
    for (const common of ["qwerty123456", "QWERTYqwerty", "1q2w3e4r5t6y", "finalfantasy", "unbelievable"])
      expect([common, weaknessOf(common, [])]).toEqual([common, "common"]);
  });

  test("is no row of few characters, and no way over the keyboard", () => {
    for (const simple of [
      "zäzäzäzäzäzäzäzä",
      "xyxyxyxyxyxyxyxy",
      "23456789012345",
      "mnbvcxzlkjhgf",
      "nopqrstuvwxyzabc",
    ])
      expect([simple, weaknessOf(simple, [])]).toEqual([simple, "simple"]);
  });

  test("is more than the person's name, address or business, or the product's name", () => {
    for (const known of ["Ann-Example-2027", "safeguard2027!", "EXAMPLE shop 1"])
      expect([known, weaknessOf(known, ANN)]).toEqual([known, "known"]);
    expect(weaknessOf("example of a long sentence", ANN)).toBeUndefined();
  });

  test("that is none of these is taken, whatever its characters", () => {
    for (const good of [
      "correct horse battery",
      "ζεύγος λέξεων τρία",
      "🐎🔋🧷📎🪁🧵🪣🧹🧲🪜🧪🧯",
      "            x y z w",
    ])
      expect([good, weaknessOf(good, ANN)]).toEqual([good, undefined]);
  });
});
