import type { SqliteBackend } from "./backend.ts";

type Method = {
  [K in keyof SqliteBackend]: SqliteBackend[K] extends (...parameters: never[]) => unknown ? K : never;
}[keyof SqliteBackend];

/** What may be asked of a backend across threads. */
export type BackendMethod = Exclude<Method, "afterCommit" | "close">;

/** Asks a backend, in this thread or another. */
export type BackendCall = <M extends BackendMethod>(
  method: M,
  ...parameters: Parameters<SqliteBackend[M]>
) => Promise<Awaited<ReturnType<SqliteBackend[M]>>>;

export interface BackendLink {
  readonly opened: SqliteBackend["opened"];
  readonly call: BackendCall;
  close(): Promise<void>;
}

/** Calls a method by name. What follows a commit is done by whoever gives the answer. */
export async function callBackend(
  backend: SqliteBackend,
  method: BackendMethod,
  parameters: readonly unknown[],
): Promise<unknown> {
  const call = backend[method] as (...parameters: readonly unknown[]) => unknown;
  return call.apply(backend, parameters as unknown[]);
}
