import { parentPort, workerData } from "node:worker_threads";
import { type BackendOptions, SqliteBackend } from "./backend.ts";
import { callBackend } from "./backend-call.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-link.ts";

/** The store's thread: opens the backend, says so, and answers questions one after the other. */
if (parentPort === null) throw new Error("This module is the entry of a worker thread.");
const port = parentPort;
const answer = (message: WorkerAnswer): void => port.postMessage(message);

try {
  const backend = await SqliteBackend.open(workerData as BackendOptions, (error) => answer({ type: "fault", error }));
  port.on("message", ({ id, method, parameters }: WorkerRequest) => {
    if (method === "close") {
      try {
        backend.close();
        answer({ type: "value", id, value: undefined });
      } catch (error) {
        answer({ type: "error", id, error });
      }
      port.close();
    } else if (method === "commit") {
      // The hot one: no promise between the disk and the answer.
      try {
        backend.commit(...(parameters as Parameters<SqliteBackend["commit"]>));
        answer({ type: "value", id, value: undefined });
      } catch (error) {
        answer({ type: "error", id, error });
        return;
      }
      backend.afterCommit();
    } else {
      callBackend(backend, method, parameters).then(
        (value) => answer({ type: "value", id, value }),
        (error: unknown) => answer({ type: "error", id, error }),
      );
    }
  });
  answer({ type: "opened", opened: backend.opened });
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  answer({ type: "refused", error, code });
}
