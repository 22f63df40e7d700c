import type { AccountId } from "@safeguard/core";
import { type AuditHead, type AuditRow, BEFORE_FIRST, EMPTY_CHAIN } from "../../audit/audit-row.ts";
import type { FoundRow } from "../../audit/verify-chain.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import { auditContext } from "./audit-writer.ts";
import type { AuditTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** Every question about the audit trail. The projector has caught up before each. */
export class AuditReads {
  readonly #sql: Sql;
  readonly #cipher: BlobCipher;

  constructor(sql: Sql, cipher: BlobCipher) {
    this.#sql = sql;
    this.#cipher = cipher;
  }

  /** Highest number first. `next`: give it as `below` to get what follows; undefined: this was all. */
  async page(
    accounts: readonly AccountId[] | undefined,
    { from = 0, until = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly until?: number },
    limit: number,
    below = Number.MAX_SAFE_INTEGER,
  ): Promise<{ readonly items: readonly AuditRow[]; readonly next: number | undefined }> {
    if (accounts?.length === 0) return { items: [], next: undefined };
    const ofAccounts = accounts === undefined ? "" : ` AND account IN (${accounts.map(() => "?").join(", ")})`;
    const found = await this.#sql.all<AuditTable>(
      `SELECT * FROM audit WHERE number < ? AND at >= ? AND at < ?${ofAccounts} ORDER BY number DESC LIMIT ?`,
      [below, from, until, ...(accounts ?? []), limit + 1],
    );
    const page = found.slice(0, limit);
    return {
      items: page.flatMap((row) => this.#read(row)?.row ?? []),
      next: found.length > limit ? page.at(-1)?.number : undefined,
    };
  }

  /** Those after `after`, in order, whether or not they can be read. */
  async rows(after: number, limit: number): Promise<readonly FoundRow[]> {
    const found = await this.#sql.all<AuditTable>("SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", [
      after,
      limit,
    ]);
    return found.map((row) => this.#read(row));
  }

  async head(): Promise<AuditHead> {
    const [last] = await this.#sql.all<AuditTable>("SELECT * FROM audit ORDER BY number DESC LIMIT 1", []);
    if (last === undefined) return EMPTY_CHAIN;
    const { row } = this.#read(last);
    // One that was altered must not stop the server; what follows does not fit it, and verification names it.
    return { number: last.number, hash: row?.hash ?? BEFORE_FIRST };
  }

  /** Without its row where the document cannot be opened, or the columns by which it is found say something else. */
  #read({ number, account, at, document }: AuditTable): FoundRow {
    const text = this.#cipher.decrypt(document, auditContext(number));
    if (text === undefined) return { number };
    const row = JSON.parse(text) as AuditRow;
    return (row.account ?? null) === account && row.at === at ? { number, row } : { number };
  }
}
