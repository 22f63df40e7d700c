import { expect, it } from "vitest";
import type { E164 } from "./e164.ts";
import { operatorOf } from "./operators.ts";

it("names the operator of the original allocation by the longest prefix on record", () => {
  expect(operatorOf("+447510123456" as E164)).toBe("O2");
  expect(operatorOf("+12423571234" as E164)).toBe("BaTelCo");
});

it("says nothing where no record is known", () => {
  expect(operatorOf("+12025550123" as E164)).toBeUndefined();
  expect(operatorOf("+4420794600" as E164)).toBeUndefined();
});
