import type { AccountId } from "@safeguard/core";
import type { Member } from "../members/member.ts";
import type { Account } from "./account.ts";
import type { ApiKey } from "./api-key.ts";

/** Accounts and keys in memory, as of the last durable record. */
export interface Directory {
  account(id: AccountId): Account | undefined;
  accountBySid(twilioSid: string): Account | undefined;
  /** All accounts, oldest first. */
  accounts(): readonly Account[];
  key(id: string): ApiKey | undefined;
  keysOf(account: AccountId): readonly ApiKey[];
  member(id: string): Member | undefined;
  /** Without those who were removed, in the order in which they came. */
  membersOf(account: AccountId): readonly Member[];
  /** The person with this e-mail address, in whatever account; also where it was removed. */
  personByEmail(email: string): string | undefined;
  /** Is the account, or one above it, suspended? */
  isSuspended(account: AccountId): boolean;
  /** Is `account` the same as `ancestor`, or below it? */
  isWithin(account: AccountId, ancestor: AccountId): boolean;
}
