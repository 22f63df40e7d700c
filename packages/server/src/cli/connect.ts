import { type Config, readConfig } from "../config/config.ts";
import { storeKnownIn } from "../store/open-store.ts";
import { ApiClient } from "./api-client.ts";
import type { Cli, GlobalFlags } from "./cli.ts";
import { CommandFailed, usageFailure } from "./command-failed.ts";
import { httpTransport } from "./http-transport.ts";
import { readServerFile } from "./server-file.ts";

/**
 * Reaches the API: at `--url` (SAFEGUARD_URL) with SAFEGUARD_KEY; else through the server that holds the data folder; else by
 * opening the data folder in this process, which no server may hold then.
 */
export async function connect(cli: Cli, flags: GlobalFlags): Promise<ApiClient> {
  const { environment } = cli.terminal;
  const url = flags.url ?? environment.get("SAFEGUARD_URL");
  if (url !== undefined) {
    if (!URL.canParse(url))
      throw usageFailure(`${JSON.stringify(url)} is no address; write it as https://sms.example.com.`);
    if (new URL(url).protocol === "http:" && /^(?:true|1)$/.test(environment.get("SAFEGUARD_REQUIRE_TLS") ?? ""))
      throw usageFailure(`${url} is in the clear, and SAFEGUARD_REQUIRE_TLS is on; write it as https://.`);
    const secret = environment.get("SAFEGUARD_KEY");
    if (secret === undefined) {
      throw usageFailure(
        "There is no key for that server.",
        "Set SAFEGUARD_KEY, or SAFEGUARD_KEY_FILE to a file that holds it. A key is never given as a flag, where others can read it.",
      );
    }
    return new ApiClient(httpTransport({ url: url.replace(/\/+$/, ""), secret }), "remote");
  }

  const { dataDirectory: directory, database } = configOf(cli, flags);
  const running = readServerFile(directory);
  if (running !== undefined) {
    const { url: local, operatorToken, certificate } = running;
    return new ApiClient(
      httpTransport({ url: local, secret: operatorToken, ...(certificate !== undefined && { certificate }) }),
      "running",
    );
  }
  // Only a start makes a store: a command in the wrong folder would else find an empty one, and leave it there. (Whether a
  // database has one is seen when it is opened.)
  if (database === undefined && !storeKnownIn(directory)) {
    throw new CommandFailed(
      `There is no data in ${directory}; run it from the folder where you started the server, or give --data.`,
    );
  }
  const composition = await cli.composition();
  return new ApiClient(await composition.open({ dataDirectory: directory }), "opened");
}

/** Runs `work` with a connection, and closes it whatever happens. */
export async function withClient<T>(cli: Cli, flags: GlobalFlags, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const client = await connect(cli, flags);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** The data folder (`--data`, else SAFEGUARD_DATA_DIR, else `./data`; absolute), the database and the master key, where they are configured. */
export function configOf(cli: Cli, flags: GlobalFlags): Pick<Config, "dataDirectory" | "database" | "masterKey"> {
  return readConfig("dev", cli.terminal.environment, flags.data === undefined ? {} : { dataDirectory: flags.data });
}
