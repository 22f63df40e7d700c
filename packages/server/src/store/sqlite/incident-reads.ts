import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AccountId, EpochMilliseconds, Incident, IncidentState } from "@safeguard/core";
import type { BlobCipher } from "../blob-cipher.ts";
import type { DetectionAlert } from "../journal-record.ts";
import type { RecordIds } from "../record-ids.ts";
import type { Alert } from "../store.ts";
import { alertContext, incidentContext } from "./incident-writer.ts";
import type { AlertTable, IncidentTable } from "./schema.ts";

/** `next`: give it as `below` to get what follows; undefined: this was all. */
interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly next: number | undefined;
}

/** Every question about incidents and alerts. The projector has caught up before each. */
export class IncidentReads {
  readonly #database: DatabaseSync;
  readonly #cipher: BlobCipher;
  readonly #ids: RecordIds;
  readonly #incident: StatementSync;

  constructor(database: DatabaseSync, cipher: BlobCipher, ids: RecordIds) {
    this.#database = database;
    this.#cipher = cipher;
    this.#ids = ids;
    this.#incident = database.prepare("SELECT * FROM incidents WHERE account = ? AND number = ?");
  }

  get(account: AccountId, number: number): Incident | undefined {
    const row = this.#incident.get(account, number);
    return row && this.#incidentOf(row as unknown as IncidentTable);
  }

  page(
    account: AccountId,
    states: readonly IncidentState[],
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): NumberedPage<Incident> {
    const inStates = states.map(() => "?").join(", ");
    const rows = this.#database
      .prepare(
        `SELECT * FROM incidents WHERE account = ? AND number < ? AND state IN (${inStates}) ORDER BY number DESC LIMIT ?`,
      )
      .all(account, below, ...states, limit + 1) as unknown as IncidentTable[];
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => this.#incidentOf(row)),
      next: rows.length > limit ? page.at(-1)?.number : undefined,
    };
  }

  /** `account` undefined: of all. */
  alerts(
    account: AccountId | undefined,
    openOnly: boolean,
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): NumberedPage<Alert> {
    const conditions = [
      "sequence < ?",
      ...(account === undefined ? [] : ["account = ?"]),
      ...(openOnly ? ["resolved_at IS NULL"] : []),
    ];
    const rows = this.#database
      .prepare(`SELECT * FROM alerts WHERE ${conditions.join(" AND ")} ORDER BY sequence DESC LIMIT ?`)
      .all(below, ...(account === undefined ? [] : [account]), limit + 1) as unknown as AlertTable[];
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => this.#alertOf(row)),
      next: rows.length > limit ? page.at(-1)?.sequence : undefined,
    };
  }

  #incidentOf({ account, number, document }: IncidentTable): Incident {
    return this.#open(document, incidentContext(account, number), `incident ${number} of ${account}`) as Incident;
  }

  #alertOf({ sequence, document, resolved_at }: AlertTable): Alert {
    const raised = this.#open(document, alertContext(sequence), `alert ${sequence}`) as DetectionAlert;
    const { account, code, sentence, incident, at } = raised;
    return {
      id: this.#ids.idOf(sequence),
      account,
      code,
      sentence,
      incident,
      raisedAt: at,
      resolvedAt: resolved_at === null ? undefined : (resolved_at as EpochMilliseconds),
    };
  }

  #open(document: Uint8Array, context: string, name: string): unknown {
    const text = this.#cipher.decrypt(document, context);
    if (text === undefined) throw new Error(`The ${name} cannot be opened: its row was changed.`);
    return JSON.parse(text);
  }
}
