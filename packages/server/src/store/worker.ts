import { parentPort, workerData } from "node:worker_threads";
import { callBackend } from "./backend-call.ts";
import type { JournalGroup } from "./group-journal.ts";
import { QuestionQueue } from "./question-queue.ts";
import type { StoreBackend } from "./store-backend.ts";
import type { BackendOptions, WorkerAnswer, WorkerRequest } from "./worker-link.ts";

/** The store's thread: opens the backend, says so, and answers questions one after the other. */
if (parentPort === null) throw new Error("This module is the entry of a worker thread.");
const port = parentPort;
const answer = (message: WorkerAnswer): void => port.postMessage(message);

async function open(options: BackendOptions): Promise<StoreBackend> {
  const onFault = (error: unknown): void => answer({ type: "fault", error });
  // Each loads its driver, and only one is wanted.
  if (options.type === "sqlite") return (await import("./sqlite/backend.ts")).SqliteBackend.open(options, onFault);
  const onLost = (error: Error): void => answer({ type: "lost", error });
  return (await import("./postgres/backend.ts")).PostgresBackend.open(options, onFault, onLost);
}

/** How long the last commit kept this thread. */
let lastCommitMs = 0;

/** The hot one: where the backend is synchronous there is no promise between the disk and the answer. */
function commit(backend: StoreBackend, id: number, group: JournalGroup): void {
  const committed = (): void => {
    answer({ type: "value", id, value: undefined });
    backend.afterCommit();
  };
  const failed = (error: unknown): void => answer({ type: "error", id, error });
  const began = performance.now();
  let written: unknown;
  try {
    written = backend.commit(group);
  } catch (error) {
    failed(error);
    return;
  } finally {
    lastCommitMs = performance.now() - began;
  }
  if (written instanceof Promise) written.then(committed, failed);
  else committed();
}

async function close(backend: StoreBackend, id: number): Promise<void> {
  try {
    await backend.close();
    answer({ type: "value", id, value: undefined });
  } catch (error) {
    answer({ type: "error", id, error });
  }
  port.close();
}

try {
  const backend = await open(workerData as BackendOptions);
  const questions = new QuestionQueue(() => lastCommitMs);
  port.on("message", ({ id, method, parameters }: WorkerRequest) => {
    if (method === "commit") commit(backend, id, parameters[0] as JournalGroup);
    else if (method === "close") questions.add(() => void close(backend, id));
    else {
      questions.add(() => {
        callBackend(backend, method, parameters).then(
          (value) => answer({ type: "value", id, value }),
          (error: unknown) => answer({ type: "error", id, error }),
        );
      });
    }
  });
  answer({ type: "opened", opened: backend.opened });
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  answer({ type: "refused", error, code });
}
