import { expect, it } from "vitest";
import { createClock } from "./clock.ts";

it("the clock follows the wall clock, and stands still while that goes back", () => {
  const wall = [10, 20, 15, 19, 21];
  const now = createClock(() => wall.shift() ?? 0);
  expect([now(), now(), now(), now(), now()]).toEqual([10, 20, 20, 20, 21]);
});
