import { parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../../../api/app.ts";
import { pageQuery, pageView } from "../../../api/page.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { type Explain, idFromPublic } from "../../../decisions/view-decision.ts";
import { MESSAGE_STATUSES, type MessageFilter, type Store } from "../../../store/store.ts";
import { messageView } from "./message-body.ts";
import { viewOfMessage } from "./view-message.ts";

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-22T00:00:00Z" });
const tags = ["Messages"];

const listQuery = pageQuery.extend({
  to: z.string().exactOptional().describe("Recipient, in international form."),
  from: z.string().max(64).exactOptional().describe("Sender ID."),
  destination: z.string().max(4).exactOptional().describe("Such as NL."),
  status: z.enum(MESSAGE_STATUSES).exactOptional(),
  after: instant.exactOptional().describe("Messages from then on."),
  before: instant.exactOptional().describe("Messages before then."),
});

/** Reading messages; sending them is a hot route. */
export function messageRoutes(store: Pick<Store, "messages">, explain: Explain): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/messages",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "List messages, newest first",
          querystring: listQuery,
          response: { 200: pageView(messageView, "MessagePage") },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query;
        const page = await store.messages.list(
          request.accountContext.account.id,
          filterOf(filter),
          Number(limit),
          cursor,
        );
        return { items: page.items.map((message) => viewOfMessage(message, explain)), next: page.next ?? null };
      },
    );
    app.get(
      "/v1/messages/:id",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "Get a message",
          params: z.object({
            id: z.string().describe("`msg_…`, the `SM…` of a Twilio client, or the bare 32 digits."),
          }),
          response: { 200: messageView },
        },
      },
      async (request) => {
        const id = idFromPublic(request.params.id);
        const message = id && (await store.messages.find(request.accountContext.account.id, id));
        if (message === undefined) throw new ServiceError("not_found", "There is no such message.");
        return viewOfMessage(message, explain);
      },
    );
  };
}

function filterOf(query: Omit<z.infer<typeof listQuery>, "limit" | "cursor">): MessageFilter {
  const { to, from, destination, status, after, before } = query;
  return {
    ...(to === undefined ? {} : { to: numberOf(to) }),
    ...(from === undefined ? {} : { originator: from }),
    ...(destination === undefined ? {} : { destination }),
    ...(status === undefined ? {} : { status }),
    ...(after === undefined ? {} : { from: Date.parse(after) as NonNullable<MessageFilter["from"]> }),
    ...(before === undefined ? {} : { until: Date.parse(before) as NonNullable<MessageFilter["until"]> }),
  };
}

/** A `+` in a query string reads as a space unless it is escaped; people forget, and mean a plus. */
function numberOf(text: string): NonNullable<MessageFilter["to"]> {
  const parsed = parseRecipient(text.replace(/^ /, "+"), "native");
  if (parsed.ok) return parsed.recipient.e164;
  throw new ServiceError("invalid_request", "Not valid: to.", [
    { field: "to", message: "must be a number in international form, such as +31612345678" },
  ]);
}
