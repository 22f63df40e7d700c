import { describe, expect, it } from "vitest";
import { AT, ELSEWHERE, EXPIRED, openCm, TOKEN, viewOf, type World } from "./testing/ports.ts";

const KNOWN: World = {
  find: (to, reference) => (to === "+31687654321" && reference === "demo_1" ? viewOf({ reference }) : undefined),
};
const CONVERSION = {
  ProductToken: TOKEN,
  Msisdn: "00310687654321",
  Reference: "demo_1",
  ConvertedTimestamp: "2026-11-22T11:59:00",
};

describe("POST /v1.0/conversion", () => {
  it("confirms the message with this number and reference, at the time that was named", async () => {
    const { reply, verified } = await post(CONVERSION);
    expect(reply).toMatchObject({ status: 200, body: "" });
    expect(verified).toMatchObject([{ message: { reference: "demo_1" }, occurredAt: AT - 60_000 }]);
  });

  it("takes keys in any casing, the token in the header, a number as a number, and no time", async () => {
    const { verified } = await post({ msisdn: 31687654321, REFERENCE: "demo_1" }, { "x-cm-producttoken": TOKEN });
    expect(verified).toMatchObject([{ occurredAt: AT }]);
  });

  it("does not believe a time in the future", async () => {
    const { verified } = await post({ ...CONVERSION, ConvertedTimestamp: "2030-01-01T00:00:00Z" });
    expect(verified).toMatchObject([{ occurredAt: AT }]);
  });

  it("takes the XML form with the token in the header", async () => {
    const xml = `<?xml version="1.0"?><Conversion><Customer>1</Customer><Login>l</Login><Password>p</Password>
      <Reference>demo_1</Reference><Msisdn>0031687654321</Msisdn></Conversion>`;
    const { reply, verified } = await post(xml, { "x-cm-producttoken": TOKEN });
    expect([reply.status, verified.length]).toEqual([200, 1]);
    expect((await post(xml)).reply.status).toBe(401);
  });

  it("answers 200 for a message that it does not know, and records nothing", async () => {
    const { reply, verified } = await post({ ...CONVERSION, Reference: "elsewhere" });
    expect([reply.status, verified]).toEqual([200, []]);
  });

  it.each([
    [401, { ...CONVERSION, ProductToken: undefined }, {}],
    [401, { ...CONVERSION, ProductToken: "x" }, {}],
    [401, CONVERSION, EXPIRED],
    [401, CONVERSION, ELSEWHERE],
    [403, CONVERSION, { key: { scopes: [] } }],
  ] as const)("answers %i where the token does not do: %j", async (status, body, world) => {
    const { reply, verified } = await post(body, {}, world);
    expect([reply.status, verified]).toEqual([status, []]);
  });

  it.each([
    ["no JSON", "{"],
    ["a name twice", `{"Msisdn":"0031687654321","msisdn":"0031612345678","Reference":"demo_1"}`],
    ["no number", { Reference: "demo_1" }],
    ["a number that is none", { Msisdn: "x", Reference: "demo_1" }],
    ["no reference", { Msisdn: "0031687654321" }],
    ["a time that is none", { ...CONVERSION, ConvertedTimestamp: "today" }],
  ])("answers 400 and says why: %s", async (_, body) => {
    const { reply, verified } = await post(body, { "x-cm-producttoken": TOKEN });
    expect([reply.status, verified]).toEqual([400, []]);
    expect(reply.body).not.toBe("");
  });
});

async function post(body: unknown, headers: Record<string, string> = {}, world: World = {}) {
  const cm = openCm({ ...KNOWN, ...world });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply = await cm.call("POST", "/v1.0/conversion", text, headers);
  return { reply, verified: cm.verified };
}
