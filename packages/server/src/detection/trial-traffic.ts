import type { AccountId, Engine } from "@safeguard/core";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Directory } from "../accounts/directory.ts";
import type { AccountContext } from "../api/account-context.ts";
import type { JournalRecord } from "../store/journal-record.ts";

/**
 * What test keys ask for reaches only the sandbox, and must neither teach nor trigger what decides on live traffic. Only an
 * account that is being tried out, which has no live key and has learned no past traffic, judges them as if they were live,
 * so that an attack can be seen to be stopped before anything is set up. What that taught is forgotten with the first live
 * key, or when past traffic is learned.
 */
export interface TrialTraffic {
  /** Does a message of such a key count in detection? Else it is only told what holds now. */
  counts(account: AccountId, mode: ApiKey["mode"]): boolean;
  /** Is the account only being tried out? */
  isTrial(account: AccountId): boolean;
  /** What is to be recorded when the trial of the context's account, and of those below it, ends; nothing where nothing was tried. */
  ends(context: AccountContext): readonly JournalRecord[];
}

export interface TrialParts {
  readonly directory: Pick<Directory, "account" | "accounts" | "isWithin" | "keysOf">;
  readonly engine: Pick<Engine, "findDetection">;
}

export function createTrialTraffic({ directory, engine }: TrialParts): TrialTraffic {
  const isTrial = (account: AccountId): boolean => {
    if (engine.findDetection(account)?.hasLearnedPast === true) return false;
    // (a key of an account above may send for it, too)
    for (let id: AccountId | undefined = account; id !== undefined; id = directory.account(id)?.parent) {
      if (directory.keysOf(id).some(({ mode }) => mode === "live")) return false;
    }
    return true;
  };
  return {
    isTrial,
    counts: (account, mode) => mode === "live" || isTrial(account),
    ends({ account: { id: ended }, at, actor }) {
      const reason = "the trial with test keys is over";
      return directory
        .accounts()
        .filter(({ id }) => directory.isWithin(id, ended) && isTrial(id))
        .filter(({ id }) => (engine.findDetection(id)?.knownTo ?? 0) > 0)
        .map(
          ({ id: account }) => ({ type: "detection_begun_anew", at, actor, account, wasTrial: true, reason }) as const,
        );
    },
  };
}
