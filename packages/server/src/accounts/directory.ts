import type { AccountId } from "@safeguard/core";
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
  /** Is `account` the same as `ancestor`, or below it? */
  isWithin(account: AccountId, ancestor: AccountId): boolean;
}
