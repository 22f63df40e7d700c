import { describe, expect, it } from "vitest";
import { type Account, DEFAULT_ANSWERS } from "../accounts/account.ts";
import { choosePolicy } from "./choose-policy.ts";

const account: Account = {
  id: "acc_1" as Account["id"],
  name: "Web shop",
  twilioSid: "AC00000000000000000000000000000000",
  currency: "EUR",
  networks: [],
  defaultPolicy: "default",
  senderPolicies: { SHOP: "marketing" },
  defaultPurpose: "otp",
  answers: DEFAULT_ANSWERS,
  reports: {},
  createdAt: 0 as Account["createdAt"],
};
const plain = { mayChoosePolicies: [] };
const free = { policy: "login", mayChoosePolicies: ["strict", "marketing"] };

describe("which policy decides", () => {
  it.each([
    ["what the request names", free, "SHOP", "strict", { policy: "strict", from: "request" }],
    ["else the sender's", free, "SHOP", undefined, { policy: "marketing", from: "sender" }],
    ["else the key's", free, "Other", undefined, { policy: "login", from: "key" }],
    ["else the account's", plain, "Other", undefined, { policy: "default", from: "account" }],
    [
      "what it would be anyway, also when the request names it",
      plain,
      "SHOP",
      "marketing",
      { policy: "marketing", from: "sender" },
    ],
  ] as const)("is %s", (_, key, originator, requested, expected) => {
    expect(choosePolicy({ account, key, originator, requested })).toEqual({ ok: true, ...expected });
  });

  it("is none that the key may not choose, and the refusal says which it may", () => {
    expect(choosePolicy({ account, key: free, originator: "", requested: "lax" })).toEqual({
      ok: false,
      message: 'This key may not choose the policy "lax"; it may choose login, strict, marketing.',
    });
  });

  it("is not what an object inherits, when a sender is named so", () => {
    expect(choosePolicy({ account, key: plain, originator: "constructor", requested: undefined })).toMatchObject({
      policy: "default",
    });
  });
});
