import { type E164, type EpochMilliseconds, parseRecipient } from "@safeguard/core";
import type { KeyPrincipal } from "../../../accounts/principal.ts";
import { InvalidCursor, type MessageFilter, type MessageView, type Page, type Store } from "../../../store/store.ts";
import type { InboundReply, InboundRequest } from "../exchange.ts";
import { messagesUri, viewedResource } from "./message-resource.ts";
import { errorReply, jsonReply, type TwilioProblem } from "./twilio-error.ts";

const DEFAULT_PAGE_SIZE = 50;
/** Twilio cuts a larger `PageSize` to this, and its SDKs count on it. */
const MAX_PAGE_SIZE = 1_000;

/** What a list request asks for. */
interface ListRequest {
  readonly filter: MessageFilter;
  /** The filters as the client wrote them, to be repeated in the URIs of the other pages. */
  readonly written: readonly [name: string, value: string][];
  readonly pageSize: number;
  readonly page: number;
  readonly pageToken: string | undefined;
}

/** `GET …/Messages.json`: newest first, in pages that Twilio's SDKs follow by `next_page_uri`. */
export async function listMessages(
  messages: Pick<Store["messages"], "list">,
  principal: KeyPrincipal,
  request: InboundRequest,
): Promise<InboundReply> {
  const asked = listRequest(request.query);
  if ("error" in asked) return errorReply(asked);
  const { account } = principal;
  let found: Page<MessageView>;
  try {
    found = await messages.list(account.id, asked.filter, asked.pageSize, asked.pageToken);
  } catch (failure) {
    if (failure instanceof InvalidCursor)
      return errorReply(wrong("PageToken is none of this list: follow next_page_uri of the page before."));
    throw failure;
  }
  const start = asked.page * asked.pageSize;
  return jsonReply(200, {
    messages: found.items.map((view) => viewedResource(view, account.twilioSid)),
    page: asked.page,
    page_size: asked.pageSize,
    start,
    end: start + Math.max(0, found.items.length - 1),
    uri: pageUri(account.twilioSid, asked, asked.page, asked.pageToken),
    first_page_uri: pageUri(account.twilioSid, asked, 0, undefined),
    next_page_uri: found.next === undefined ? null : pageUri(account.twilioSid, asked, asked.page + 1, found.next),
    // Pages go forward only.
    previous_page_uri: null,
  });
}

function pageUri(accountSid: string, asked: ListRequest, page: number, token: string | undefined): string {
  const query = new URLSearchParams(asked.written);
  query.set("PageSize", String(asked.pageSize));
  query.set("Page", String(page));
  if (token !== undefined) query.set("PageToken", token);
  return `${messagesUri(accountSid)}.json?${query}`;
}

function listRequest(query: string): ListRequest | TwilioProblem {
  const given = new URLSearchParams(query);
  const pageSize = integer(given, "PageSize", DEFAULT_PAGE_SIZE);
  if (pageSize === undefined || pageSize < 1) return wrong("PageSize must be a whole number from 1 to 1000.");
  const page = integer(given, "Page", 0);
  if (page === undefined) return wrong("Page must be a whole number from 0.");
  const pageToken = given.get("PageToken") ?? undefined;
  if (page > 0 && pageToken === undefined)
    return wrong("Page needs PageToken: follow next_page_uri of the page before.");

  const filter = listFilter(given);
  if ("error" in filter) return filter;
  const written = FILTERS.flatMap((name) => {
    const value = given.get(name);
    return value === null || value === "" ? [] : [[name, value] satisfies [string, string]];
  });
  return { filter, written, pageSize: Math.min(pageSize, MAX_PAGE_SIZE), page, pageToken };
}

const FILTERS = ["To", "From", "DateSent", "DateSent>", "DateSent<"] as const;

function listFilter(given: URLSearchParams): MessageFilter | TwilioProblem {
  let to: E164 | undefined;
  const number = given.get("To");
  if (number) {
    const parsed = parseRecipient(number.replace(/^(?:whatsapp|rcs):/, ""), "twilio");
    if (!parsed.ok)
      return { error: "invalid_to", message: `The 'To' number ${number.slice(0, 64)} is not a valid phone number.` };
    to = parsed.recipient.e164;
  }
  const originator = given.get("From");

  // `DateSent` is a day; `DateSent>` and `DateSent<` include the instant or day that they name.
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const name of ["DateSent", "DateSent>", "DateSent<"] as const) {
    const value = given.get(name);
    if (!value) continue;
    const span = spanOf(value);
    if (span === undefined)
      return wrong(`${name} must be a date such as 2026-11-22 or a time such as 2026-11-22T10:30:00Z.`);
    if (name === "DateSent") {
      const day = Math.floor(span.from / DAY_MS) * DAY_MS;
      from = Math.max(from, day);
      until = Math.min(until, day + DAY_MS);
    } else if (name === "DateSent>") from = Math.max(from, span.from);
    else until = Math.min(until, span.until);
  }
  return {
    ...(to === undefined ? {} : { to }),
    ...(originator ? { originator } : {}),
    ...(Number.isFinite(from) ? { from: from as EpochMilliseconds } : {}),
    ...(Number.isFinite(until) ? { until: until as EpochMilliseconds } : {}),
  };
}

const DAY_MS = 86_400_000;

/** The time that a date (a UTC day) or a time (one second) names: from the first millisecond until before the last. */
function spanOf(text: string): { readonly from: number; readonly until: number } | undefined {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  if (!isDay && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text))
    return undefined;
  const from = Date.parse(text);
  return Number.isNaN(from) ? undefined : { from, until: from + (isDay ? DAY_MS : 1_000) };
}

function integer(given: URLSearchParams, name: string, absent: number): number | undefined {
  const text = given.get(name);
  if (text === null || text === "") return absent;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function wrong(message: string): TwilioProblem {
  return { error: "bad_request", message };
}
