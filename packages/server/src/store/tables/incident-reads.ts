import type { AccountId, EpochMilliseconds, Incident, IncidentState } from "@safeguard/core";
import type { BlobCipher } from "../blob-cipher.ts";
import type { DetectionAlert } from "../journal-record.ts";
import type { RecordIds } from "../record-ids.ts";
import type { Alert } from "../store.ts";
import { alertContext, incidentContext } from "./incident-writer.ts";
import type { AlertTable, IncidentTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** `next`: give it as `below` to get what follows; undefined: this was all. */
interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly next: number | undefined;
}

/** Every question about incidents and alerts. The projector has caught up before each. */
export class IncidentReads {
  readonly #sql: Sql;
  readonly #cipher: BlobCipher;
  readonly #ids: RecordIds;

  constructor(sql: Sql, cipher: BlobCipher, ids: RecordIds) {
    this.#sql = sql;
    this.#cipher = cipher;
    this.#ids = ids;
  }

  async get(account: AccountId, number: number): Promise<Incident | undefined> {
    const text = "SELECT * FROM incidents WHERE account = ? AND number = ?";
    const [row] = await this.#sql.all<IncidentTable>(text, [account, number]);
    return row && this.#incidentOf(row);
  }

  async page(
    account: AccountId,
    states: readonly IncidentState[],
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): Promise<NumberedPage<Incident>> {
    if (states.length === 0) return { items: [], next: undefined };
    const inStates = states.map(() => "?").join(", ");
    const rows = await this.#sql.all<IncidentTable>(
      `SELECT * FROM incidents WHERE account = ? AND number < ? AND state IN (${inStates}) ORDER BY number DESC LIMIT ?`,
      [account, below, ...states, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => this.#incidentOf(row)),
      next: rows.length > limit ? page.at(-1)?.number : undefined,
    };
  }

  /** `account` undefined: of all. */
  async alerts(
    account: AccountId | undefined,
    openOnly: boolean,
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): Promise<NumberedPage<Alert>> {
    const conditions = [
      "sequence < ?",
      ...(account === undefined ? [] : ["account = ?"]),
      ...(openOnly ? ["resolved_at IS NULL"] : []),
    ];
    const rows = await this.#sql.all<AlertTable>(
      `SELECT * FROM alerts WHERE ${conditions.join(" AND ")} ORDER BY sequence DESC LIMIT ?`,
      [below, ...(account === undefined ? [] : [account]), limit + 1],
    );
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
    const { account, code, sentence, incident, facts, at } = raised;
    return {
      id: this.#ids.idOf(sequence),
      account,
      code,
      sentence,
      incident,
      facts,
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
