import { PURPOSES, parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../../../api/account-context.ts";
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
const PAGES =
  "A page may hold fewer than there are where `prefix`, `purpose` or `reason` is asked for: go on while there is `next`. For persons numbers are masked.";

const listQuery = pageQuery.extend({
  prefix: z
    .string()
    .regex(/^[+ ]?\d{1,15}$/, "must be + and 1 to 15 digits")
    .exactOptional()
    .describe("What the recipient's number begins with, such as +31653; never a whole number."),
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

const searchBody = listQuery
  .extend({
    limit: z.int().min(1).max(1000).default(50).describe("How many at most. Default 50, at most 1000."),
    to: z.string().max(40).exactOptional().describe("Recipient, in international form."),
    prefix: z
      .string()
      .regex(/^\+?\d{1,15}$/, "must be + and 1 to 15 digits")
      .exactOptional()
      .describe("What the recipient's number begins with, such as +31653."),
  })
  .meta({ id: "MessageSearch", examples: [{ to: "+31612345678" }] });

type Search = z.infer<typeof searchBody>;

/** Reading messages; sending them is a hot route. */
export function messageRoutes(store: Pick<Store, "messages">, explain: Explain): RoutePlugin {
  const find = async (
    { account, principal }: Pick<AccountContext, "account" | "principal">,
    { limit, cursor, ...filter }: Search,
  ) => {
    const page = await store.messages.list(account.id, filterOf(filter), limit, cursor);
    return {
      items: page.items.map((message) => forWhomAsks(principal, viewOfMessage(message, explain), message.to)),
      next: page.next ?? null,
    };
  };
  return async (app) => {
    app.get(
      "/v1/messages",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "List messages, newest first",
          description: `${PAGES} To look for a number see \`POST /v1/messages/search\`: none may stand in a URL.`,
          querystring: listQuery,
          response: { 200: pageView(messageView, "MessagePage") },
        },
      },
      async ({ accountContext, query: { limit, ...query } }) =>
        find(accountContext, { ...query, limit: Number(limit) }),
    );
    app.post(
      "/v1/messages/search",
      {
        config: { scope: "messages:read" },
        schema: {
          tags,
          summary: "Search messages, newest first, also by number",
          description: `What is looked for stands in the body, and so in no log of URLs. ${PAGES}`,
          body: searchBody,
          response: { 200: pageView(messageView, "MessagePage") },
        },
      },
      async ({ accountContext, body }) => find(accountContext, body),
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

function filterOf(query: Omit<Search, "limit" | "cursor">): MessageFilter {
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

function numberOf(text: string): NonNullable<MessageFilter["to"]> {
  const parsed = parseRecipient(text, "native");
  if (parsed.ok) return parsed.recipient.e164;
  throw new ServiceError("invalid_request", "Not valid: to.", [
    { field: "to", message: "must be a number in international form, such as +31612345678" },
  ]);
}
