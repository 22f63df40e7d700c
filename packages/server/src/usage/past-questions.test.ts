import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import type { FittingLimitView } from "../limits/fitting-routes.ts";
import type { RangeUsage } from "./range-usage-routes.ts";

let safeguard: TestSafeguard;

beforeAll(async () => {
  safeguard = await startSafeguard();
  for (const [to, from] of [
    ["+31653123401", "Shop"],
    ["+31653123401", "Shop"],
    ["+31653123402", "Bank"],
    ["+31612345678", "Shop"],
    ["+881612345678", "Shop"],
  ]) {
    const { body } = await safeguard.api("POST", "/v1/messages", { to, from, text: "x" });
    const { id } = body as { id: string };
    if (to?.endsWith("02")) await safeguard.api("POST", "/v1/events", { id, kind: "verified" });
  }
});
afterAll(() => safeguard.stop());

const ask = async <T>(path: string): Promise<T> => {
  const { status, body } = await safeguard.api("GET", path);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as T;
};
const range = (text: string) => ask<RangeUsage>(`/v1/usage/range?range=${encodeURIComponent(text)}`);

describe("questions to the messages of the past", () => {
  it("what went to a range, to how many numbers, and who of them is real", async () => {
    const asked = await range("+31653");
    expect(asked).toMatchObject({ destinations: ["NL"], messages: 3, blocked: 0, numbers: 2, verified: 1 });
    expect(asked).toMatchObject({ complete: true, spend: [{ currency: "USD" }] });
    expect(await range("+316531234xx")).toMatchObject({ messages: 3 });
    expect([(await range("+31653")).free, (await range("+316531234xx")).free]).toEqual([[6], [2]]);
    expect(await range("+316531234x")).toMatchObject({ messages: 0 });
    expect(await range("+8816")).toMatchObject({ messages: 1, blocked: 1, spend: [] });
    expect((await range("+1")).destinations).toContain("US");
    expect(await safeguard.api("GET", "/v1/usage/range?range=31653")).toMatchObject({ status: 400 });
  });

  it("what a ceiling would have needed and stopped; what was stopped by a rule needs no room", async () => {
    const asked = await ask<FittingLimitView>("/v1/limits/fitting?window=day&most=3");
    expect(asked).toMatchObject({ ordinary: 4, attack: 0, complete: true, currency: null });
    expect(asked.needed.at(-1)).toEqual({ share: 1, most: 4 });
    expect(asked.tried).toContainEqual({ most: 3, stopped: 1, stoppedAttack: 0 });
    const perNumber = await ask<FittingLimitView>("/v1/limits/fitting?window=day&per=recipient");
    expect(perNumber).toMatchObject({ windows: 3, needed: expect.arrayContaining([{ share: 0.5, most: 1 }]) });
    const money = await ask<FittingLimitView>("/v1/limits/fitting?window=day&currency=USD");
    expect(money.tried.at(-1)).toMatchObject({ stopped: 0 });
    expect(await safeguard.api("GET", "/v1/limits/fitting?window=year")).toMatchObject({ status: 400 });
  });
});
