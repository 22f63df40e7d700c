import { z } from "zod";
import { type AuditRow, erased } from "./audit-row.ts";
import type { AuditedChange } from "./audited-change.ts";

export const auditRowView = z
  .object({
    number: z.int().describe("1, 2, 3 … for the whole deployment; an account sees only its own and those below it."),
    at: z.string(),
    account: z.string().nullable().describe("null: of the deployment."),
    action: z.string(),
    who: z.object({ type: z.enum(["key", "operator"]), name: z.string(), person: z.string().nullable() }).nullable(),
    address: z.string().nullable().describe("Of the client."),
    what: z.object({ type: z.string(), id: z.string() }).nullable(),
    reason: z.string().nullable(),
    before: z.json().nullable().describe("Numbers of persons are masked, secrets are left out."),
    after: z.json().nullable(),
    erased: z.boolean().describe("What it said was erased; that it was there is still proved."),
    hash: z.string(),
  })
  .meta({ id: "AuditRow" });

export type AuditRowView = z.infer<typeof auditRowView>;

/** A row as people read it. */
export function viewOfAuditRow(row: AuditRow): AuditRowView {
  const { number, at, account = null, action, hash, content } = row;
  const change = content === undefined ? undefined : (JSON.parse(masked(content.text)) as AuditedChange);
  const who = change?.who as AuditedChange["who"] | undefined;
  return {
    number,
    at: new Date(at).toISOString(),
    account,
    action,
    who: who === undefined ? null : viewOfActor(who),
    address: change?.address ?? null,
    what: change?.what ?? null,
    reason: change?.reason ?? null,
    before: json(change?.before),
    after: json(change?.after),
    erased: content === undefined,
    hash,
  };
}

export const exportedRowView = z
  .object({
    number: z.int(),
    at: z.int().describe("Epoch milliseconds."),
    account: z.string().exactOptional(),
    action: z.string(),
    previous: z.string(),
    commitment: z.string(),
    hash: z.string(),
    content: z.object({ salt: z.string(), text: z.string() }).exactOptional(),
  })
  .meta({ id: "ExportedAuditRow" });

/** A row with all that its hash is made from; what it says only where that was asked for. */
export function exportedRow(row: AuditRow, whole: boolean): z.infer<typeof exportedRowView> {
  const { content } = row;
  return whole && content !== undefined ? { ...erased(row), content: { ...content } } : erased(row);
}

function viewOfActor(who: { readonly type: "key" | "operator" } & Record<string, unknown>): AuditRowView["who"] {
  const name = who.type === "key" ? who["key"] : who["name"];
  const { person } = who as { readonly person?: string };
  return { type: who.type, name: String(name), person: person ?? null };
}

/** `+31612345678` → `+3161*****78`, wherever it stands in the text. Ranges, which end in `x`, and times stay. */
function masked(text: string): string {
  return text.replaceAll(/\+\d{8,15}(?![\dx])/g, (number) => {
    return `${number.slice(0, 5)}${"*".repeat(number.length - 7)}${number.slice(-2)}`;
  });
}

function json(value: unknown): AuditRowView["before"] {
  return value === undefined ? null : (value as AuditRowView["before"]);
}
