import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes the sessions out of a copy of `people.db` that nobody has open, and what they stood in out of the file: a backup lets
 * nobody in, and a session that was ended since does not come back with it.
 */
export function removeSessions(path: string): void {
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path);
  try {
    database.exec("DELETE FROM login_session; DELETE FROM login_verification; VACUUM");
  } finally {
    database.close();
  }
}
