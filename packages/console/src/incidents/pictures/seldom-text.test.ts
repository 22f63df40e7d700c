import { expect, test } from "vitest";
import { seldomText } from "./seldom-text.ts";

test("what is rare is said as the time in which one comes", () => {
  expect(seldomText(0.00092, "en")).toBe("18 hours");
  expect(seldomText(0.00092, "nl")).toBe("18 uur");
  expect(seldomText(1 / 2160, "en")).toBe("36 hours");
  expect(seldomText(1 / 43_200, "en")).toBe("30 days");
  expect(seldomText(0.4, "en")).toBe("3 minutes");
  expect(seldomText(0.5, "en")).toBeUndefined();
  expect(seldomText(0, "en")).toBeUndefined();
});
