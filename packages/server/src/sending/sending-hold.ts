import type { EpochMilliseconds } from "@safeguard/core";
import type { Actor } from "../accounts/principal.ts";
import type { Changes } from "../changes.ts";
import type { RestoredBy } from "../store/restored.ts";
import type { Store } from "../store/store.ts";

/** What each way of being put back or copied looked like, in words. */
export const RESTORED_WORDS: Readonly<Record<RestoredBy, string>> = {
  backup: "it was restored from a backup",
  copied: "it stands in another place than when it was open last, as a copy does",
  older: "it had come further when it was open last, as one that was put back has",
};

export interface HeldSending {
  readonly by: RestoredBy;
  /** When it was seen. */
  readonly since: EpochMilliseconds;
  /** The last record that counts as from before. */
  readonly upTo: number;
}

/**
 * Whether what waited in the store before this start may be sent. In a store that was put back or copied it may have been
 * sent since, here or from where the copy was taken, so it waits for a person's word. What comes in anew is decided and
 * sent as ever.
 */
export interface SendingHold {
  /** Undefined: everything may be sent. */
  held(): HeldSending | undefined;
  /** Of what waits, only records after this one may be sent. 0: all. */
  above(): number;
  /** In one sentence, for the log, `/readyz` and the start; undefined: nothing is held back. */
  words(): string | undefined;
  /** Everything may be sent from now on; stands in the audit trail. */
  resume(by: { readonly at: EpochMilliseconds; readonly actor: Actor; readonly reason: string }): Promise<void>;
  /** Calls back when everything may be sent again. */
  onResumed(call: () => void): void;
}

export interface SendingHoldParts {
  readonly store: Pick<Store, "restored" | "forgetRestored">;
  readonly changes: Changes;
}

export function createSendingHold({ store, changes }: SendingHoldParts): SendingHold {
  let { restored } = store;
  const listeners: (() => void)[] = [];
  const held = (): HeldSending | undefined => restored && { by: restored.by, since: restored.at, upTo: restored.upTo };
  return {
    held,
    above: () => restored?.upTo ?? 0,
    words: () =>
      restored &&
      `What waited in this store is not sent, because ${RESTORED_WORDS[restored.by]}: some of it may have been sent since. When nothing else goes on from the same data, say \`safeguard sending resume\``,
    async resume({ at, actor, reason }) {
      if (restored === undefined) return;
      // First the word of it: a crash between the two leaves it held, and the word can be said again.
      await changes.commit([{ type: "sending_resumed", at, actor, reason }]);
      await store.forgetRestored();
      restored = undefined;
      for (const call of listeners) call();
    },
    onResumed: (call) => listeners.push(call),
  };
}

/** The notices as their queue may see them. */
export function noticesAbove(
  notices: Store["notices"],
  hold: Pick<SendingHold, "above">,
): Pick<Store["notices"], "due" | "nextDueAt"> {
  return {
    due: (now, limit) => notices.due(now, limit, hold.above()),
    nextDueAt: () => notices.nextDueAt(hold.above()),
  };
}
