import { isObject } from "./audit-diff.ts";
import type { AuditRow, Json } from "./audit-types.ts";

/** What a row's act is called in the language files: its action and, of what is saved, how it changed. */
export function actOf(row: Pick<AuditRow, "action" | "before" | "after" | "at">): string {
  const { action, before, after } = row;
  if (action === "lockdown_set" || action === "bypass_set") return after === "ended" ? `${action}_ended` : action;
  if (action === "range_contained") {
    const range = rangeOf(row);
    if (range === undefined) return action;
    return Number(fieldNamed("until", after)) > Date.parse(row.at) ? `${action}_begun` : `${action}_ended`;
  }
  if (action === "act_proposal_saved") {
    const state = fieldNamed("state", after);
    return typeof state === "string" ? `${action}_${state}` : action;
  }
  if (!action.endsWith("_saved")) return action;
  if (before === null && (action === "key_saved" || action === "account_saved" || action === "member_saved")) {
    return `${action}_made`;
  }
  if (appeared("revokedAt", before, after)) return `${action}_revoked`;
  if (appeared("removedAt", before, after)) return `${action}_removed`;
  if (appeared("suspendedAt", before, after)) return `${action}_suspended`;
  if (appeared("suspendedAt", after, before)) return `${action}_resumed`;
  if (action === "key_saved" && fieldNamed("secretHash", before) !== fieldNamed("secretHash", after))
    return `${action}_rerolled`;
  return action;
}

/** Of a range that was contained or released: an `x` for each open digit. Older rows tell it by what it begins with, masked. */
export function rangeOf({ after }: Pick<AuditRow, "after">): string | undefined {
  const range = fieldNamed("range", after);
  if (typeof range === "string") return range;
  const scope = fieldNamed("scope", after) ?? null;
  const [prefix, size] = [fieldNamed("prefix", scope), fieldNamed("size", scope)];
  if (typeof prefix !== "string" || typeof size !== "number") return undefined;
  return prefix + "x".repeat(String(size).length - 1);
}

function appeared(name: string, before: Json, after: Json): boolean {
  return fieldNamed(name, before) === undefined && fieldNamed(name, after) !== undefined;
}

function fieldNamed(name: string, of: Json): Json | undefined {
  return isObject(of) ? of[name] : undefined;
}
