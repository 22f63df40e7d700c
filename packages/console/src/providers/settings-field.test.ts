import { expect, test } from "vitest";
import { fieldsOf, readSettings, textOf } from "./settings-field.ts";

const fields = fieldsOf({
  properties: {
    baseUrl: { type: "string", default: "https://api.example.com" },
    method: { type: "string", enum: ["POST", "GET"] },
    timeoutMs: { type: "integer", minimum: 500 },
    idempotent: { type: "boolean" },
    answer: { type: "object" },
    accountSid: { type: "string" },
  },
  required: ["answer", "accountSid"],
});

test("what must be said is asked for first, each in its own way", () => {
  expect(fields.map(({ name, form }) => [name, form])).toEqual([
    ["answer", "json"],
    ["accountSid", "text"],
    ["baseUrl", "text"],
    ["method", "choice"],
    ["timeoutMs", "number"],
    ["idempotent", "switch"],
  ]);
});

test("what was shown and is read again is the same, and what is empty is left out", () => {
  const settings = { accountSid: "AC1", timeoutMs: 1500, idempotent: true, answer: { accepted: { statuses: [200] } } };
  const texts = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, textOf(value)]));
  expect(readSettings(fields, { ...texts, baseUrl: " " })).toEqual({ ok: true, settings });
});

test("a part that is no JSON is named", () => {
  expect(readSettings(fields, { answer: "{accepted" })).toEqual({ ok: false, field: "answer" });
});
