import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readServerFile } from "../../src/cli/server-file.ts";
import { COMPILE_CACHE } from "../compile-cache.ts";
import { environmentFor, nodeOptionsFor, type PlantName } from "../planted-fault.ts";
import { databaseUrl } from "../postgres/cluster.ts";
import { databaseOf } from "../store-of-tests.ts";

const PROGRAM = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** `safeguard dev` in a process of its own, as people run it, so that it can be killed. */
export interface ChildServer {
  readonly process: ChildProcess;
  /** Resolves when it listens; rejects with what it said when it ended instead. */
  readonly ready: Promise<{ readonly url: string; readonly operatorToken: string }>;
  /** Resolves when it has ended, however that was. */
  readonly ended: Promise<unknown>;
  /** All that it wrote to standard output and standard error. */
  output(): string;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly countries?: string;
  readonly logLevel?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Further words of the command line. */
  readonly words?: readonly string[];
  /** A fault in it. */
  readonly plant?: PlantName;
}

export function spawnServer(dataDirectory: string, options: ChildOptions = {}): ChildServer {
  const { countries = "NL,BE,LU", logLevel = "error", environment = {}, plant } = options;
  const words = [
    "dev",
    "--json",
    "--data",
    dataDirectory,
    "--port",
    "0",
    "--countries",
    countries,
    ...(options.words ?? []),
  ];
  const database = databaseOf(dataDirectory);
  const child = spawn(process.execPath, [...nodeOptionsFor(plant), PROGRAM, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      SAFEGUARD_LOG_LEVEL: logLevel,
      // As bin/safeguard.js has it: a start takes half as long.
      ...COMPILE_CACHE,
      ...(database && { DATABASE_URL: databaseUrl(database) }),
      ...environment,
      ...environmentFor(plant),
    },
  });
  const ended = once(child, "exit");
  let output = "";
  const ready = new Promise<{ url: string; operatorToken: string }>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      const url = /^\{"url":"([^"]+)"\}$/m.exec(output)?.[1];
      const file = url === undefined ? undefined : readServerFile(dataDirectory);
      if (url !== undefined && file !== undefined) resolve({ url, operatorToken: file.operatorToken });
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("exit", (code, signal) => reject(new Error(`the server ended (${code ?? signal}): ${output}`)));
  });
  // Whoever kills it before it listens does not wait for it.
  ready.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { process: child, ready, ended, output: () => output, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

/** A request to the native API; the answer's JSON. */
export async function callApi(
  url: string,
  credential: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${credential}`,
      // (one that lay idle might be closed by the server just as it is used again)
      ...(method === "GET" && { connection: "close" }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}
