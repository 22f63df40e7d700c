import type { EpochMilliseconds } from "@safeguard/core";
import type { Seal } from "../../store/seal.ts";
import type { MessageView, Store } from "../../store/store.ts";
import type { InboundDialect, InboundReply, InboundRequest, InboundRoute } from "../inbound/exchange.ts";
import type { MessageId } from "../message-id.ts";
import type { ConnectorKind } from "../outbound/connector.ts";
import { httpSettingsSchema } from "../outbound/http/http-settings.ts";
import type { Provider } from "../outbound/provider.ts";
import { openProviderSecrets } from "../outbound/provider-secrets.ts";
import { providerWords } from "../outbound/provider-words.ts";
import { type TwilioParameters, validateTwilioForm } from "../wire/twilio-signature.ts";
import { callbackUrlFor } from "./callback-url.ts";
import { readCmReports } from "./cm-report.ts";
import type { Feedback } from "./feedback.ts";
import { readHttpReports } from "./http-report.ts";
import type { ProviderReport, ProviderReports } from "./provider-report.ts";
import { readTwilioReport } from "./twilio-report.ts";

/** What became of a request to a report URL. */
export type ReportEvent =
  | "taken"
  | "unknown_provider"
  | "unknown_message"
  | "bad_signature"
  | "unreadable"
  | "not_recorded";

export interface ReportDialectParts {
  readonly providers: { providerByReportToken(token: string): Provider | undefined };
  readonly messages: Pick<Store["messages"], "findById" | "findByProviderId">;
  readonly feedback: Pick<Feedback, "delivered">;
  readonly seal: Seal;
  /** Where providers reach us. Undefined: none was given a URL, and so none has signed one. */
  publicUrl(): string | undefined;
  now(): EpochMilliseconds;
  /** For the metrics. */
  readonly counted?: (kind: ConnectorKind, event: ReportEvent) => void;
}

const SMALL_BODY = 64 * 1024;
const LARGE_BODY = 1024 * 1024;

/** The URLs at which providers deliver their reports. The token in the URL names the provider, and no one can guess it. */
export function createReportDialect(parts: ReportDialectParts): InboundDialect {
  const route = (
    method: "GET" | "POST",
    path: string,
    maxBodyBytes: number,
    kind: ConnectorKind,
    handle: (provider: Provider, request: InboundRequest, message: string) => Promise<ReportEvent>,
  ): InboundRoute => ({
    method,
    path,
    maxBodyBytes,
    async handle(request, params) {
      const provider = parts.providers.providerByReportToken(params["token"] ?? "");
      let event: ReportEvent = "unknown_provider";
      if (provider?.kind === kind) {
        try {
          event = await handle(provider, request, params["message"] ?? "");
        } catch {
          // The journal cannot be written, or the master key changed: the provider is to come again.
          event = "not_recorded";
        }
      }
      parts.counted?.(kind, event);
      return replyTo(kind, event);
    },
  });

  return {
    name: "reports",
    routes: [
      route("POST", "/reports/twilio/:token/:message", SMALL_BODY, "twilio", (provider, request, message) => {
        const parameters: TwilioParameters = [...new URLSearchParams(request.body.toString("utf8"))];
        if (!signedByTwilio(parts, provider, request, message as MessageId, parameters))
          return Promise.resolve("bad_signature");
        const sid = parameters.find(([name]) => name === "MessageSid")?.[1];
        return take(parts, provider, readTwilioReport(message, parameters), sid);
      }),
      route("POST", "/reports/cm/:token", LARGE_BODY, "cm", (provider, request) =>
        take(parts, provider, readCmReports(request.body.toString("utf8"))),
      ),
      route("POST", "/reports/http/:token", LARGE_BODY, "http", (provider, request) =>
        take(parts, provider, byTemplate(provider, request)),
      ),
      route("GET", "/reports/http/:token", SMALL_BODY, "http", (provider, request) =>
        take(parts, provider, byTemplate(provider, request)),
      ),
    ],
  };
}

function signedByTwilio(
  parts: ReportDialectParts,
  provider: Provider,
  request: InboundRequest,
  message: MessageId,
  parameters: TwilioParameters,
): boolean {
  const url = callbackUrlFor(provider, message, parts.publicUrl());
  const signature = request.headers["x-twilio-signature"];
  const { authToken } = openProviderSecrets(parts.seal, provider);
  if (url === undefined || typeof signature !== "string" || authToken === undefined) return false;
  const whole = request.query === "" ? url : `${url}?${request.query}`;
  return validateTwilioForm(authToken, signature, whole, parameters);
}

function byTemplate(provider: Provider, request: InboundRequest): ProviderReports {
  const parsed = httpSettingsSchema.safeParse(provider.settings);
  const template = parsed.success ? parsed.data.report : undefined;
  return template === undefined ? undefined : readHttpReports(template, request.query, request.body.toString("utf8"));
}

async function take(
  parts: ReportDialectParts,
  provider: Provider,
  reports: ProviderReports,
  providerId?: string,
): Promise<ReportEvent> {
  if (reports === undefined) return "unreadable";
  let event: ReportEvent = "taken";
  for (const report of reports) {
    const message = await findMessage(parts, provider, report, providerId);
    if (message === undefined) {
      event = "unknown_message";
      continue;
    }
    const now = parts.now();
    await parts.feedback.delivered(message, {
      message: message.id,
      status: report.status,
      // A provider's clock may be ahead; nothing has happened that is yet to come.
      occurredAt: Math.min(report.occurredAt ?? now, now) as EpochMilliseconds,
      code: report.code,
      ...(report.operator === undefined ? {} : { operator: report.operator }),
      text:
        report.text === undefined
          ? undefined
          : providerWords(report.text, undefined, []).replaceAll(message.to.slice(1), "(number)"),
    });
  }
  return event;
}

/** The message that a report names, if it is at this provider: one provider cannot report on another's messages. */
async function findMessage(
  parts: ReportDialectParts,
  provider: Provider,
  report: ProviderReport,
  providerId: string | undefined,
): Promise<MessageView | undefined> {
  const found =
    "id" in report.message
      ? /^[0-9a-f]{32}$/.test(report.message.id)
        ? await parts.messages.findById(report.message.id as MessageId)
        : undefined
      : await parts.messages.findByProviderId(provider.id, report.message.providerId);
  if (found?.provider !== provider.id) return undefined;
  if (providerId !== undefined && found.providerId !== undefined && found.providerId !== providerId) return undefined;
  return found;
}

/** CM.com repeats what is not answered with success for seven days: a report that will never fit is taken off its hands. */
function replyTo(kind: ConnectorKind, event: ReportEvent): InboundReply {
  switch (event) {
    case "taken":
      return reply(200, "");
    case "unknown_message":
      return kind === "cm" ? reply(200, "") : reply(404, "no such message");
    case "unknown_provider":
      return reply(404, "no such report URL");
    case "bad_signature":
      return reply(403, "the signature does not fit");
    case "unreadable":
      return reply(400, "not a delivery report of this provider");
    case "not_recorded":
      return reply(503, "cannot be recorded now");
  }
}

function reply(status: number, body: string): InboundReply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}
