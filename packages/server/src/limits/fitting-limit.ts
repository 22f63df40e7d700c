/** One message of the past, as a ceiling would count it. */
export interface PastMessage {
  readonly at: number;
  /** The number, sender, destination … that it would be counted by. */
  readonly key: string;
  /** Messages, or units of money. */
  readonly amount: number;
  /** It is part of an incident: no ordinary traffic. */
  readonly isAttack: boolean;
}

/** What a ceiling of this height would have done. */
export interface TriedLimit {
  readonly most: number;
  readonly stopped: number;
  readonly stoppedAttack: number;
}

export interface FittingLimit {
  /** Ordinary windows with traffic, each of one key, by the most that was in one at any time: ascending. */
  readonly peaks: readonly number[];
  readonly ordinary: number;
  readonly attack: number;
}

/**
 * The past in windows: of each key and each window of the clock the most that any sliding window that ended in it had. A
 * ceiling as high as that would have stopped nothing there. `messages`: oldest first. Attacks do not count.
 */
export function pastPeaks(messages: readonly PastMessage[], windowMs: number): FittingLimit {
  const ordinary = messages.filter(({ isAttack }) => !isAttack);
  const peaks: number[] = [];
  for (const ofKey of Map.groupBy(ordinary, ({ key }) => key).values()) {
    const highest = new Map<number, number>();
    let sum = 0;
    let oldest = 0;
    for (const { at, amount } of ofKey) {
      sum += amount;
      for (let past = ofKey[oldest]; past !== undefined && past.at <= at - windowMs; past = ofKey[++oldest]) {
        sum -= past.amount;
      }
      const slot = Math.floor(at / windowMs);
      highest.set(slot, Math.max(highest.get(slot) ?? 0, sum));
    }
    peaks.push(...highest.values());
  }
  peaks.sort((a, b) => a - b);
  return { peaks, ordinary: ordinary.length, attack: messages.length - ordinary.length };
}

/** The least peak that this share of all are at or below; 0 where there are none. */
export function quantileOf(peaks: readonly number[], share: number): number {
  return peaks[Math.max(Math.ceil(share * peaks.length) - 1, 0)] ?? 0;
}

/** Lives through the past with a ceiling: what is stopped is not counted, as it never is. */
export function tryLimit(messages: readonly PastMessage[], windowMs: number, most: number): TriedLimit {
  const windows = new Map<string, { readonly passed: PastMessage[]; oldest: number; sum: number }>();
  let [stopped, stoppedAttack] = [0, 0];
  for (const message of messages) {
    let window = windows.get(message.key);
    if (window === undefined) {
      window = { passed: [], oldest: 0, sum: 0 };
      windows.set(message.key, window);
    }
    const { passed } = window;
    for (
      let past = passed[window.oldest];
      past !== undefined && past.at <= message.at - windowMs;
      past = passed[++window.oldest]
    ) {
      window.sum -= past.amount;
    }
    // (sums of fractions are not exact)
    if (window.sum + message.amount <= most + 1e-9) {
      passed.push(message);
      window.sum += message.amount;
    } else if (message.isAttack) stoppedAttack++;
    else stopped++;
  }
  return { most, stopped, stoppedAttack };
}
