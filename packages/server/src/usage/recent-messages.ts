import type { AccountId } from "@safeguard/core";
import type { MessageFilter, MessageView, Store } from "../store/store.ts";

/** Most messages that one question looks through. */
export const MOST_EXAMINED = 20_000;
const PAGE = 500;

/** What was looked through: the newest, and whether those are all. */
export interface RecentMessages {
  /** Newest first. */
  readonly messages: readonly MessageView[];
  readonly isComplete: boolean;
}

/** The newest messages that answer to a filter; each page is read by the store's own thread. */
export async function recentMessages(
  store: Pick<Store, "messages">,
  account: AccountId,
  filter: MessageFilter,
  most: number = MOST_EXAMINED,
): Promise<RecentMessages> {
  const messages: MessageView[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.messages.list(account, filter, Math.min(PAGE, most - messages.length), cursor);
    messages.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && messages.length < most);
  return { messages, isComplete: cursor === undefined };
}
