import { expect, test } from "vitest";
import { z } from "zod";
import { problemsOf } from "./validation-words.ts";

const body = z.strictObject({
  to: z.string(),
  answer: z.enum(["reject", "report"]).exactOptional(),
  text: z.string().min(1).max(5).exactOptional(),
  code: z.string().min(2).exactOptional(),
  list: z
    .array(z.strictObject({ prefix: z.string() }))
    .max(1)
    .exactOptional(),
  channels: z.array(z.string()).min(1).exactOptional(),
  count: z.int().min(0).max(9).exactOptional(),
  on: z.boolean().exactOptional(),
  kind: z.literal("sandbox").exactOptional(),
  day: z.iso.date().exactOptional(),
  own: z.string().regex(/^x$/, "must be an x").exactOptional(),
  status: z.union([z.int(), z.enum(["2xx"])]).exactOptional(),
  form: z.union([z.strictObject({ json: z.string() }), z.strictObject({ form: z.string() })]).exactOptional(),
});

function said(value: unknown): readonly string[] {
  return problemsOf(body.safeParse(value).error?.issues ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const KNOWN = "to, answer, text, code, list, channels, count, on, kind, day, own, status, form";

test.each([
  [{}, "to: is missing; give a text"],
  [{ to: 3 }, "to: must be a text, and is a number"],
  [{ to: null }, "to: must be a text, and is null"],
  [{ to: ["x"] }, "to: must be a text, and is a list"],
  [{ answer: "rejct" }, 'answer: must be one of "reject", "report", and is "rejct"'],
  [{ text: "" }, "text: must not be empty"],
  [{ text: "123456" }, "text: must have at most 5 characters"],
  [{ code: "1" }, "code: must have at least 2 characters"],
  [{ list: [{ prefix: "1" }, { prefix: "2" }] }, "list: must have at most 1 entry"],
  [{ list: [{}] }, "list.0.prefix: is missing; give a text"],
  [{ channels: [] }, "channels: must not be empty"],
  [{ channels: "sms" }, 'channels: must be a list, and is "sms"'],
  [{ count: -1 }, "count: must be at least 0"],
  [{ count: 10 }, "count: must be at most 9"],
  [{ count: 1.5 }, "count: must be a whole number, and is 1.5"],
  [{ on: "yes" }, 'on: must be true or false, and is "yes"'],
  [{ kind: "http" }, 'kind: must be "sandbox", and is "http"'],
  [{ day: "22-11-2026" }, "day: must be a day such as 2026-11-22"],
  [{ own: "y" }, "own: must be an x"],
  [{ foo: 1 }, `foo: is no field here; known are ${KNOWN}`],
  [{ Txt: 1 }, `Txt: is no field here; known are ${KNOWN}; did you mean text?`],
  [{ list: [{ prefx: 1, prefix: "1" }] }, "list.0.prefx: is no field here; known are prefix; did you mean prefix?"],
  [{ count: "1" }, 'count: must be a number, and is "1"'],
  [{ status: true }, "status: has none of the forms that it can have, and is true"],
  [{ form: { json: 1 } }, "form.json: must be a text, and is a number"],
])("%j: %s", (value, sentence) => {
  expect(said({ ...("to" in value || sentence.startsWith("to:") ? {} : { to: "x" }), ...value })).toEqual([sentence]);
});

test("all that is wrong is told at once, each field once", () => {
  expect(said({ txt: 1, foo: 2, answer: 1, text: 5 })).toEqual([
    "to: is missing; give a text",
    'answer: must be one of "reject", "report", and is a number',
    "text: must be a text, and is a number",
    `txt: is no field here; known are ${KNOWN}; did you mean text?`,
    `foo: is no field here; known are ${KNOWN}; did you mean text?`,
  ]);
});

test("a value that is no object is told as a whole", () => {
  expect(said([])).toEqual([": must be an object, and is a list"]);
});
