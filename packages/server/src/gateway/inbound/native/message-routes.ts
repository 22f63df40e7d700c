import { PURPOSES, parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../../../api/app.ts";
import { pageQuery, pageView } from "../../../api/page.ts";
import { ServiceError } from "../../../api/service-error.ts";
import { forWhomAsks } from "../../../decisions/masked-number.ts";
import type { Explain } from "../../../decisions/view-decision.ts";
import { MESSAGE_STATUSES, type MessageFilter, type Store } from "../../../store/store.ts";
import { findMessage, messageParams } from "./find-message.ts";
import { messageView } from "./message-body.ts";
import { viewOfMessage } from "./view-message.ts";

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-22T00:00:00Z" });
const tags = ["Messages"];

const listQuery = pageQuery.extend({
  to: z.string().exactOptional().describe("Recipient, in international form."),
  prefix: z
    .string()
    .regex(/^[+ ]?\d{1,15}$/, "must be + and 1 to 15 digits")
    .exactOptional()
    .describe("What the recipient's number begins with, such as +31653."),
  from: z.string().max(64).exactOptional().describe("Sender ID."),
  destination: z.string().max(4).exactOptional().describe("Such as NL."),
  status: z.enum(MESSAGE_STATUSES).exactOptional(),
  purpose: z.enum(PURPOSES).exactOptional(),
  reason: z
    .string()
    .regex(/^[a-z_]{1,40}$/, "must be a reason code, such as range_contained")
    .exactOptional()
    .describe("Reason code of the verdict, such as `range_contained`."),
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
          description:
            "A page may hold fewer than there are where `prefix`, `purpose` or `reason` is asked for: go on while there is `next`. For persons numbers are masked.",
          querystring: listQuery,
          response: { 200: pageView(messageView, "MessagePage") },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query;
        const { principal } = request.accountContext;
        const page = await store.messages.list(
          request.accountContext.account.id,
          filterOf(filter),
          Number(limit),
          cursor,
        );
        return {
          items: page.items.map((message) => forWhomAsks(principal, viewOfMessage(message, explain), message.to)),
          next: page.next ?? null,
        };
      },
    );
    app.get(
      "/v1/messages/:id",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "Get a message",
          description: "For persons its number is masked.",
          params: messageParams,
          response: { 200: messageView },
        },
      },
      async (request) => {
        const message = await findMessage(store, request.accountContext, request.params.id);
        return forWhomAsks(request.accountContext.principal, viewOfMessage(message, explain), message.to);
      },
    );
  };
}

function filterOf(query: Omit<z.infer<typeof listQuery>, "limit" | "cursor">): MessageFilter {
  const { to, prefix, from, destination, status, purpose, reason, after, before } = query;
  return {
    ...(to === undefined ? {} : { to: numberOf(to) }),
    // (a + that was not escaped reads as a space)
    ...(prefix === undefined ? {} : { prefix: `+${prefix.replace(/^[+ ]/, "")}` }),
    ...(from === undefined ? {} : { originator: from }),
    ...(destination === undefined ? {} : { destination }),
    ...(status === undefined ? {} : { status }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(reason === undefined ? {} : { reason }),
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
