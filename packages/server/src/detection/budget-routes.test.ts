import { afterAll, beforeAll, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import type { BudgetConsequences } from "./budget-routes.ts";

let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard();
  for (const to of ["+31612345678", "+31612345679"]) {
    await safeguard.api("POST", "/v1/messages", { to, from: "Shop", text: "x" });
  }
});
afterAll(() => safeguard.stop());

const ask = (query: string) => safeguard.api("GET", `/v1/detection/budget?${query}`);

it("a budget is what it may cost at most in the account's own traffic, and a smaller one asks for more evidence", async () => {
  const { status, body } = await ask("falseBlockBudget=0.001");
  const strict = body as BudgetConsequences;
  expect([status, strict]).toMatchObject([200, { days: 30, ordinary: 2, stoppedAtMost: 0.002, scoreThreshold: 50 }]);
  expect(strict.incidents).toEqual({ found: 0, reached: 0, falseAlarms: 0, falseAlarmsReached: 0 });
  const careful = (await ask("falseBlockBudget=0.00001")).body as BudgetConsequences;
  expect(careful.odds / strict.odds).toBeCloseTo(100);
  expect(((await ask("falseBlockBudget=0.001&scoreThreshold=100")).body as BudgetConsequences).odds).toBeCloseTo(
    strict.odds ** 2,
    -3,
  );
});

it("is no other than policies may have", async () => {
  expect(await ask("falseBlockBudget=0.1")).toMatchObject({ status: 400 });
  expect(await ask("")).toMatchObject({ status: 400 });
});
