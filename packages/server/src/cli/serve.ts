import { type Command, InvalidArgumentError } from "commander";
import type { ConfigFlags, RunMode } from "../config/config.ts";
import type { Cli, FirstStart, GlobalFlags } from "./cli.ts";
import { usageFailure } from "./command-failed.ts";
import { say } from "./print.ts";

export interface ServeFlags extends GlobalFlags {
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  readonly sandbox?: boolean;
  readonly countries?: string;
  readonly resumeSending?: boolean;
  readonly holdSending?: boolean;
}

/** The options that `dev` and `up` share. */
export function withServeOptions(command: Command): Command {
  return command
    .option("--host <address>", "address to listen on (default: SAFEGUARD_HOST, else 127.0.0.1)")
    .option("--port <number>", "port to listen on (default: SAFEGUARD_PORT, else 8080)", port)
    .option("--public-url <address>", "how providers and customers reach this server")
    .option("--resume-sending", "send also what waited in a store that was restored from a backup or copied")
    .option("--hold-sending", "do not send what waits: the disk was put back as a whole, which does not show")
    .option("--countries <codes>", "at the first start: countries of business, such as NL,BE; only they are allowed");
}

/** Starts the server, says what a person should know, and stops in good order at Ctrl-C or SIGTERM. */
export async function serve(
  cli: Cli,
  mode: RunMode,
  flags: ServeFlags,
  firstStart: () => Promise<FirstStart>,
): Promise<void> {
  // Loading takes a while on a slow machine, most of all the first time.
  say(cli.terminal, "Starting Safeguard …");
  const composition = await cli.composition();
  const server = await composition.start(mode, configFlags(flags), firstStart);
  if (flags.json === true) cli.terminal.output.write(`${JSON.stringify({ url: server.url })}\n`);
  else cli.terminal.output.write(server.announcement);
  const stop = (): void => {
    // A second signal ends the process at once: whatever is durable stays so.
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
    void server.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  await server.stopped;
  say(cli.terminal, "Stopped.");
}

function configFlags(flags: ServeFlags): ConfigFlags {
  const { data, host, port: number, publicUrl, sandbox, resumeSending, holdSending } = flags;
  if (resumeSending === true && holdSending === true)
    throw usageFailure("Say --resume-sending or --hold-sending, not both.");
  return {
    ...(resumeSending === true && { resumeSending: true }),
    ...(holdSending === true && { resumeSending: false }),
    ...(data !== undefined && { dataDirectory: data }),
    ...(host !== undefined && { host }),
    ...(number !== undefined && { port: number }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(sandbox !== undefined && { sandbox }),
  };
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535 (0: any free one).");
}
