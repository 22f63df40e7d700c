import type { AccountId, E164, EpochMilliseconds, Message, Verdict } from "@safeguard/core";

/** One person's attempt: who asks again for a number within this time goes on waiting. */
const SESSION_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Decisions that came to hold, so that who asks again for the number continues the wait, and does not begin another. */
export class HeldDecisions {
  /** Oldest first. */
  readonly #since = new Map<string, EpochMilliseconds>();

  /** Since when this number is held; undefined: it is not. */
  since(account: AccountId, to: E164, at: EpochMilliseconds): EpochMilliseconds | undefined {
    if (this.#since.size === 0) return undefined;
    const since = this.#since.get(keyOf(account, to));
    return since === undefined || at - since >= SESSION_MS ? undefined : since;
  }

  decided({ account, recipient, at, heldSince = at }: HeldQuestion, { action }: Verdict): void {
    if (action !== "hold" && this.#since.size === 0) return;
    const key = keyOf(account, recipient.e164);
    this.#since.delete(key);
    if (action !== "hold") return;
    this.#since.set(key, heldSince);
    if (this.#since.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#since.keys();
    if (oldest !== undefined) this.#since.delete(oldest);
  }

  /** The number was erased. */
  forget(account: AccountId, to: E164): void {
    this.#since.delete(keyOf(account, to));
  }

  /** For a snapshot. */
  list(): readonly (readonly [string, EpochMilliseconds])[] {
    return [...this.#since];
  }

  restore(list: readonly (readonly [string, EpochMilliseconds])[]): void {
    for (const [key, since] of list) this.#since.set(key, since);
  }
}

type HeldQuestion = Pick<Message, "account" | "at" | "heldSince"> & {
  readonly recipient: Pick<Message["recipient"], "e164">;
};

function keyOf(account: AccountId, to: E164): string {
  return `${account} ${to}`;
}
