import type { Connector, Submission, SubmissionOutcome } from "../connector.ts";
import type { HttpExchange } from "../http-exchange.ts";
import { plainMessage } from "../plain-message.ts";
import { unanswered, untranslatable } from "../provider-words.ts";
import { httpOutcome } from "./http-outcome.ts";
import { type HttpSecrets, type HttpSettings, templateTexts } from "./http-settings.ts";
import { asIs, compileJson, compileText, placeholdersOf, type TemplateValues } from "./template.ts";

/** Any provider with a plain HTTP API, by the operator's template. Carries plain SMS, one message in each request. */
export function createHttpConnector(
  id: string,
  settings: HttpSettings,
  secrets: HttpSecrets,
  exchange: HttpExchange,
): Connector {
  const { origin } = new URL(settings.url.replace(/\{\{.*?\}\}/g, "x"));
  const target = compileText(settings.url, secrets, encodeURIComponent);
  const headers = compileHeaders(settings, secrets);
  const body = compileBody(settings, secrets);
  const needsSender = templateTexts(settings).some((text) => placeholdersOf(text).includes("from"));
  const hidden = Object.values(secrets);

  async function submitOne(submission: Submission): Promise<SubmissionOutcome> {
    const plain = plainMessage(submission);
    if (!plain.ok) return untranslatable(plain.problem);
    const { originator, text, validitySeconds } = plain.message;
    const values: TemplateValues = {
      to: submission.to,
      toDigits: submission.to.slice(1),
      to00: `00${submission.to.slice(1)}`,
      from: originator === "" ? settings.from : originator,
      text,
      id: submission.id,
      callbackUrl: submission.callbackUrl,
      validitySeconds: validitySeconds === undefined ? undefined : String(validitySeconds),
    };
    if (needsSender && values.from === undefined)
      return untranslatable("names no sender, and the provider has none set");
    const path = pathOf(target(values));
    if (path === undefined) return untranslatable("has a sender or text that would change the URL's path");
    const result = await exchange.send({
      origin,
      path,
      method: settings.method,
      headers: headers(values),
      body: body(values),
      timeoutMs: settings.timeoutMs,
    });
    return result.type === "answered" ? httpOutcome(result, submission, settings.answer, hidden) : unanswered(result);
  }

  return {
    id,
    kind: "http",
    maxBatch: 1,
    submit: (batch) => Promise.all(batch.map(submitOne)),
    close: () => Promise.resolve(),
  };
}

/** Path and query of a filled URL. Undefined: a value became a `..`, which would lead elsewhere. */
function pathOf(url: string): string | undefined {
  const { pathname, search } = new URL(url);
  const written = url.slice(url.indexOf("/", url.indexOf("://") + 3)).split("?", 1)[0] ?? "";
  return /(^|\/)(\.|%2e){1,2}(\/|$)/i.test(written) ? undefined : pathname + search;
}

function compileHeaders(
  settings: HttpSettings,
  secrets: HttpSecrets,
): (values: TemplateValues) => Readonly<Record<string, string>> {
  const compiled = Object.entries(settings.headers).map(
    ([name, text]) => [name.toLowerCase(), compileText(text, secrets, asIs)] as const,
  );
  const { basicAuth } = settings;
  if (basicAuth !== undefined) {
    const username = compileText(basicAuth.username, secrets, asIs);
    const password = compileText(basicAuth.password, secrets, asIs);
    const basic = (values: TemplateValues) =>
      `Basic ${Buffer.from(`${username(values)}:${password(values)}`).toString("base64")}`;
    compiled.push(["authorization", basic]);
  }
  const named = new Set(compiled.map(([name]) => name));
  const type = settings.body === undefined ? undefined : "json" in settings.body ? JSON_TYPE : FORM_TYPE;
  if (type !== undefined && !named.has("content-type")) compiled.push(["content-type", () => type]);
  return (values) => Object.fromEntries(compiled.map(([name, fill]) => [name, fill(values)]));
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

function compileBody(settings: HttpSettings, secrets: HttpSecrets): (values: TemplateValues) => string | undefined {
  if (settings.body === undefined) return () => undefined;
  if ("json" in settings.body) return compileJson(settings.body.json, secrets);
  const fields = Object.entries(settings.body.form).map(
    ([name, text]) => [name, compileText(text, secrets, asIs)] as const,
  );
  return (values) => {
    const form = new URLSearchParams();
    for (const [name, fill] of fields) form.append(name, fill(values));
    return form.toString();
  };
}
