import type { StoreBackend } from "./store-backend.ts";

type Method = {
  [K in keyof StoreBackend]: StoreBackend[K] extends (...parameters: never[]) => unknown ? K : never;
}[keyof StoreBackend];

/** What may be asked of a backend across threads. */
export type BackendMethod = Exclude<Method, "afterCommit" | "close" | "steadily">;

/** Asks a backend, in this thread or another. */
export type BackendCall = <M extends BackendMethod>(
  method: M,
  ...parameters: Parameters<StoreBackend[M]>
) => Promise<Awaited<ReturnType<StoreBackend[M]>>>;

export interface BackendLink {
  readonly opened: StoreBackend["opened"];
  readonly call: BackendCall;
  /** Resolves with the reason when the backend can write no more; pending for ever where that does not happen. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

/** A link to a backend in this thread. */
export function openHere(backend: StoreBackend): BackendLink {
  return {
    opened: backend.opened,
    call(method, ...parameters) {
      if (method === "commit") queueMicrotask(() => backend.afterCommit());
      return callBackend(backend, method, parameters) as Promise<never>;
    },
    lost: new Promise(() => {}),
    close: async () => backend.close(),
  };
}

/** Calls a method by name. What follows a commit is done by whoever gives the answer. */
export async function callBackend(
  backend: StoreBackend,
  method: BackendMethod,
  parameters: readonly unknown[],
): Promise<unknown> {
  const call = backend[method] as (...parameters: readonly unknown[]) => unknown;
  const ask = async (): Promise<unknown> => call.apply(backend, parameters as unknown[]);
  return method === "commit" ? ask() : backend.steadily(ask);
}
