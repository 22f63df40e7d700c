import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../../accounts/account.ts";
import { type ApiUnderTest, startApiUnderTest } from "../../api/testing/api-under-test.ts";

let api: ApiUnderTest;
let account: Account;
let secret: string;
let foreign: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  account = await api.account();
  await api.policy(account, { listMode: "allow_all" });
  secret = (await api.key(account)).minted.secret;
  foreign = (await api.key(await api.account({ name: "Other" }))).minted.secret;
});
afterAll(() => api.close());

const PATH = "/v1/verified-numbers";
const load = (numbers: unknown, by = secret) => api.call(by, "POST", PATH, { body: { numbers } });
const summary = async (by = secret) => (await api.call(by, "GET", `${PATH}/summary`)).json;
const remove = (number: string, by = secret) => api.call(by, "POST", `${PATH}/remove`, { body: { number } });

describe("verified numbers", () => {
  test("are imported, counted once, and shown by destination; what is wrong is named", async () => {
    const answer = await load([
      { to: "+31612345678", verifiedAt: "2026-11-01" },
      { to: "0031 6 1234 5678", verifiedAt: "2026-10-01", lastVerifiedAt: "2026-11-20" },
      { to: "hello" },
      { to: "+32470123456" },
      { to: "+31687654321", verifiedAt: "2026-01-01" },
    ]);
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      imported: 2,
      refused: [
        { index: 2, field: "to", message: "must be a number in international form, such as +31612345678" },
        { index: 4, field: "verifiedAt", message: expect.stringContaining("within the last 180 days") },
      ],
    });
    const shown = {
      count: 2,
      firstDay: "2026-10-01",
      lastDay: "2026-11-20",
      banned: 0,
      destinations: [
        { destination: "BE", count: 1 },
        { destination: "NL", count: 1 },
      ],
    };
    expect(await summary()).toEqual(shown);
    expect(await summary(foreign)).toMatchObject({ count: 0, firstDay: null, destinations: [] });
    expect((await load([{ to: "+31612345678", verifiedAt: "2026-11-01" }])).json).toEqual({ imported: 1, refused: [] });
    expect(await summary()).toEqual(shown);
  });

  test("come from verifications, and go when the number is banned", async () => {
    const before = (await summary()).count;
    const { json } = await api.call(secret, "POST", "/v1/decisions", { body: { to: "+31611111111", purpose: "otp" } });
    await api.call(secret, "POST", "/v1/events", { body: { kind: "verified", id: json.id } });
    expect(await summary()).toMatchObject({ count: before + 1, lastDay: "2026-11-22" });
    await api.call(secret, "POST", "/v1/events", { body: { kind: "banned", id: json.id } });
    expect(await summary()).toMatchObject({ count: before, banned: 1 });
  });

  test("are removed by their own account alone", async () => {
    await load([{ to: "+31622222222" }]);
    const missing = await remove("+31633333333");
    const another = await remove("+31622222222", foreign);
    expect(missing.status).toBe(404);
    expect({ ...another.json, requestId: "" }).toEqual({ ...missing.json, requestId: "" });
    const removed = await remove("0031622222222");
    expect([removed.status, removed.json]).toEqual([200, { removed: "+31622222222" }]);
    expect((await remove("+31622222222")).status).toBe(404);
    expect((await remove("hello")).json.problems).toMatchObject([{ field: "number" }]);
  });

  test("exempt from detection, so that who only sends cannot import them", async () => {
    const { minted } = await api.key(account, { scopes: ["messages:send", "events:write"] });
    expect((await load([{ to: "+31612345678" }], minted.secret)).status).toBe(403);
    expect((await remove("+31612345678", minted.secret)).status).toBe(403);
  });

  test("come 2,000 at a time at most", async () => {
    const numbers = Array.from({ length: 2001 }, (_, index) => ({ to: `+3164${String(1_000_000 + index)}` }));
    expect((await load(numbers)).status).toBe(400);
    expect((await load(numbers.slice(1))).json).toEqual({ imported: 2000, refused: [] });
  });
});
