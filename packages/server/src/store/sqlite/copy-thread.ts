import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";

/** The thread of `copyDatabase`: one statement, which ends when the copy is whole. */
const { from, to } = workerData as { readonly from: string; readonly to: string };
const database = new DatabaseSync(from, { readOnly: true });
try {
  database.exec("PRAGMA busy_timeout = 10000");
  database.prepare("VACUUM INTO ?").run(to);
} finally {
  database.close();
}
