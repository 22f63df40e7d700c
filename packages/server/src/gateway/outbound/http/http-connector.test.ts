import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Submission } from "../connector.ts";
import { createHttpExchange, type HttpExchange } from "../http-exchange.ts";
import { parseProviderSettings } from "../provider-settings.ts";
import { cutAnswer, httpAnswer, type RawServer, rawServer } from "../testing/raw-server.ts";
import { MESSAGE, submission } from "../testing/submission.ts";
import { createHttpConnector } from "./http-connector.ts";

let server: RawServer;
let exchange: HttpExchange;
beforeAll(async () => {
  exchange = createHttpExchange({ timeoutMs: 2_000 });
  server = await rawServer((socket) => socket.write(ACCEPTED));
});
afterAll(async () => {
  await server.close();
  await exchange.close();
});

const ACCEPTED = httpAnswer(200, { result: { code: "0" }, messages: [{ "message-id": 77 }] });
const ANSWER = {
  accepted: { statuses: ["2xx"], where: [{ at: "/result/code", equals: [0] }] },
  refused: { statuses: [200, "4xx"], where: [{ at: "/result/code", equals: ["7", 8] }] },
  throttled: { statuses: [429] },
  id: "/messages/0/message-id",
  code: "/result/code",
  text: "/result/text",
};

function connectorWith(settings: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>> = {}) {
  const whole = { url: `${server.origin}/send`, answer: ANSWER, timeoutMs: 2_000, ...settings };
  const parsed = parseProviderSettings("http", whole, secrets);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return createHttpConnector("http", parsed.settings, parsed.secrets, exchange);
}

async function submit(
  settings: Readonly<Record<string, unknown>>,
  changes: Partial<Submission> = {},
  secrets: Readonly<Record<string, string>> = {},
) {
  const [outcome] = await connectorWith(settings, secrets).submit([submission(changes)]);
  return outcome;
}

const problemsOf = (settings: Readonly<Record<string, unknown>>, secrets: unknown = {}) => {
  const parsed = parseProviderSettings("http", { url: "https://a.example/", answer: ANSWER, ...settings }, secrets);
  return parsed.ok ? [] : parsed.problems.map(({ field, message }) => `${field}: ${message}`);
};

describe("the request", () => {
  test("is the operator's template, filled", async () => {
    const settings = {
      url: `${server.origin}/v1/{{toDigits}}/send?from={{from}}&key={{secret.key}}`,
      headers: { "X-Api-Key": "{{secret.key}}", "x-id": "{{id}}" },
      basicAuth: { username: "user", password: "{{secret.key}}" },
      body: {
        json: {
          to: ["{{to00}}"],
          text: "{{text}}",
          tag: "sg-{{id}}",
          ttl: "{{validitySeconds}}",
          dlr: "{{callbackUrl}}",
          fixed: [1, true, null],
        },
      },
    };
    const changes: Partial<Submission> = { text: 'Say "hi"\n', callbackUrl: "https://sg.example/reports/http/t" };
    expect(await submit(settings, changes, { key: "k&y" })).toMatchObject({ type: "accepted", providerId: "77" });
    const { head, body } = server.requests.at(-1) ?? { head: "", body: "" };
    expect(head).toMatch(/^POST \/v1\/31612345678\/send\?from=Acme&key=k%26y HTTP/);
    expect(head).toContain("x-api-key: k&y\r\n");
    expect(head).toContain(`x-id: ${MESSAGE}`);
    expect(head).toContain(`authorization: Basic ${Buffer.from("user:k&y").toString("base64")}`);
    expect(head).toContain("content-type: application/json");
    expect(JSON.parse(body)).toEqual({
      to: ["0031612345678"],
      text: 'Say "hi"\n',
      tag: `sg-${MESSAGE}`,
      dlr: "https://sg.example/reports/http/t",
      fixed: [1, true, null],
    });
  });

  test("no text can break out of its place: JSON, form and URL give back exactly what went in", async () => {
    const json = connectorWith({ body: { json: { a: "<{{text}}>", b: "{{from}}" } } });
    const form = connectorWith({
      url: `${server.origin}/?t={{text}}`,
      body: { form: { a: "{{text}}", b: "{{from}}" } },
    });
    const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(word, word, async (text, originator) => {
        await json.submit([submission({ text, originator })]);
        expect(JSON.parse(server.requests.at(-1)?.body ?? "")).toEqual({ a: `<${text}>`, b: originator });
        await form.submit([submission({ text, originator })]);
        const { head, body } = server.requests.at(-1) ?? { head: "", body: "" };
        expect([...new URLSearchParams(body)]).toEqual([
          ["a", text],
          ["b", originator],
        ]);
        const target = new URL(head.split(" ")[1] ?? "", server.origin);
        expect([...target.searchParams]).toEqual([["t", text]]);
      }),
      { numRuns: 60 },
    );
  });

  test("a text with placeholders in it is only text", async () => {
    await submit({ body: { json: { t: "{{text}}" } } }, { text: "{{secret.key}} {{to}}" });
    expect(JSON.parse(server.requests.at(-1)?.body ?? "")).toEqual({ t: "{{secret.key}} {{to}}" });
  });

  test("a sender cannot lead to another path, nor add a header", async () => {
    const before = server.requests.length;
    expect(await submit({ url: `${server.origin}/a/{{from}}/b` }, { originator: ".." })).toMatchObject({
      type: "refused",
      kind: "untranslatable",
    });
    expect(await submit({ headers: { "x-from": "{{from}}" } }, { originator: "a\r\nx: y" })).toMatchObject({
      type: "refused",
      kind: "unavailable",
    });
    expect(server.requests).toHaveLength(before);
    await submit({ url: `${server.origin}/a/{{from}}/b` }, { originator: "../x?y#z" });
    expect(server.requests.at(-1)?.head).toMatch(/^POST \/a\/..%2Fx%3Fy%23z\/b HTTP/);
  });

  test("a sender is needed only where the template has a place for it", async () => {
    expect(await submit({}, { originator: "" })).toMatchObject({ type: "accepted" });
    const body = { json: { from: "{{from}}" } };
    expect(await submit({ body }, { originator: "" })).toMatchObject({ kind: "untranslatable" });
    expect(await submit({ body, from: "Fallback" }, { originator: "" })).toMatchObject({ type: "accepted" });
  });
});

