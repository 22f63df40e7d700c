import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import type { Actor } from "../accounts/principal.ts";
import type { SealedFile } from "../store/sealed-file.ts";

/** An erasure that was asked for and is not done yet. */
export interface PendingErasure {
  readonly to: E164;
  /** Undefined: of every account. */
  readonly account: AccountId | undefined;
  readonly standIn: E164;
  readonly at: EpochMilliseconds;
  readonly actor: Actor;
  readonly reason: string | undefined;
}

/** Keeps, sealed, which number is being erased, until it is: a stop in between must neither forget it nor keep it. */
export interface PendingErasures {
  read(): Promise<PendingErasure | undefined>;
  save(erasure: PendingErasure): Promise<void>;
  clear(): Promise<void>;
}

const NOTHING = "{}";

export function createPendingErasures(file: SealedFile): PendingErasures {
  return {
    async read() {
      const content = (await file.read())?.toString("utf8") ?? NOTHING;
      return content === NOTHING ? undefined : readErasure(content);
    },
    save: (erasure) => file.write(Buffer.from(JSON.stringify(erasure))),
    clear: () => file.write(Buffer.from(NOTHING)),
  };
}

function readErasure(content: string): PendingErasure {
  const { account, reason, ...rest } = JSON.parse(content) as PendingErasure;
  return { ...rest, account, reason };
}
