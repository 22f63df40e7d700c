import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";

let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard();
});
afterAll(async () => {
  await safeguard.stop();
});

const change = (body: object) => safeguard.operator("POST", "/v1/policies/default/limits", { reason: "test", ...body });
const limits = async (): Promise<unknown> =>
  ((await safeguard.operator("GET", "/v1/policies/default")).body as { document: { limits?: unknown } }).document
    .limits;

const PER_DAY = { name: "per-day", per: "account", messages: 100, window: "day" };

describe("a change of limits", () => {
  it("says what it names, leaves the rest of them and of the policy, and takes away by null", async () => {
    const { document: before } = (await safeguard.operator("GET", "/v1/policies/default")).body as { document: object };
    expect((await change({ ceilings: [PER_DAY] })).status).toBe(201);
    const price = { maximumPrice: { amount: 0.25, currency: "EUR" }, whenPriceUnknown: "maximum_price" };
    expect((await change(price)).status).toBe(201);
    expect(await limits()).toEqual({ ceilings: [PER_DAY], ...price });
    expect((await change({ whenPriceUnknown: null, maximumPrice: null })).status).toBe(201);
    expect(await limits()).toEqual({ ceilings: [PER_DAY] });
    expect((await change({ ceilings: null })).status).toBe(201);
    const after = await safeguard.operator("GET", "/v1/policies/default");
    expect(after.body).toMatchObject({ document: before });
    expect(await limits()).toBeUndefined();
  });

  it("that changes nothing makes no revision", async () => {
    await change({ ceilings: [PER_DAY] });
    expect((await change({ ceilings: [PER_DAY] })).body).toMatchObject({ revisions: [] });
    await change({ ceilings: null });
  });

  it("is refused as a whole, with the field", async () => {
    const problemsOf = async (body: object) => {
      const { status, body: answer } = await change(body);
      return [status, (answer as { problems: { field: string }[] }).problems.map(({ field }) => field)];
    };
    expect(await problemsOf({})).toEqual([400, ["ceilings"]]);
    expect(await problemsOf({ whenPriceUnknown: "maximum_price" })).toEqual([400, ["whenPriceUnknown"]]);
    expect(await problemsOf({ ceilings: [PER_DAY, PER_DAY] })).toEqual([400, ["ceilings[1].name"]]);
    expect(await limits()).toBeUndefined();
  });
});
