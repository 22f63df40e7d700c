import { z } from "zod";
import { type MessageJson, messageView } from "../gateway/inbound/native/message-body.ts";
import type { ApiClient } from "./api-client.ts";
import { usageFailure } from "./command-failed.ts";
import { everyItem } from "./every-item.ts";
import { instant } from "./print.ts";

/** An id as the API takes it, from one as any client sees it: `msg_…`, `dec_…`, `SM…`, or CM.com's reference upstream. */
export function apiId(text: string): string {
  const [, prefix = "", digits = ""] = /^(msg_|dec_|SM)?([0-9a-f]{32})$/i.exec(text.trim()) ?? [];
  if (digits === "") {
    throw usageFailure(
      `${JSON.stringify(text)} is no id.`,
      "Write msg_… or dec_… and 32 hex digits (native API), SM… and 32 hex digits (Twilio clients), or the 32 hex digits alone",
      "(the reference that CM.com gets from us). `safeguard messages list` and `safeguard tail` show ids.",
    );
  }
  return `${prefix.toLowerCase() === "dec_" ? "dec_" : "msg_"}${digits.toLowerCase()}`;
}

/** The message of this id; without an account, whichever has it. */
export async function findMessage(
  client: ApiClient,
  account: string | undefined,
  id: string,
): Promise<MessageJson | undefined> {
  const accounts =
    account === undefined && client.way !== "remote"
      ? await everyItem(client, { method: "GET", path: "/v1/accounts" }, z.object({ id: z.string() }))
      : [{ id: account }];
  for (const candidate of accounts) {
    const found = await client.find({ method: "GET", path: `/v1/messages/${id}`, account: candidate.id }, messageView);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What became of a message, for people. */
export function fateOf(message: MessageJson): readonly [string, string][] {
  const { status, provider, error, updatedAt, waiting } = message;
  const providerId = "providerId" in message && typeof message.providerId === "string" ? message.providerId : undefined;
  const words = error === null ? "" : [error.code, error.text].filter((word) => word !== "").join(": ");
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["status", `${status.replaceAll("_", " ")}${updatedAt === undefined ? "" : `, since ${instant(updatedAt)}`}`],
    ["to be sent", timeOf(waiting?.sendAt)],
    ["taken up", timeOf(waiting?.dueAt)],
    ["expires", timeOf(waiting?.expiresAt)],
    ["provider", provider],
    ["its id there", providerId],
    ["its error", words === "" ? undefined : words],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]));
}

function timeOf(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : instant(text);
}
