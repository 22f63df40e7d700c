/** A code is good in its own half minute, and in the one before and after it. */
const GOOD_FOR_MS = 90_000;

/** Which codes of second factors have let somebody in: each is good once. */
export interface UsedCodes {
  /** False: this person has come in with this code already. */
  use(person: string, code: string): boolean;
}

export function createUsedCodes(now: () => number): UsedCodes {
  const used = new Map<string, number>();
  return {
    use(person, code) {
      const at = now();
      for (const [known, since] of used) if (since + GOOD_FOR_MS <= at) used.delete(known);
      const key = `${person} ${code}`;
      if (used.has(key)) return false;
      used.set(key, at);
      return true;
    },
  };
}
