import type { AuditRow } from "../../audit/audit-row.ts";
import type { BlobCipher } from "../blob-cipher.ts";
import type { Insert, TableWrite } from "./sql.ts";

const INSERT_ROW: Insert = {
  table: "audit",
  columns: { number: "bigint", sequence: "bigint", account: "text", at: "bigint", document: "bytea" },
  key: ["number"],
  conflict: "DO NOTHING",
};

export function auditWrite(cipher: BlobCipher, sequence: number, row: AuditRow): TableWrite {
  const document = cipher.encrypt(JSON.stringify(row), auditContext(row.number));
  return { statement: INSERT_ROW, parameters: [row.number, sequence, row.account ?? null, row.at, document] };
}

/** Binds what a row says to its number. */
export function auditContext(number: number): string {
  return `audit ${number}`;
}
