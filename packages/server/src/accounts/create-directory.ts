import type { AccountId } from "@safeguard/core";
import type { LiveView } from "../changes.ts";
import type { Member } from "../members/member.ts";
import type { Account } from "./account.ts";
import type { ApiKey } from "./api-key.ts";
import type { Directory } from "./directory.ts";
import { compileNetworks, type Network } from "./network.ts";
import { scopesOfRole } from "./permissions.ts";
import type { KeyPrincipal } from "./principal.ts";

/** A key with its account, ready to be proved against. Replaced as a whole when either changes. */
export interface Credential {
  readonly principal: KeyPrincipal;
  readonly accountNetworks: readonly Network[];
  readonly keyNetworks: readonly Network[];
  /** The key, its account, or one above that. */
  readonly suspended: boolean;
}

/** A hash's way to its key. `until`: the secrets were rerolled, and these are good until then only. */
export interface HashedCredential {
  readonly credential: Credential;
  readonly until: number | undefined;
}

/** Finds keys by the hash of any of their secrets. */
export interface CredentialIndex {
  bySecretHash(hash: string): HashedCredential | undefined;
  byProductTokenHash(hash: string): HashedCredential | undefined;
  byAuthTokenHash(hash: string): HashedCredential | undefined;
}

interface HashEntry {
  readonly key: string;
  readonly until: number | undefined;
}

/** Accounts and keys in memory, following the journal. */
export function createDirectory(): Directory & CredentialIndex & LiveView {
  const accounts = new Map<AccountId, Account>();
  const bySid = new Map<string, AccountId>();
  const keys = new Map<string, ApiKey>();
  const keyIdsByAccount = new Map<AccountId, Set<string>>();
  const members = new Map<string, Member>();
  const persons = new Map<string, string>();
  const credentials = new Map<string, Credential>();
  const bySecret = new Map<string, HashEntry>();
  const byProductToken = new Map<string, HashEntry>();
  const byAuthToken = new Map<string, HashEntry>();

  function saveAccount(account: Account): void {
    const before = accounts.get(account.id);
    accounts.set(account.id, account);
    bySid.set(account.twilioSid, account.id);
    // A suspension reaches every account below.
    const reaches = (before?.suspendedAt === undefined) !== (account.suspendedAt === undefined);
    const ids = reaches ? keys.keys() : (keyIdsByAccount.get(account.id) ?? []);
    for (const id of ids) compile(id);
  }

  function saveKey(key: ApiKey): void {
    const before = keys.get(key.id);
    if (before !== undefined) forgetHashes(before);
    keys.set(key.id, key);
    const ids = keyIdsByAccount.get(key.account);
    if (ids === undefined) keyIdsByAccount.set(key.account, new Set([key.id]));
    else ids.add(key.id);
    rememberHashes(key);
    compile(key.id);
  }

  function compile(keyId: string): void {
    const key = keys.get(keyId);
    const account = key && accounts.get(key.account);
    if (key === undefined || account === undefined) return;
    const principal = principalOf(account, key);
    if (principal === undefined) credentials.delete(keyId);
    else {
      credentials.set(keyId, {
        principal,
        accountNetworks: compileNetworks(account.networks),
        keyNetworks: compileNetworks(key.networks),
        suspended: key.suspendedAt !== undefined || isSuspended(account.id),
      });
    }
  }

  /** Undefined: the key of somebody who is no member any more. */
  function principalOf(account: Account, key: ApiKey): KeyPrincipal | undefined {
    if (key.person === undefined) return { type: "key", account, key };
    const member = membersOf(account.id).find(({ person }) => person === key.person);
    if (member === undefined) return undefined;
    return { type: "key", account, key: { ...key, scopes: scopesOfRole(member.role) }, role: member.role };
  }

  function saveMember(member: Member): void {
    members.set(member.id, member);
    persons.set(member.email, member.person);
    for (const id of keyIdsByAccount.get(member.account) ?? []) {
      if (keys.get(id)?.person === member.person) compile(id);
    }
  }

  function membersOf(account: AccountId): readonly Member[] {
    return [...members.values()].filter((member) => member.account === account && member.removedAt === undefined);
  }

  function isSuspended(account: AccountId): boolean {
    for (let id: AccountId | undefined = account; id !== undefined; ) {
      const one = accounts.get(id);
      if (one?.suspendedAt !== undefined) return true;
      id = one?.parent;
    }
    return false;
  }

  /** A person's key has one face only: nobody sends as a program with it. */
  function rememberHashes(key: ApiKey): void {
    const { previous } = key;
    if (previous !== undefined) {
      const entry = { key: key.id, until: previous.until };
      bySecret.set(previous.secretHash, entry);
      if (key.person === undefined) {
        byProductToken.set(previous.productTokenHash, entry);
        byAuthToken.set(previous.authTokenHash, entry);
      }
    }
    const entry = { key: key.id, until: undefined };
    bySecret.set(key.secretHash, entry);
    if (key.person === undefined) {
      byProductToken.set(key.productTokenHash, entry);
      byAuthToken.set(key.authTokenHash, entry);
    }
  }

  function forgetHashes(key: ApiKey): void {
    for (const secrets of key.previous === undefined ? [key] : [key, key.previous]) {
      bySecret.delete(secrets.secretHash);
      byProductToken.delete(secrets.productTokenHash);
      byAuthToken.delete(secrets.authTokenHash);
    }
  }

  function hashed(entry: HashEntry | undefined): HashedCredential | undefined {
    const credential = entry && credentials.get(entry.key);
    return entry === undefined || credential === undefined ? undefined : { credential, until: entry.until };
  }

  return {
    account: (id) => accounts.get(id),
    accountBySid(twilioSid) {
      const id = bySid.get(twilioSid);
      return id === undefined ? undefined : accounts.get(id);
    },
    accounts: () => [...accounts.values()],
    key: (id) => keys.get(id),
    keysOf: (account) => [...(keyIdsByAccount.get(account) ?? [])].flatMap((id) => keys.get(id) ?? []),
    member: (id) => members.get(id),
    membersOf,
    personByEmail: (email) => persons.get(email),
    isSuspended,
    isWithin(account, ancestor) {
      for (let id: AccountId | undefined = account; id !== undefined; id = accounts.get(id)?.parent) {
        if (id === ancestor) return true;
      }
      return false;
    },
    bySecretHash: (hash) => hashed(bySecret.get(hash)),
    byProductTokenHash: (hash) => hashed(byProductToken.get(hash)),
    byAuthTokenHash: (hash) => hashed(byAuthToken.get(hash)),
    apply(record) {
      if (record.type === "account_saved") saveAccount(record.account);
      else if (record.type === "key_saved") saveKey(record.key);
      else if (record.type === "member_saved") saveMember(record.member);
    },
  };
}
