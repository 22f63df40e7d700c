import { z } from "zod";
import { DELIVERY_STATUSES } from "../../feedback/delivery-report.ts";
import { HTTP_SETTINGS } from "../base-url.ts";
import { secretsOf, TemplateInvalid, textsIn } from "./template.ts";

/** A text with placeholders, checked. */
const template = z
  .string()
  .max(8_192)
  .superRefine((text, context) => {
    try {
      secretsOf(text);
    } catch (error) {
      if (!(error instanceof TemplateInvalid)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  });

const jsonTemplate = z.json().superRefine((value, context) => {
  for (const text of textsIn(value)) {
    const { error } = template.safeParse(text);
    for (const issue of error?.issues ?? []) context.addIssue({ code: "custom", message: issue.message });
  }
});

/** Placeholders may stand in the path and the query, never in what decides where the request goes. */
const urlTemplate = template.superRefine((text, context) => {
  const url = URL.parse(text.replace(/\{\{.*?\}\}/g, "x"));
  const authority = /^https?:\/\/[^/?#{}@\\]+(?=[/?#]|$)/i.test(text);
  if (url === null || !authority)
    context.addIssue({
      code: "custom",
      message:
        "must be an http(s) URL whose host has no placeholder and no credentials, such as https://api.example.com/sms",
    });
  else if (url.hash !== "") context.addIssue({ code: "custom", message: "must not have a fragment" });
});

const pointer = z
  .string()
  .max(256)
  .regex(/^(\/([^~/]|~[01])*)*$/, "must be a JSON Pointer such as /messages/0/id");

const condition = z.strictObject({
  at: pointer,
  /** The value there, compared as text, is one of these. Absent: there is a value at all. */
  equals: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
});

/** An answer that has one of the statuses and meets all conditions. */
const answerRule = z.strictObject({
  statuses: z.array(z.union([z.int().min(200).max(599), z.enum(["2xx", "4xx", "5xx"])])).min(1),
  where: z.array(condition).default([]),
});

const reportTemplate = z.strictObject({
  /** `query`: parameters of a GET; `form` and `query` are read as one flat object. */
  format: z.enum(["json", "form", "query"]),
  /** Where several reports stand in one request: pointer to the list. The others then start at its entries. */
  list: pointer.optional(),
  /** Where our id (`{{id}}`) comes back. One of `id` and `providerId` is needed. */
  id: pointer.optional(),
  /** Where the provider's id stands, as `answer.id` gave it. */
  providerId: pointer.optional(),
  status: pointer,
  /** The provider's words for the states. `ignore`: a state that says nothing new. */
  statuses: z.record(z.string(), z.enum([...DELIVERY_STATUSES, "ignore"])),
  code: pointer.optional(),
  text: pointer.optional(),
});

export const httpSettingsSchema = z
  .strictObject({
    url: urlTemplate,
    method: z.enum(["POST", "PUT", "GET"]).default("POST"),
    headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "must be a header name"), template).default({}),
    /** HTTP Basic authentication. */
    basicAuth: z.strictObject({ username: template, password: template }).optional(),
    /** Exactly one of the two; none for GET. */
    body: z
      .union([z.strictObject({ json: jsonTemplate }), z.strictObject({ form: z.record(z.string(), template) })])
      .optional(),
    /** Sender for messages that name none. */
    from: z.string().min(1).max(64).optional(),
    answer: z.strictObject({
      accepted: answerRule,
      /** Absent: no answer counts as a refusal, so whatever is not accepted is in doubt. */
      refused: answerRule.optional(),
      throttled: answerRule.optional(),
      /** Where the provider's id stands; an accepted answer must then have it. */
      id: pointer.optional(),
      code: pointer.optional(),
      text: pointer.optional(),
    }),
    report: reportTemplate.optional(),
    /** It takes a second request with the same `{{id}}` for the first one: what is in doubt is sent again. */
    idempotent: z.boolean().default(false),
    ...HTTP_SETTINGS,
  })
  .superRefine((settings, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    if (settings.method === "GET" && settings.body !== undefined) issue(["body"], "a GET request has no body");
    const { report } = settings;
    if (settings.idempotent && !templateTexts(settings).some((text) => text.includes("{{id}}")))
      issue(["idempotent"], "needs {{id}} in the request, or the provider cannot tell a repetition");
    if (report !== undefined && report.id === undefined && report.providerId === undefined)
      issue(["report"], "needs id or providerId, or a report cannot be matched to its message");
    if (report?.providerId !== undefined && settings.answer.id === undefined)
      issue(["answer", "id"], "is needed where reports name the provider's id");
  });

export const httpSecretsSchema = z.record(
  z.string().regex(/^\w{1,64}$/, "must be letters, digits and underscores"),
  z.string().max(4_096),
);

export type HttpSettings = z.output<typeof httpSettingsSchema>;
export type HttpSecrets = z.output<typeof httpSecretsSchema>;
export type AnswerRule = z.output<typeof answerRule>;
export type ReportTemplate = z.output<typeof reportTemplate>;

/** All texts of the settings that may have placeholders. */
export function templateTexts(settings: HttpSettings): readonly string[] {
  const { url, headers, basicAuth, body } = settings;
  const credentials = basicAuth === undefined ? [] : [basicAuth.username, basicAuth.password];
  return [url, ...Object.values(headers), ...credentials, ...textsIn(body)];
}

/** Secrets that the templates name and that are not given. */
export function missingSecrets(settings: HttpSettings, secrets: HttpSecrets): readonly string[] {
  const needed = new Set(templateTexts(settings).flatMap(secretsOf));
  return [...needed].filter((name) => !Object.hasOwn(secrets, name));
}
