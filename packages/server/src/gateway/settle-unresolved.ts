import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Store, UnresolvedSubmission, WaitingMessage } from "../store/store.ts";
import { optional } from "./screening/optional.ts";
import { waitEnded } from "./screening/wait-ended.ts";

const AT_ONCE = 10_000;

/**
 * At start: a submission that began and has no end was cut off, and nobody knows whether the provider took it. It is in
 * doubt. What had waited before and is still kept is sent once more where `sendsAgain` says so, because its account wants
 * that or the provider tells the two apart; everything else is not. Returns how many.
 */
export async function settleUnresolved(
  store: Pick<Store, "journal"> & { readonly messages: Pick<Store["messages"], "unresolved"> },
  at: EpochMilliseconds,
  sendsAgain: (account: AccountId, provider: string, waiting: WaitingMessage) => boolean = () => false,
): Promise<number> {
  let settled = 0;
  for (;;) {
    const unresolved = await store.messages.unresolved(AT_ONCE);
    if (unresolved.length === 0) return settled;
    await store.journal.append(unresolved.flatMap((one) => endOf(one, at, sendsAgain)));
    settled += unresolved.length;
  }
}

function endOf(
  { id, provider, attempt, waiting }: UnresolvedSubmission,
  at: EpochMilliseconds,
  sendsAgain: (account: AccountId, provider: string, waiting: WaitingMessage) => boolean,
): readonly JournalRecord[] {
  const text = "Safeguard was stopped before the provider had answered.";
  const outcome = { type: "in_doubt", cause: "restart", text } as const;
  const ended = { type: "submission_ended", message: id, at, provider, attempt, outcome } as const;
  if (waiting === undefined) return [ended];
  const { account, expiresAt, sendAt, removedChannels } = waiting;
  if (!sendsAgain(account, provider, waiting)) return [ended, waitEnded(id, account, at, "in_doubt")];
  return [
    ended,
    {
      type: "message_waits",
      message: id,
      at,
      account,
      state: "queued",
      dueAt: at,
      expiresAt,
      provider,
      attempts: attempt,
      tries: waiting.tries + 1,
      ...optional("sendAt", sendAt),
      inDoubt: true,
      ...optional("removedChannels", removedChannels.length === 0 ? undefined : removedChannels),
    },
  ];
}
