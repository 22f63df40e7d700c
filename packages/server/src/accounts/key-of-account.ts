import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { ApiKey } from "./api-key.ts";
import type { Directory } from "./directory.ts";

/** The key with this id, if it is the account's. A foreign one is as a missing one. */
export function keyOfAccount(directory: Directory, context: AccountContext, id: string): ApiKey {
  const key = directory.key(id);
  if (key === undefined || key.account !== context.account.id) {
    throw new ServiceError("not_found", "There is no such key.");
  }
  return key;
}
