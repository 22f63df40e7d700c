import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { LiveView } from "../../changes.ts";

export interface PausedReceiver {
  readonly receiver: string;
  readonly since: EpochMilliseconds;
}

/** Which servers of an account are not told anything at present, as of the last durable record. */
export interface PausedReceivers extends LiveView {
  isPaused(account: AccountId, receiver: string): boolean;
  list(account: AccountId): readonly PausedReceiver[];
}

export function createPausedReceivers(): PausedReceivers {
  const accounts = new Map<AccountId, Map<string, EpochMilliseconds>>();
  return {
    apply(record) {
      if (record.type === "receiver_paused") {
        const paused = accounts.get(record.account) ?? new Map<string, EpochMilliseconds>();
        paused.set(record.receiver, record.at);
        accounts.set(record.account, paused);
      }
      if (record.type === "receiver_resumed") accounts.get(record.account)?.delete(record.receiver);
    },
    isPaused: (account, receiver) => accounts.get(account)?.has(receiver) === true,
    list: (account) => [...(accounts.get(account) ?? [])].map(([receiver, since]) => ({ receiver, since })),
  };
}
