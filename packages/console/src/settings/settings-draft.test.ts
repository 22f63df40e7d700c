import type { Account } from "@safeguard/client";
import { expect, test } from "vitest";
import { changeOf, draftOf } from "./settings-draft.ts";

const account: Account = {
  id: "acc_1",
  name: "Shop",
  parent: null,
  twilioSid: "AC1",
  currency: "EUR",
  networks: [],
  defaultPolicy: "default",
  senderPolicies: {},
  defaultPurpose: "otp",
  declaredChannels: null,
  answers: {
    cm: { destination: "report", limit: "report", detection: "report", alwaysOk: false, gatewayGet: false },
    twilio: { destination: "reject", detection: "report" },
  },
  reports: { cmUrl: null, webhookUrl: null },
  fourEyes: null,
  sendMode: "sync",
  onInDoubt: "keep",
  onSameReference: "send",
  suspendedAt: null,
  createdAt: "2027-01-31T12:00:00Z",
};

test("only what was changed is sent, and what was changed back is not", () => {
  const draft = draftOf(account);
  expect(changeOf(account, draft)).toEqual({});
  const answers = { ...draft.answers, twilio: { ...draft.answers.twilio, destination: "report" as const } };
  expect(changeOf(account, { ...draft, name: "Web shop", answers })).toEqual({ name: "Web shop", answers });
  expect(changeOf(account, { ...draft, fourEyes: { expiresAfterHours: 72 } })).toEqual({
    fourEyes: { expiresAfterHours: 72 },
  });
  expect(changeOf(account, { ...draft, sendMode: "sync", answers: structuredClone(draft.answers) })).toEqual({});
});
