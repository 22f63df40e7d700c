import { describe, expect, it } from "vitest";
import { sharesIn } from "./shares-in.ts";

describe("the stages of a roll-out, as somebody types them", () => {
  it("are per cents that rise", () => {
    expect(sharesIn("5, 25, 100")).toEqual([5, 25, 100]);
    expect(sharesIn(" 0.5% 10 % ")).toEqual([0.5, 10]);
    expect(sharesIn("")).toEqual([]);
  });

  it("are none where they fall, stand still, are more than all, or are no numbers", () => {
    for (const text of ["25, 5", "5, 5", "101", "0", "-1", "five", "1 2 3 4 5 6 7 8 9 10 11"]) {
      expect(sharesIn(text), text).toBeUndefined();
    }
  });
});
