import { isObject } from "./audit-diff.ts";
import type { AuditRow, Json } from "./audit-types.ts";

/** What a row's act is called in the language files: its action and, of what is saved, how it changed. */
export function actOf({ action, before, after }: Pick<AuditRow, "action" | "before" | "after">): string {
  if (action === "lockdown_set" || action === "bypass_set") return after === "ended" ? `${action}_ended` : action;
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

function appeared(name: string, before: Json, after: Json): boolean {
  return fieldNamed(name, before) === undefined && fieldNamed(name, after) !== undefined;
}

function fieldNamed(name: string, of: Json): Json | undefined {
  return isObject(of) ? of[name] : undefined;
}
