import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What the files of a store say of themselves, without the master key. */
export interface CopiedStore {
  /** The store's epoch, 16 hex digits. */
  readonly store: string;
  /** The last record of the journal. */
  readonly sequence: number;
}

/** Reads `journal.db` and `tables.db` of a folder that nobody writes to. */
export function readCopiedStore(folder: string): CopiedStore {
  const journal = new DatabaseSync(join(folder, "journal.db"), { readOnly: true });
  const tables = new DatabaseSync(join(folder, "tables.db"), { readOnly: true });
  try {
    const { epoch } = journal.prepare("SELECT epoch FROM identity").get() as { epoch: string };
    const { last } = journal.prepare("SELECT max(last_sequence) AS last FROM journal").get() as { last: number | null };
    const sequence = last ?? 0;
    const { projected } = tables.prepare("SELECT projected_sequence AS projected FROM projection").get() as {
      projected: number;
    };
    if (projected > sequence)
      throw new Error(`tables.db follows record ${projected}, and journal.db ends at ${sequence}`);
    return { store: epoch, sequence };
  } finally {
    journal.close();
    tables.close();
  }
}