describe("the answer, by the operator's rules", () => {
  const says = (status: number, body: unknown) => {
    server.onRequest = (socket) => socket.write(httpAnswer(status, body));
  };
  test.each([
    [
      "accepted",
      200,
      { result: { code: 0 }, messages: [{ "message-id": "m1" }] },
      { type: "accepted", providerId: "m1" },
    ],
    ["accepted without its id", 200, { result: { code: 0 } }, { type: "in_doubt" }],
    ["refused in a 200", 200, { result: { code: 7, text: "barred" } }, { type: "refused", code: "7", text: "barred" }],
    ["refused in a 400", 400, { result: { code: "8" } }, { type: "refused", code: "8", kind: "other" }],
    ["throttled", 429, {}, { type: "refused", kind: "throttled", code: "429" }],
    ["a code without a rule", 200, { result: { code: 99 } }, { type: "in_doubt", cause: "answer_unexpected" }],
    ["a status without a rule", 500, { result: { code: 7 } }, { type: "in_doubt" }],
    ["no JSON", 200, "OK", { type: "in_doubt" }],
    ["a condition on something that is no value", 200, { result: { code: { deep: 0 } } }, { type: "in_doubt" }],
  ])("%s", async (_, status, body, expected) => {
    says(status, body);
    expect(await submit({})).toMatchObject(expected);
  });

  test("without a rule for refusals nothing is a refusal; with only a status, the status decides", async () => {
    const answer = { accepted: { statuses: [202] } };
    says(400, { error: "no" });
    expect(await submit({ answer })).toMatchObject({ type: "in_doubt" });
    says(202, "whatever");
    expect(await submit({ answer })).toMatchObject({ type: "accepted", providerId: undefined });
  });

  test("rules that both fit decide nothing", async () => {
    says(200, {});
    const answer = { accepted: { statuses: ["2xx"] }, refused: { statuses: [200] } };
    expect(await submit({ answer })).toMatchObject({ type: "in_doubt" });
  });

  test.each([
    ["accepted", ACCEPTED],
    ["refused", httpAnswer(200, { result: { code: 7 } })],
  ] as const)("%s, cut at any byte, is in doubt", async (type, answer) => {
    const length = Buffer.byteLength(answer);
    for (let cut = 0; cut < length; cut += 1) {
      server.onRequest = cutAnswer(answer, cut, cut % 2 === 0 ? "close" : "reset");
      expect((await submit({}))?.type, `cut at ${cut}`).toBe("in_doubt");
    }
    server.onRequest = cutAnswer(answer, length, "close");
    expect(await submit({})).toMatchObject({ type });
  });
});

describe("settings that cannot work are refused, each with its place", () => {
  test.each([
    [{ url: "ftp://a.example/" }, "settings.url: must be an http(s) URL"],
    [{ url: "https://{{from}}.example/" }, "settings.url: must be an http(s) URL whose host has no placeholder"],
    [{ url: "https://a:b@a.example/" }, "settings.url: must be an http(s) URL"],
    [{ url: "https://a.example/#x" }, "settings.url: must not have a fragment"],
    [{ url: "https://a.example/{{nobody}}" }, "settings.url: {{nobody}} is no placeholder"],
    [{ body: { json: { a: ["{{to"] } } }, "settings.body"],
    [{ headers: { "bad header": "x" } }, "settings.headers"],
    [{ headers: { "x-key": "{{secret.key}}" } }, "secrets.key: is missing"],
    [{ method: "GET", body: { json: {} } }, "settings.body: a GET request has no body"],
    [{ answer: {} }, "settings.answer.accepted"],
    [{ answer: { accepted: { statuses: [] } } }, "settings.answer.accepted.statuses"],
    [{ answer: { accepted: { statuses: [200] }, id: "messages.0.id" } }, "settings.answer.id: must be a JSON Pointer"],
    [{ report: { format: "json", status: "/s", statuses: {} } }, "settings.report: needs id or providerId"],
    [
      {
        answer: { accepted: { statuses: [200] } },
        report: { format: "json", providerId: "/i", status: "/s", statuses: {} },
      },
      "settings.answer.id: is needed",
    ],
    [{ unknown: 1 }, "settings"],
  ])("%j", (settings, problem) => {
    expect(problemsOf(settings).join("\n")).toContain(problem);
  });

  test("and right ones are not", () => {
    expect(problemsOf({ body: { form: { a: "{{text}}{{secret.k}}" } } }, { k: "v" })).toEqual([]);
  });
});
