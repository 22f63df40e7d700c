import type { Command } from "commander";
import { type ApiClient, ApiRefusal } from "./api-client.ts";
import type { Cli, GlobalFlags } from "./cli.ts";
import { withClient } from "./connect.ts";
import { resolveAccount, severalAccounts } from "./resolve-account.ts";

/** The flags of a command, those of the program among them. */
export function flagsOf<F extends GlobalFlags>(command: Command): F {
  return command.optsWithGlobals<F>();
}

/** A connection, and the account that the command is for as an id. */
export interface Session<F extends GlobalFlags> {
  readonly client: ApiClient;
  readonly account: string | undefined;
  readonly flags: F;
}

/** Runs a command's work against the API, and closes the connection whatever happens. */
export function inSession<F extends GlobalFlags, T>(
  cli: Cli,
  command: Command,
  work: (session: Session<F>) => Promise<T>,
): Promise<T> {
  const flags = flagsOf<F>(command);
  return withClient(cli, flags, async (client) => {
    const account = await resolveAccount(client, flags.account);
    try {
      return await work({ client, account, flags });
    } catch (error) {
      const unnamed = error instanceof ApiRefusal && error.problems.some(({ field }) => field === "Safeguard-Account");
      throw unnamed && account === undefined ? await severalAccounts(client) : error;
    }
  });
}
