import type { Scope } from "../../../accounts/api-key.ts";
import type { Authenticator, KeyPrincipal } from "../../../accounts/principal.ts";
import type { MessageView, Store } from "../../../store/store.ts";
import type { Feedback } from "../../feedback/feedback.ts";
import type { Screening } from "../../screening-port.ts";
import type { SubmissionQueue } from "../../submissions/submission-queue.ts";
import type { InboundDialect, InboundReply, InboundRequest, InboundRoute } from "../exchange.ts";
import { authenticate } from "./authenticate.ts";
import { createMessage } from "./create-message.ts";
import { listMessages } from "./list-messages.ts";
import { messageFeedback } from "./message-feedback.ts";
import { viewedResource } from "./message-resource.ts";
import { messageIdOf } from "./sid.ts";
import { errorReply, jsonReply, type TwilioProblem } from "./twilio-error.ts";
import { updateMessage } from "./update-message.ts";

export interface TwilioDialectParts {
  readonly authenticator: Authenticator;
  readonly screening: Screening;
  readonly messages: Pick<Store["messages"], "find" | "list">;
  readonly feedback: Feedback;
  readonly submissions: Pick<SubmissionQueue, "cancel">;
}

/** Room for a text of 1,600 characters, ten media URLs and a template's variables, all percent-encoded. */
const MAX_BODY_BYTES = 128 * 1024;

const MESSAGES = "/2010-04-01/Accounts/:account/Messages";

/** Answers a request whose key has been proved. */
type KeyHandler = (
  principal: KeyPrincipal,
  request: InboundRequest,
  params: Readonly<Record<string, string | undefined>>,
) => Promise<InboundReply>;

/** Twilio's Messages API (2010-04-01), so that Twilio's SDKs can be pointed at us unchanged. */
export function createTwilioDialect(parts: TwilioDialectParts): InboundDialect {
  const { screening, messages, feedback, submissions } = parts;

  const route = (method: InboundRoute["method"], path: string, scope: Scope, handle: KeyHandler): InboundRoute => ({
    method,
    path: MESSAGES + path,
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () => errorReply({ error: "too_large", message: `The request exceeds ${MAX_BODY_BYTES} bytes.` }),
    busy: (_, retryAfterSeconds) =>
      errorReply({ error: "too_many_requests", message: "Too Many Requests: nothing was sent.", retryAfterSeconds }),
    fault: () => errorReply({ error: "internal", message: "An internal server error has occurred" }),
    async handle(request, params) {
      const proved = authenticate(parts.authenticator, request, params["account"], scope);
      return proved.ok ? handle(proved.principal, request, params) : proved.reply;
    },
  });

  /** Routes about one message: a foreign SID and one that never was have the same answer. */
  const messageRoute = (
    method: InboundRoute["method"],
    path: string,
    scope: Scope,
    handle: (
      principal: KeyPrincipal,
      message: MessageView,
      request: InboundRequest,
    ) => InboundReply | Promise<InboundReply>,
  ): InboundRoute =>
    route(method, path, scope, async (principal, request, params) => {
      const id = messageIdOf(params["message"] ?? "");
      const message = id === undefined ? undefined : await messages.find(principal.account.id, id);
      return message === undefined ? errorReply(notFound(request.path)) : handle(principal, message, request);
    });

  const refusing = (method: InboundRoute["method"], path: string, scope: Scope, problem: TwilioProblem): InboundRoute =>
    route(method, path, scope, () => Promise.resolve(errorReply(problem)));

  return {
    name: "twilio",
    routes: [
      route("POST", ".json", "messages:send", (principal, request) => createMessage(screening, principal, request)),
      route("GET", ".json", "messages:read", (principal, request) => listMessages(messages, principal, request)),
      messageRoute("GET", "/:message.json", "messages:read", (principal, message) =>
        jsonReply(200, viewedResource(message, principal.account.twilioSid)),
      ),
      messageRoute("POST", "/:message/Feedback.json", "events:write", (principal, message, request) =>
        messageFeedback(feedback, principal, message, request),
      ),
      messageRoute("GET", "/:message/Media.json", "messages:read", () => errorReply(NO_MEDIA)),
      messageRoute("POST", "/:message.json", "messages:send", (principal, message, request) =>
        updateMessage(submissions, messages, principal, message, request),
      ),
      refusing("DELETE", "/:message.json", "messages:send", NO_DELETE),
      refusing("POST", "", "messages:send", ONLY_JSON),
      refusing("GET", "", "messages:read", ONLY_JSON),
      refusing("GET", "/:message", "messages:read", ONLY_JSON),
      refusing("POST", "/:message/Feedback", "messages:send", ONLY_JSON),
      ...METHODS.map(nothingThere),
    ],
  };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Every other resource of Twilio's API, and every other method: in Twilio's words, because a Twilio client asked. */
function nothingThere(method: InboundRoute["method"]): InboundRoute {
  return {
    method,
    path: "/2010-04-01/*",
    maxBodyBytes: MAX_BODY_BYTES,
    tooLarge: () => errorReply(notFound("")),
    handle: (request) => Promise.resolve(errorReply(notFound(request.path))),
  };
}

function notFound(path: string): TwilioProblem {
  return { error: "not_found", message: `The requested resource ${path.slice(0, 200)} was not found` };
}

const ONLY_JSON: TwilioProblem = {
  error: "not_acceptable",
  message: "Only JSON is offered: add .json to the path.",
};
const NO_DELETE: TwilioProblem = {
  error: "method_not_allowed",
  message: "Messages cannot be deleted here: the record goes when its retention ends.",
};
const NO_MEDIA: TwilioProblem = { error: "not_found", message: "Media are not kept." };
