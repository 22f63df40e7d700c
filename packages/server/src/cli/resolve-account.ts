import { z } from "zod";
import type { ApiClient } from "./api-client.ts";
import { usageFailure } from "./command-failed.ts";
import { everyItem } from "./every-item.ts";

const namedAccount = z.object({ id: z.string(), name: z.string() });

/** `--account` takes an id, or a name that only one account has. */
export async function resolveAccount(client: ApiClient, account: string | undefined): Promise<string | undefined> {
  if (account === undefined || account.startsWith("acc_")) return account;
  const accounts = await everyItem(client, { method: "GET", path: "/v1/accounts" }, namedAccount);
  const named = accounts.filter(({ name }) => name.toLowerCase() === account.toLowerCase());
  const [only] = named;
  if (only !== undefined && named.length === 1) return only.id;
  if (named.length > 1) {
    throw usageFailure(
      `Several accounts are named ${account}.`,
      `Give one by its id: ${named.map(({ id }) => id).join(", ")}.`,
    );
  }
  throw usageFailure(`There is no account ${account}.`, "`safeguard accounts list` shows them.");
}
