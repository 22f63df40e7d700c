import { Worker } from "node:worker_threads";
import type { BackendLink, BackendMethod } from "./backend-call.ts";
import { MasterKeyError, type MasterKeyFault } from "./master-key.ts";
import type { PostgresOptions } from "./postgres/backend.ts";
import type { SqliteOptions } from "./sqlite/backend.ts";
import type { OpenedStore } from "./store-backend.ts";
import {
  DatabaseLocked,
  DatabaseUnfit,
  JournalDamaged,
  SchemaUnknown,
  StoreInconsistent,
  StoreMissing,
  StoreUnwritable,
} from "./store-errors.ts";

/** Which backend the thread opens, and on what. */
export type BackendOptions = SqliteOptions | PostgresOptions;

export interface WorkerRequest {
  readonly id: number;
  readonly method: BackendMethod | "close";
  readonly parameters: readonly unknown[];
}

export type WorkerAnswer =
  | { readonly type: "opened"; readonly opened: OpenedStore }
  | { readonly type: "refused"; readonly error: unknown; readonly code: string | undefined }
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: unknown }
  | { readonly type: "fault"; readonly error: unknown }
  /** It can write no more. */
  | { readonly type: "lost"; readonly error: Error };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** By itself V8 would let the thread's garbage grow to 134 MB before it looks at it; this is as fast. */
const YOUNG_SPACE_MB = 48;

/** Opens a backend in a thread of its own, so that waiting for the disk never holds up the event loop. */
export function openWorker(options: BackendOptions, onFault: (error: unknown) => void): Promise<BackendLink> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: options,
    name: "store",
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_SPACE_MB },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  let gone: Error | undefined;

  const send = (method: WorkerRequest["method"], parameters: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) return reject(gone);
      const request: WorkerRequest = { id: ++lastId, method, parameters };
      waiting.set(request.id, { resolve, reject });
      worker.postMessage(request);
    });

  const giveUp = (error: Error): void => {
    gone ??= error;
    lose(error);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };

  const link = (opened: OpenedStore): BackendLink => ({
    opened,
    call: (method, ...parameters) => send(method, parameters),
    lost,
    async close() {
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      await send("close", []);
      await ended;
    },
  });

  return new Promise((resolve, reject) => {
    worker.on("message", (answer: WorkerAnswer) => {
      switch (answer.type) {
        case "opened":
          return resolve(link(answer.opened));
        case "refused":
          return reject(restoreClass(answer.error, answer.code));
        case "fault":
          return onFault(answer.error);
        case "lost":
          onFault(answer.error);
          return lose(answer.error);
        case "value":
        case "error": {
          const asked = waiting.get(answer.id);
          waiting.delete(answer.id);
          if (answer.type === "value") asked?.resolve(answer.value as never);
          else asked?.reject(answer.error);
        }
      }
    });
    const end = (error: Error): void => {
      reject(error);
      giveUp(error);
    };
    worker.on("error", end);
    worker.on("exit", () => end(new Error("The store's thread has ended.")));
  });
}

/** An error that comes from another thread has lost its class; its code says which it was. */
function restoreClass(error: unknown, code: string | undefined): unknown {
  if (!(error instanceof Error)) return error;
  if (code === "store_missing") return new StoreMissing(error.message, { cause: error });
  if (code === "store_unwritable") return new StoreUnwritable(error.message, { cause: error });
  if (code === "database_locked") return new DatabaseLocked(error.message, { cause: error });
  if (code === "database_unfit") return new DatabaseUnfit(error.message, { cause: error });
  if (code === "schema_unknown") return new SchemaUnknown(error.message, { cause: error });
  if (code === "store_inconsistent") return new StoreInconsistent(error.message, { cause: error });
  if (code === "journal_damaged") return new JournalDamaged(error.message, { cause: error });
  if (code?.startsWith("master_key_")) return new MasterKeyError(code as MasterKeyFault, error.message);
  return error;
}
