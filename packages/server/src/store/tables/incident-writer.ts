import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { RecordIds } from "../record-ids.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";

/** A record that says how an incident or an alert stands. */
export type IncidentRecord = Extract<JournalRecord, { type: "incident_saved" | "detection_alert" | "alert_resolved" }>;

const UPSERT_INCIDENT: Insert = {
  table: "incidents",
  columns: {
    account: "text",
    number: "bigint",
    state: "text",
    opened_at: "bigint",
    at: "bigint",
    document: "bytea",
  },
  key: ["account", "number"],
  conflict: `DO UPDATE SET state = excluded.state, opened_at = excluded.opened_at, at = excluded.at,
    document = excluded.document`,
};
const INSERT_ALERT: Insert = {
  table: "alerts",
  columns: { sequence: "bigint", account: "text", at: "bigint", document: "bytea" },
  key: ["sequence"],
  conflict: "DO NOTHING",
};
const RESOLVE_ALERT: Change = { text: "UPDATE alerts SET resolved_at = ? WHERE sequence = ? AND account = ?" };

/** Keeps incidents as last saved, and alerts with their end. */
export class IncidentWriter {
  readonly #cipher: BlobCipher;
  readonly #ids: RecordIds;

  constructor(cipher: BlobCipher, ids: RecordIds) {
    this.#cipher = cipher;
    this.#ids = ids;
  }

  /** Undefined: it is of an alert that is none of this store's. */
  write(sequence: number, record: IncidentRecord): TableWrite | undefined {
    switch (record.type) {
      case "incident_saved": {
        const { account, number, state, openedAt } = record.incident;
        const document = this.#cipher.encrypt(JSON.stringify(record.incident), incidentContext(account, number));
        return { statement: UPSERT_INCIDENT, parameters: [account, number, state, openedAt, record.at, document] };
      }
      case "detection_alert": {
        const document = this.#cipher.encrypt(JSON.stringify(record), alertContext(sequence));
        return { statement: INSERT_ALERT, parameters: [sequence, record.account, record.at, document] };
      }
      case "alert_resolved": {
        const raised = this.#ids.sequenceOf(record.alert);
        if (raised === undefined) return undefined;
        return { statement: RESOLVE_ALERT, parameters: [record.at, raised, record.account] };
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
