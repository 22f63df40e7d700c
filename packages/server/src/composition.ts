import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { announcement } from "./announcement.ts";
import type { Composition, RunningSafeguard } from "./cli/cli.ts";
import { removeServerFile, writeServerFile } from "./cli/server-file.ts";
import { refuseClearListening } from "./config/clear-wires.ts";
import { type Config, readConfig } from "./config/config.ts";
import { ConfigurationInvalid, processEnvironment } from "./config/environment.ts";
import { buildConsole, isConsoleBuilt } from "./console/build-console.ts";
import { type FirstAccount, makeFirstAccount } from "./first-start.ts";
import { openSafeguard, type Safeguard } from "./safeguard.ts";

/** What the command line starts: a server, or the product without one. */
export const composition: Composition = {
  async start(mode, flags, firstStart) {
    const config = readConfig(mode, processEnvironment(), flags);
    refuseClearListening(config);
    const safeguard = await openSafeguard(config);
    try {
      let first: FirstAccount | undefined;
      if (safeguard.directory.accounts().length === 0) {
        const { policy } = await firstStart();
        first = await makeFirstAccount(safeguard.services, policy, { mode, at: safeguard.now() });
      }
      return await listen(safeguard, config, first);
    } catch (failure) {
      await safeguard.close();
      throw failure;
    }
  },
  async open(flags) {
    const config = readConfig("dev", processEnvironment(), flags);
    const { api, operatorSecret, close } = await openSafeguard({ ...config, sandbox: false }, undefined, false);
    return {
      async send({ method, path, body, account }) {
        const reply = await api.inject({
          method,
          url: path,
          headers: {
            authorization: `Bearer ${operatorSecret}`,
            ...(account === undefined ? {} : { "safeguard-account": account }),
          },
          ...(body === undefined ? {} : { payload: body as object }),
        });
        return { status: reply.statusCode, body: reply.body };
      },
      close,
    };
  },
};

function writeFirstKey(dataDirectory: string, { minted, twilioSid }: FirstAccount): string {
  const file = join(dataDirectory, "first-key.json");
  writeFileSync(file, `${JSON.stringify({ ...minted, twilioSid }, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** Listens, leaves word in the data folder of how to be reached, and stops as a whole. */
export async function listen(
  safeguard: Safeguard,
  config: Config,
  firstKey: FirstAccount | undefined,
): Promise<RunningSafeguard> {
  const { listener, operatorSecret } = safeguard;
  await new Promise<void>((resolve, reject) => {
    listener.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, config)));
    listener.listen(config.port, config.host, () => resolve());
  });
  const { port } = listener.address() as AddressInfo;
  const scheme = config.tls === undefined ? "http" : "https";
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  const url = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (config.mode === "dev") safeguard.setPublicUrl(url);
  writeServerFile(config.dataDirectory, {
    url,
    operatorToken: operatorSecret,
    pid: process.pid,
    ...(config.tls === undefined ? {} : { certificate: config.tls.certificate }),
  });

  // Where nobody may be looking at the terminal (a service's log keeps what it prints), the key goes to a file.
  const setupPath = await safeguard.setupPath();
  const firstKeyFile =
    firstKey === undefined || config.mode === "dev" ? undefined : writeFirstKey(config.dataDirectory, firstKey);

  if (config.mode === "dev" && !(await isConsoleBuilt())) {
    void buildConsole().catch((failure: Error) => safeguard.warn(failure, "the console cannot be built"));
  }
  const { promise: stopped, resolve: hasStopped } = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  return {
    url,
    announcement: announcement({
      url,
      config,
      sendingProviders: safeguard.sendingProviders(),
      setupUrl: setupPath === undefined ? undefined : `${config.publicUrl ?? url}${setupPath}`,
      firstKey,
      firstKeyFile,
    }),
    stopped,
    stop() {
      stopping ??= (async () => {
        removeServerFile(config.dataDirectory);
        await safeguard.close();
        hasStopped();
      })();
      return stopping;
    },
  };
}

/** The port is taken, or not ours to take: say so in the words of the settings. */
function cannotListen(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  const reason: Record<string, string> = {
    EADDRINUSE: `port ${port} is taken on ${host}; choose another with --port or SAFEGUARD_PORT`,
    EACCES: `port ${port} may not be used by this user; choose one above 1023 with --port or SAFEGUARD_PORT`,
    EADDRNOTAVAIL: `${host} is no address of this machine; choose one with --host or SAFEGUARD_HOST`,
  };
  const words = reason[error.code ?? ""];
  return words === undefined ? error : new ConfigurationInvalid([words]);
}
