import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { LiveView } from "../changes.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { PolicyRevision } from "./policy-revision.ts";

/** All revisions of all policies in memory, as of the last durable record. */
export interface PolicyBook extends LiveView {
  /** Newest first; empty: the account has said nothing in this policy. */
  revisions(account: AccountId, policy: string): readonly PolicyRevision[];
  revision(account: AccountId, policy: string, number: number): PolicyRevision | undefined;
  /** The revision that decides at this instant: the highest number in force whose window holds it. */
  inForce(account: AccountId, policy: string, at: EpochMilliseconds): PolicyRevision | undefined;
  /** Names of the account's policies, in alphabetical order. */
  names(account: AccountId): readonly string[];
}

export function createPolicyBook(): PolicyBook {
  const accounts = new Map<AccountId, Map<string, PolicyRevision[]>>();
  const listOf = (account: AccountId, policy: string): readonly PolicyRevision[] =>
    accounts.get(account)?.get(policy) ?? [];

  return {
    apply(record: JournalRecord) {
      if (record.type !== "revision_saved") return;
      const { revision } = record;
      const policies = getOrAdd(accounts, revision.account, () => new Map<string, PolicyRevision[]>());
      const list = getOrAdd(policies, revision.policy, () => []);
      const place = list.findIndex(({ number }) => number <= revision.number);
      if (place === -1) list.push(revision);
      else list.splice(place, list[place]?.number === revision.number ? 1 : 0, revision);
    },
    revisions: listOf,
    revision(account, policy, number) {
      return listOf(account, policy).find((revision) => revision.number === number);
    },
    inForce(account, policy, at) {
      return listOf(account, policy).find((revision) => holdsAt(revision, at));
    },
    names(account) {
      return [...(accounts.get(account)?.keys() ?? [])].sort();
    },
  };
}

export function holdsAt({ state, from, until }: PolicyRevision, at: EpochMilliseconds): boolean {
  return state === "in_force" && from <= at && (until === undefined || at < until);
}

/** Who keeps a policy: what the latest revision says that is in force or planned. Drafts and past ones do not count. */
export function managerOf(newestFirst: readonly PolicyRevision[], at: EpochMilliseconds): string | undefined {
  return newestFirst.find(({ state, until }) => state === "in_force" && (until === undefined || at < until))?.managedBy;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
