import { z } from "zod";
import type { ApiClient } from "./api-client.ts";
import { type CommandFailed, usageFailure } from "./command-failed.ts";
import { everyItem } from "./every-item.ts";

const MOST_SHOWN = 10;

const namedAccount = z.object({ id: z.string(), name: z.string() });

/** What a command that is for one account is told when it names none and there are several, or none. */
export async function severalAccounts(client: ApiClient): Promise<CommandFailed> {
  const accounts = await everyItem(client, { method: "GET", path: "/v1/accounts" }, namedAccount);
  if (accounts.length === 0) return usageFailure("There is no account yet.", "Start Safeguard once: safeguard up");
  const shown = accounts.slice(0, MOST_SHOWN).map(({ id, name }) => `${id} ${name}`);
  const more = accounts.length > MOST_SHOWN ? `, and ${accounts.length - MOST_SHOWN} more` : "";
  return usageFailure(`Several accounts: say --account ID or NAME (${shown.join(", ")}${more}).`);
}

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
