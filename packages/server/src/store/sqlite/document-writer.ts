import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { DocumentKind } from "./schema.ts";

/** A record that saves or removes configuration, or switches detection. */
export type DocumentRecord = Extract<
  JournalRecord,
  {
    type:
      | "account_saved"
      | "key_saved"
      | "revision_saved"
      | "provider_saved"
      | "provider_removed"
      | "routes_saved"
      | "lockdown_set"
      | "bypass_set";
  }
>;

/** Keeps the latest saying of each account, key, revision, provider, route table, lockdown and bypass. */
export class DocumentWriter {
  readonly #cipher: BlobCipher;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, cipher: BlobCipher) {
    this.#cipher = cipher;
    this.#upsert = database.prepare(`
      INSERT INTO documents (kind, id, sequence, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document`);
    this.#delete = database.prepare("DELETE FROM documents WHERE kind = ? AND id = ?");
  }

  write(sequence: number, record: DocumentRecord): void {
    switch (record.type) {
      case "account_saved":
        this.#save("account", record.account.id, sequence, record.account);
        return;
      case "key_saved":
        this.#save("key", record.key.id, sequence, record.key);
        return;
      case "revision_saved": {
        const { account, policy, number } = record.revision;
        this.#save("revision", JSON.stringify([account, policy, number]), sequence, record.revision);
        return;
      }
      case "provider_saved":
        this.#save("provider", record.provider.id, sequence, record.provider);
        return;
      case "provider_removed":
        this.#delete.run("provider", record.provider);
        return;
      case "routes_saved":
        this.#save("routes", record.routes.account, sequence, record.routes);
        return;
      case "lockdown_set":
      case "bypass_set":
        this.#save("switch", JSON.stringify([record.type, record.account]), sequence, record);
        return;
    }
  }

  #save(kind: DocumentKind, id: string, sequence: number, document: object): void {
    const sealed = this.#cipher.encrypt(JSON.stringify(document), documentContext(kind, id));
    this.#upsert.run(kind, id, sequence, sealed);
  }
}

/** Binds a document to its row. */
export function documentContext(kind: DocumentKind, id: string): string {
  return `document ${kind} ${id}`;
}
