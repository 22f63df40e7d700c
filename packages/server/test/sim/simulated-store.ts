import type { AccountId } from "@safeguard/core";
import type { MessageId } from "../../src/gateway/message-id.ts";
import { GroupJournal, type JournalGroup } from "../../src/store/group-journal.ts";
import { RecordIds } from "../../src/store/record-ids.ts";
import type { Store, UnresolvedSubmission, WaitingMessage } from "../../src/store/store.ts";
import type { SimulatedDisk } from "../../src/store/testing/simulated-disk.ts";
import { MessageTable } from "./message-table.ts";

/** Ids of one fixed key: they are enciphered once for all seeds. */
export const IDS = new RecordIds(new Uint8Array(32), 1n);

/** When things happen around the store; each may also never happen, where the process has ended. */
export interface StoreTimes {
  /** A group is given to the disk. `done`: write it through; `broken`: the disk can write no more. */
  commit(done: () => void, broken: (fate: "lost" | "kept") => void): void;
  /** A question. `answer` looks it up, and what it returns hands that over. Throws what the store cannot read. */
  read(answer: () => () => void, fail: (failure: Error) => void): void;
  afterTurn(call: () => void): void;
}

export interface SimulatedStore extends Pick<Store, "journal" | "eraseNumber" | "verified"> {
  readonly messages: Pick<Store["messages"], "findById" | "unresolved">;
  readonly waiting: Store["waiting"];
  /** What is on stable storage. */
  readonly table: MessageTable;
}

/** The production journal over a simulated disk, and tables that follow it. */
export async function openSimulatedStore(disk: SimulatedDisk, times: StoreTimes): Promise<SimulatedStore> {
  const table = new MessageTable(IDS);
  for (const group of await disk.groupsFrom(1)) table.fold(group);
  const journal = new GroupJournal(
    {
      commit(group: JournalGroup) {
        const written = disk.commit(group);
        times.commit(
          () => {
            table.fold(group);
            disk.sync();
          },
          (fate) => disk.fail(fate),
        );
        return written;
      },
      groupsFrom: (sequence) => disk.groupsFrom(sequence),
    },
    IDS,
    table.records.length,
    times.afterTurn,
  );
  const ask = <T>(look: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      times.read(() => {
        const found = look();
        return () => resolve(found);
      }, reject);
    });
  const above = (least: number) => [...table.waiting.values()].filter(({ sequence }) => sequence > least);
  const find = (account: AccountId, id: MessageId): WaitingMessage | undefined => {
    const found = table.waiting.get(id);
    return found?.account === account ? found : undefined;
  };
  return {
    journal,
    table,
    messages: {
      findById: (id) => ask(() => table.view(id)),
      unresolved: (limit) => ask(() => unresolvedIn(table).slice(0, limit)),
    },
    waiting: {
      lanes: (least) =>
        ask(() =>
          [...Map.groupBy(above(least), ({ provider, account }) => `${provider} ${account}`).values()].flatMap(
            (lane) => {
              const [first] = lane.toSorted((a, b) => a.dueAt - b.dueAt);
              if (first === undefined) return [];
              const { provider, account, dueAt } = first;
              return [{ provider, account, dueAt, count: lane.length }];
            },
          ),
        ),
      first: ({ provider, account }, least, limit) =>
        ask(() =>
          above(least)
            .filter((one) => one.provider === provider && one.account === account)
            .sort((a, b) => a.dueAt - b.dueAt || a.sequence - b.sequence)
            .slice(0, limit),
        ),
      expired: (now, least, limit) =>
        ask(() =>
          above(least)
            .filter(({ expiresAt }) => expiresAt <= now)
            .sort((a, b) => a.expiresAt - b.expiresAt || a.sequence - b.sequence)
            .slice(0, limit),
        ),
      find: (account, id) => ask(() => find(account, id)),
      toNumber: (account, to) =>
        ask(() => above(0).filter((one) => one.account === account && table.messages.get(one.id)?.decided.to === to)),
      contents: (ids) => ask(() => ids.map((id) => table.contents.get(id))),
    },
    verified: {
      find: async () => undefined,
      count: async () => 0,
      summary: async () => ({ count: 0, banned: 0, firstDay: undefined, lastDay: undefined, destinations: [] }),
      async *all() {},
    },
    // The waits end; that the journal is written anew has its own tests.
    eraseNumber: async () => ({ records: {}, rows: { verified: 0, documents: 0 }, kept: [] }),
  };
}

/** Submissions that began and have no end, oldest first. */
export function unresolvedIn(table: MessageTable): readonly UnresolvedSubmission[] {
  const found: UnresolvedSubmission[] = [];
  for (const [id, { progress }] of table.messages) {
    const { submission } = progress;
    if (submission?.state !== "submitting") continue;
    found.push({
      id,
      provider: submission.provider,
      attempt: submission.attempt,
      waiting: table.waiting.get(id),
    });
  }
  return found;
}
