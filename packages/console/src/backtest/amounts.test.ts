import { expect, test } from "vitest";
import { moneyOf } from "./amounts.ts";

test("amounts of a file are written as money, and what is no currency is left out", () => {
  expect(moneyOf({ USD: 130_745_000, toString: 5, "": 7 })).toEqual([{ amount: "130.745", currency: "USD" }]);
});
