import type { Message, MessageQuery, SafeguardClient } from "@safeguard/client";
import { csvOf } from "../shared/csv.ts";

/** Rows of one file at most. */
export const MOST_EXPORTED = 100_000;

/** Every message that answers to the query, up to {@link MOST_EXPORTED}; numbers as the list has them: masked. */
export async function exportMessages(
  { messages }: Pick<SafeguardClient, "messages">,
  query: MessageQuery,
  onProgress: (count: number) => void,
): Promise<{ readonly csv: string; readonly count: number; readonly isWhole: boolean }> {
  const all: Message[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await messages.list({ ...query, limit: 1000, ...(typeof cursor === "string" && { cursor }) });
    all.push(...page.items);
    cursor = page.next;
    onProgress(all.length);
  } while (cursor !== null && all.length < MOST_EXPORTED);
  return { csv: csvOfMessages(all), count: all.length, isWhole: cursor === null };
}

export function csvOfMessages(messages: readonly Message[]): string {
  return csvOf(
    [
      ...["id", "at", "updated_at", "to", "destination", "from", "purpose", "channels", "reference", "status"],
      ...["action", "would", "reason", "score", "segments", "price", "currency", "provider", "error", "sentence"],
    ],
    messages.map((message) => [
      ...[message.id, message.at, message.updatedAt, message.to],
      message.destination ?? message.candidates.join(" "),
      ...[message.from, message.purpose, message.channels.join(" "), message.reference, message.status],
      ...[message.action, message.would, message.reason, message.score, message.segments],
      ...[message.price?.amount, message.price?.currency, message.provider, message.error?.code, message.sentence],
    ]),
  );
}
