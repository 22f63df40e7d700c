import type { PolicyDocument } from "@safeguard/core";
import type { ConfigFlags, RunMode } from "../config/config.ts";
import type { ApiTransport } from "./api-client.ts";
import type { Terminal } from "./terminal.ts";

/** Flags that every command has. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly data?: string;
  readonly url?: string;
  readonly account?: string;
  readonly color: boolean;
  readonly input: boolean;
}

/** What a command works with. */
export interface Cli {
  readonly terminal: Terminal;
  readonly composition: () => Promise<Composition>;
}

/** What the first start needs to know; asked for only when the data folder holds no account yet. */
export interface FirstStart {
  readonly policy: PolicyDocument;
}

/** A server that listens. */
export interface RunningSafeguard {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Text for the person who started it: addresses, new keys (shown once), what to try. */
  readonly announcement: string;
  /** Resolves when it has stopped. */
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

/** What the command line needs of the composition root; loaded only when a command needs it. */
export interface Composition {
  /** Starts the server. `firstStart` is asked only when the data folder holds no account yet. */
  start(mode: RunMode, flags: ConfigFlags, firstStart: () => Promise<FirstStart>): Promise<RunningSafeguard>;
  /** The whole product without a listener, while no server runs: takes the data folder's lock, acts as the operator. */
  open(flags: ConfigFlags): Promise<ApiTransport>;
}
