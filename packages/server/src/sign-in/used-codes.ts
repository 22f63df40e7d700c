import { createSerially } from "../accounts/serially.ts";

/** Longer than a code could be taken for that of a half minute beside. */
const KEPT_MS = 120_000;

/** Where it is kept, so that it holds across a restart, too: the library's table of things that are good for a while. */
interface KeptForAWhile {
  findVerificationValue(identifier: string): Promise<unknown>;
  createVerificationValue(row: {
    readonly identifier: string;
    readonly value: string;
    readonly expiresAt: Date;
  }): Promise<unknown>;
}

/** Which codes of second factors were entered already: each is good once. */
export interface UsedCodes {
  /** False: this person has entered the code of this half minute already. */
  use(kept: KeptForAWhile, person: string, halfMinute: number): Promise<boolean>;
}

export function createUsedCodes(): UsedCodes {
  const serially = createSerially();
  return {
    use: (kept, person, halfMinute) =>
      serially(async () => {
        const identifier = `used-code-${person}-${halfMinute}`;
        if ((await kept.findVerificationValue(identifier)) !== null) return false;
        await kept.createVerificationValue({ identifier, value: "", expiresAt: new Date(Date.now() + KEPT_MS) });
        return true;
      }),
  };
}
