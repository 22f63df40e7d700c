import type { AccountId } from "@safeguard/core";
import { describe, expect, test } from "vitest";
import type { HashedCredential } from "../../accounts/create-directory.ts";
import { hashCredential } from "../../accounts/mint-key.ts";
import { createWhoseRequest } from "./whose-request.ts";

const TOKEN = "11111111-2222-4333-8444-555555555555";
const CHILD = "acc_child" as AccountId;
const parents: Readonly<Record<string, AccountId>> = {
  [CHILD]: "acc_middle" as AccountId,
  acc_middle: "acc_root" as AccountId,
};
const found = { credential: { principal: { account: { id: CHILD } } } } as HashedCredential;
const of = (good: string) => (hash: string) => (hash === hashCredential(good) ? found : undefined);
const whoseRequest = createWhoseRequest({
  bySecretHash: of("sg_live_x"),
  byProductTokenHash: of(TOKEN),
  byAuthTokenHash: of("authtoken"),
  account: (id) => {
    const parent = parents[id];
    return parent === undefined ? undefined : ({ id, parent } as never);
  },
});
const whose = (headers: Readonly<Record<string, string>>, body = "") =>
  whoseRequest({ headers, body: Buffer.from(body), clientAddress: "203.0.113.7" });

const BASIC = `Basic ${Buffer.from("AC1:authtoken").toString("base64")}`;

describe("whose a request is, at the door", () => {
  test.each([
    ["a secret", { authorization: "Bearer sg_live_x" }, ""],
    ["an auth token", { authorization: BASIC }, ""],
    ["a product token", { "x-cm-producttoken": TOKEN }, ""],
    ["one in other letters", { "x-cm-producttoken": TOKEN.toUpperCase() }, ""],
    ["one in a JSON body", {}, `{"messages":{"authentication":{"productToken":"${TOKEN}"}}}`],
    ["one in a form", {}, `producttoken=${TOKEN}&to=31`],
    ["one in XML", {}, `<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${TOKEN}</PRODUCTTOKEN>`],
  ])("by %s it is the account's, and of the family of the root above", (_, headers, body) => {
    expect(whose(headers as Record<string, string>, body)).toEqual({ account: CHILD, family: "acc_root" });
  });

  test.each([
    ["nothing", {}, ""],
    ["a wrong secret", { authorization: "Bearer guess" }, ""],
    ["another's SID with a wrong token", { authorization: `Basic ${Buffer.from("AC1:guess").toString("base64")}` }, ""],
    ["a very long one", { authorization: `Bearer ${"x".repeat(10_000)}` }, ""],
    ["no token", {}, `{"productToken":"none"}`],
  ])("by %s it is its address's, and all such are one family", (_, headers, body) => {
    expect(whose(headers as Record<string, string>, body)).toEqual({ account: "203.0.113.7", family: "strangers" });
  });
});
