/** Consecutive failures after which a receiver is taken for down. */
const DOWN_AFTER = 5;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;
const MAX_RECEIVERS = 10_000;

/**
 * Which receivers are down. While one is down it is tried with one notice after each pause; the others count as failed
 * without a request, so that a dead server costs its own account time and nobody else.
 */
export interface ReceiverHealth {
  /** May this receiver be called now? Each yes to a receiver that is down begins its next pause. */
  mayTry(receiver: string, now: number): boolean;
  tried(receiver: string, taken: boolean, now: number): void;
}

export function createReceiverHealth(): ReceiverHealth {
  const failing = new Map<string, { failures: number; nextTryAt: number }>();
  return {
    mayTry(receiver, now) {
      const state = failing.get(receiver);
      if (state === undefined || state.failures < DOWN_AFTER) return true;
      if (now < state.nextTryAt) return false;
      state.nextTryAt = now + pauseMs(state.failures);
      return true;
    },
    tried(receiver, taken, now) {
      if (taken) {
        failing.delete(receiver);
        return;
      }
      const failures = (failing.get(receiver)?.failures ?? 0) + 1;
      failing.delete(receiver);
      failing.set(receiver, { failures, nextTryAt: now + pauseMs(failures) });
      if (failing.size > MAX_RECEIVERS) forget(now);
    },
  };

  /** In the order of their last failure: the oldest go first. */
  function forget(now: number): void {
    for (const [receiver, { nextTryAt }] of failing) {
      if (failing.size <= MAX_RECEIVERS && nextTryAt + FORGOTTEN_AFTER_MS > now) return;
      failing.delete(receiver);
    }
  }
}

function pauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures - DOWN_AFTER), LONGEST_PAUSE_MS);
}
