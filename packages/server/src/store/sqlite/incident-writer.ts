import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { RecordIds } from "../record-ids.ts";

/** A record that says how an incident or an alert stands. */
export type IncidentRecord = Extract<JournalRecord, { type: "incident_saved" | "detection_alert" | "alert_resolved" }>;

/** Keeps incidents as last saved, and alerts with their end. */
export class IncidentWriter {
  readonly #cipher: BlobCipher;
  readonly #ids: RecordIds;
  readonly #upsertIncident: StatementSync;
  readonly #insertAlert: StatementSync;
  readonly #resolveAlert: StatementSync;

  constructor(database: DatabaseSync, cipher: BlobCipher, ids: RecordIds) {
    this.#cipher = cipher;
    this.#ids = ids;
    this.#upsertIncident = database.prepare(`
      INSERT INTO incidents (account, number, state, opened_at, at, document) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (account, number) DO UPDATE SET
        state = excluded.state, opened_at = excluded.opened_at, at = excluded.at, document = excluded.document`);
    this.#insertAlert = database.prepare("INSERT INTO alerts (sequence, account, at, document) VALUES (?, ?, ?, ?)");
    this.#resolveAlert = database.prepare("UPDATE alerts SET resolved_at = ? WHERE sequence = ? AND account = ?");
  }

  write(sequence: number, record: IncidentRecord): void {
    switch (record.type) {
      case "incident_saved": {
        const { account, number, state, openedAt } = record.incident;
        const document = this.#cipher.encrypt(JSON.stringify(record.incident), incidentContext(account, number));
        this.#upsertIncident.run(account, number, state, openedAt, record.at, document);
        return;
      }
      case "detection_alert": {
        const document = this.#cipher.encrypt(JSON.stringify(record), alertContext(sequence));
        this.#insertAlert.run(sequence, record.account, record.at, document);
        return;
      }
      case "alert_resolved": {
        const raised = this.#ids.sequenceOf(record.alert);
        if (raised !== undefined) this.#resolveAlert.run(record.at, raised, record.account);
        return;
      }
    }
  }
}

/** Binds an incident to its row. */
export function incidentContext(account: string, number: number): string {
  return `incident ${account} ${number}`;
}

/** Binds an alert to its row. */
export function alertContext(sequence: number): string {
  return `alert ${sequence}`;
}
