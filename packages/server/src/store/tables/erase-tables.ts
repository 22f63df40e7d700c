import type { AccountId } from "@safeguard/core";
import type { BlobCipher } from "../blob-cipher.ts";
import { withoutNumber } from "../erased-record.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { documentContext } from "./document-writer.ts";
import type { ErasureQuestion } from "./erase-journal.ts";
import { verifiedContext, verifiedHash } from "./feedback-writer.ts";
import { alertContext, incidentContext } from "./incident-writer.ts";
import type { AlertTable, DocumentKind, DocumentTable, IncidentTable, VerifiedNumberTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** What was erased besides records. */
export interface ErasedRows {
  /** Of so many accounts it was a verified number. */
  readonly verified: number;
  /** Names and reasons that named it. */
  readonly documents: number;
}

/** Erases a number from the rows that do not point to one of its records. */
export async function eraseFromTables(
  tables: Sql,
  cipher: BlobCipher,
  hash: KeyedHash,
  question: ErasureQuestion,
): Promise<ErasedRows> {
  const verified = await eraseVerified(tables, cipher, hash, question);
  return { verified, documents: await eraseDocuments(tables, cipher, question) };
}

async function eraseVerified(
  tables: Sql,
  cipher: BlobCipher,
  hash: KeyedHash,
  { to, standIn, account }: ErasureQuestion,
): Promise<number> {
  const accounts =
    account === undefined
      ? (await tables.all<{ account: string }>("SELECT DISTINCT account FROM verified_numbers", [])).map(
          (row) => row.account,
        )
      : [account];
  let erased = 0;
  for (const one of accounts) {
    const numberHash = verifiedHash(hash, one, to);
    const [row] = await tables.all<VerifiedNumberTable>(
      "SELECT * FROM verified_numbers WHERE account = ? AND number_hash = ?",
      [one, numberHash],
    );
    if (row === undefined) continue;
    erased++;
    const other = verifiedHash(hash, one, standIn);
    const sealed = cipher.encrypt(standIn, verifiedContext(other));
    await tables.run("DELETE FROM verified_numbers WHERE account = ? AND number_hash IN (?, ?)", [
      one,
      numberHash,
      other,
    ]);
    await tables.run(
      `INSERT INTO verified_numbers (account, number_hash, number, destination, first_day, last_day, banned)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [one, other, sealed, row.destination, row.first_day, row.last_day, row.banned],
    );
  }
  return erased;
}

/** Names and reasons that people wrote. What a policy says stays. */
async function eraseDocuments(tables: Sql, cipher: BlobCipher, question: ErasureQuestion): Promise<number> {
  let changed = 0;
  const rewritten = (sealed: Uint8Array, context: string, keep?: "document"): Buffer | undefined => {
    const text = cipher.decrypt(sealed, context);
    if (text === undefined) return undefined;
    const { [keep ?? ""]: kept, ...value } = JSON.parse(text) as Record<string, unknown>;
    const after = JSON.stringify({
      ...withoutNumber(value, question),
      ...(kept !== undefined && { [keep ?? ""]: kept }),
    });
    const before = JSON.stringify({ ...value, ...(kept !== undefined && { [keep ?? ""]: kept }) });
    if (after === before) return undefined;
    changed++;
    return cipher.encrypt(after, context);
  };
  const isOf = (account: unknown): boolean => question.account === undefined || account === question.account;
  for (const { kind, id, document } of await tables.all<DocumentTable>("SELECT * FROM documents", [])) {
    const context = documentContext(kind, id);
    if (!isOf(accountOfDocument(kind, id, () => cipher.decrypt(document, context)))) continue;
    const after = rewritten(document, context, kind === "revision" ? "document" : undefined);
    if (after !== undefined) {
      await tables.run("UPDATE documents SET document = ? WHERE kind = ? AND id = ?", [after, kind, id]);
    }
  }
  for (const { account, number, document } of await tables.all<IncidentTable>("SELECT * FROM incidents", [])) {
    const after = isOf(account) ? rewritten(document, incidentContext(account, number)) : undefined;
    if (after === undefined) continue;
    await tables.run("UPDATE incidents SET document = ? WHERE account = ? AND number = ?", [after, account, number]);
  }
  for (const { account, sequence, document } of await tables.all<AlertTable>("SELECT * FROM alerts", [])) {
    const after = isOf(account) ? rewritten(document, alertContext(sequence)) : undefined;
    if (after !== undefined) await tables.run("UPDATE alerts SET document = ? WHERE sequence = ?", [after, sequence]);
  }
  return changed;
}

function accountOfDocument(kind: DocumentKind, id: string, text: () => string | undefined): AccountId | undefined {
  if (kind === "account" || kind === "routes" || kind === "alert_settings") return id as AccountId;
  const { account } = JSON.parse(text() ?? "{}") as { readonly account?: AccountId };
  return account;
}
