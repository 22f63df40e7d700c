import { randomInt } from "node:crypto";
import { type AccountId, type E164, type Engine, standInFor } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { Serially } from "../accounts/serially.ts";
import type { Changes } from "../changes.ts";
import type { HeldDecisions } from "../decisions/held-decisions.ts";
import type { OpenHolds } from "../detection/open-holds.ts";
import type { SandboxNetwork } from "../gateway/outbound/sandbox/sandbox-network.ts";
import { erasedRecord } from "../store/erased-record.ts";
import type { Journal } from "../store/journal.ts";
import type { JournalRecord, MessageDecided } from "../store/journal-record.ts";
import type { ErasedNumber, Store } from "../store/store.ts";
import type { PendingErasure, PendingErasures } from "./pending-erasure.ts";

export interface ErasingParts {
  readonly store: Pick<Store, "eraseNumber" | "waiting">;
  readonly journal: Pick<Journal, "append">;
  readonly changes: Changes;
  readonly engine: Pick<Engine, "eraseNumber">;
  readonly holds: OpenHolds;
  readonly heldDecisions: HeldDecisions;
  readonly sandbox: Pick<SandboxNetwork, "forget">;
  readonly accounts: () => readonly Account[];
  readonly pending: PendingErasures;
  readonly serially: Serially;
  /** Brings accounts, keys, policies and the like into memory as the store has them. */
  readonly reloadKept: () => Promise<void>;
  /** Writes the state of detection as it is now. */
  readonly saveDetection: () => Promise<void>;
}

export interface Erasing {
  /**
   * Erases a number, of one account or of all, from the journal, the tables, memory and the snapshot. What was begun is
   * finished after a stop. Resolves when nothing of it is left.
   */
  erase(asked: Omit<PendingErasure, "standIn">): Promise<ErasedNumber & { readonly standIn: E164 }>;
  /** Says of one that the start has finished that it is done (see `resumeErasure`). */
  finish(erasure: PendingErasure): Promise<void>;
}

export function createErasing(parts: ErasingParts): Erasing {
  const { store, journal, changes, pending } = parts;

  /** Messages that wait to be sent: they are not sent any more. */
  async function endWaits({ to, account, at }: PendingErasure): Promise<number> {
    const records: JournalRecord[] = [];
    for (const { id } of parts.accounts()) {
      if (account !== undefined && id !== account) continue;
      for (const { id: message, inDoubt } of await store.waiting.toNumber(id, to)) {
        records.push({ type: "wait_ended", message, at, account: id, how: inDoubt ? "in_doubt" : "erased" });
      }
    }
    if (records.length > 0) await journal.append(records);
    return records.length;
  }

  async function record(erasure: PendingErasure, resumed: boolean): Promise<void> {
    const { at, actor, account, standIn, reason } = erasure;
    await changes.commit([
      {
        type: "number_erased",
        at,
        actor,
        ...(account !== undefined && { account }),
        standIn,
        ...(reason !== undefined && { reason }),
        ...(resumed && { resumed }),
      },
    ]);
  }

  return {
    erase: (asked) =>
      parts.serially(async () => {
        const erasure = { ...asked, standIn: standInFor(asked.to, randomInt(100)) };
        // From here on it is done, whatever happens.
        await pending.save(erasure);
        await record(erasure, false);
        await endWaits(erasure);
        forgetInMemory(parts, erasure);
        let erased = await store.eraseNumber(erasure);
        // A name, a reason or a URL has named it.
        const isInUse = erased.rows.documents > 0;
        if (isInUse) await parts.reloadKept();
        // What came in meanwhile.
        const waited = await endWaits(erasure);
        if (isInUse || waited > 0) erased = joined(erased, await store.eraseNumber(erasure));
        forgetInMemory(parts, erasure);
        await parts.saveDetection();
        await pending.clear();
        return { ...erased, standIn: erasure.standIn };
      }),
    async finish(erasure) {
      await record(erasure, true);
      await parts.saveDetection();
      await pending.clear();
    },
  };
}

/** Takes a number out of what is kept in memory. */
export function forgetInMemory(
  {
    engine,
    holds,
    heldDecisions,
    accounts,
    sandbox,
  }: Pick<ErasingParts, "engine" | "holds" | "heldDecisions" | "accounts"> & Partial<Pick<ErasingParts, "sandbox">>,
  erasure: Pick<PendingErasure, "to" | "standIn" | "account">,
): void {
  const { to, standIn, account } = erasure;
  const isOf = (id: AccountId): boolean => account === undefined || id === account;
  for (const { id } of accounts()) {
    if (!isOf(id)) continue;
    engine.eraseNumber(id, to, standIn);
    heldDecisions.forget(id, to);
  }
  holds.erase(
    (held) => held.to === to && isOf(held.account),
    (held) => erasedRecord(held, erasure) as MessageDecided,
  );
  sandbox?.forget(to, account);
}

function joined(one: ErasedNumber, other: ErasedNumber): ErasedNumber {
  const records = { ...one.records };
  for (const [type, count] of Object.entries(other.records)) records[type] = (records[type] ?? 0) + count;
  const rows = {
    verified: one.rows.verified + other.rows.verified,
    documents: one.rows.documents + other.rows.documents,
  };
  return { records, rows, kept: other.kept };
}
