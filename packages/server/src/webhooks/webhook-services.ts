import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { AlertSettingsBook } from "../alerts/settings-book.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Changes } from "../changes.ts";
import type { PausedReceivers } from "../gateway/feedback/paused-receivers.ts";
import { receiverOf } from "../gateway/feedback/receiver.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Delivery, Store } from "../store/store.ts";

export interface WebhookServiceDeps {
  readonly store: Pick<Store, "deliveries"> & { readonly journal: Pick<Store["journal"], "append" | "upcomingId"> };
  readonly changes: Changes;
  readonly paused: PausedReceivers;
  readonly settings: Pick<AlertSettingsBook, "of">;
  readonly noticesQueued: () => void;
}

const PAGE = 500;
/** What one request replays at most. */
const MOST_REPLAYED = 10_000;

/** The servers that an account's webhooks go to, with those that are paused. */
export function receiversOf(deps: WebhookServiceDeps, account: Account) {
  const { cmUrl, webhookUrl } = account.reports;
  const configured = [cmUrl, webhookUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).origin]));
  const channels = deps.settings.of(account.id).channels.map(({ id }) => `alert:${id}`);
  const paused = new Map(deps.paused.list(account.id).map(({ receiver, since }) => [receiver, since]));
  return [...new Set([...configured, ...channels, ...paused.keys()])].map((receiver) => {
    const since = paused.get(receiver);
    return { receiver, pausedSince: since === undefined ? null : new Date(since).toISOString() };
  });
}

/** Tells one thing once more, whatever became of it. Keeps its `webhook-id`: a receiver that has it can tell. */
export async function replayDelivery(
  deps: WebhookServiceDeps,
  { account, at }: AccountContext,
  id: string,
): Promise<Delivery> {
  const delivery = await deps.store.deliveries.find(account.id, id as MessageId);
  if (delivery === undefined) throw new ServiceError("not_found", "There is no such delivery (any more).");
  refusePaused(deps, account.id, delivery);
  const [made] = await queueAgain(deps, [delivery], at);
  const again = made === undefined ? undefined : await deps.store.deliveries.find(account.id, made);
  if (again === undefined) throw new Error("a replay that was just queued cannot be found");
  return again;
}

/** Tells everything once more that was given up since, oldest first. Those of receivers that are paused stay. */
export async function replayFailed(
  deps: WebhookServiceDeps,
  { account, at }: AccountContext,
  since: EpochMilliseconds,
): Promise<number> {
  const failed: Delivery[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page: Awaited<ReturnType<Store["deliveries"]["list"]>> = await deps.store.deliveries.list(
      account.id,
      { state: "failed" },
      PAGE,
      cursor,
    );
    for (const one of page.items) {
      if (one.at >= since && !deps.paused.isPaused(account.id, receiverOf(one.notice))) failed.push(one);
    }
    const last = page.items.at(-1);
    cursor = last === undefined || last.at < since || failed.length >= MOST_REPLAYED ? undefined : page.next;
  }
  return (await queueAgain(deps, failed.slice(0, MOST_REPLAYED).reverse(), at)).length;
}

/** Tells a paused receiver again from now on. What was given up meanwhile is replayed on demand. */
export async function resumeReceiver(
  deps: WebhookServiceDeps,
  { account, actor, at }: AccountContext,
  receiver: string,
): Promise<void> {
  if (!deps.paused.isPaused(account.id, receiver)) {
    throw new ServiceError("not_found", "No receiver of this name is paused.");
  }
  await deps.changes.commit([{ type: "receiver_resumed", at, actor, account: account.id, receiver }]);
}

function refusePaused(deps: WebhookServiceDeps, account: AccountId, { notice }: Delivery): void {
  const receiver = receiverOf(notice);
  if (!deps.paused.isPaused(account, receiver)) return;
  throw new ServiceError("conflict", `${receiver} is paused: resume it first, and then replay.`);
}

async function queueAgain(
  deps: WebhookServiceDeps,
  deliveries: readonly Delivery[],
  at: EpochMilliseconds,
): Promise<readonly MessageId[]> {
  const { journal } = deps.store;
  const ids: MessageId[] = [];
  for (let first = 0; first < deliveries.length; first += PAGE) {
    const records = deliveries.slice(first, first + PAGE).map(({ id, notice }, index): JournalRecord => {
      const fresh = journal.upcomingId(index);
      ids.push(fresh);
      return { type: "notice_queued", id: fresh, at, notice: { ...notice, replayOf: notice.replayOf ?? id } };
    });
    await journal.append(records);
  }
  deps.noticesQueued();
  return ids;
}
