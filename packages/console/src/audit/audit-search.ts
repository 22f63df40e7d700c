import { z } from "../shared/zod.ts";

export const AUDIT = "/channels/settings/audit";

/** Kinds of things that acts are about. */
export const SUBJECTS = [
  "policy",
  "detection",
  "incident",
  "key",
  "account",
  "member",
  "provider",
  "routes",
  "alert_settings",
  "receiver",
  "proposal",
  "rollout",
  "brand",
  "message",
  "number",
  "verified_numbers",
  "prices",
  "audit_trail",
  "store",
] as const;

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .optional()
  .catch(undefined);

/** Filters of the audit log. Days are the reader's own, both included. */
export const auditSearch = z.object({
  who: z.string().max(200).optional().catch(undefined),
  what: z.enum(SUBJECTS).optional().catch(undefined),
  from: day,
  until: day,
  q: z.coerce.string().max(100).optional().catch(undefined),
});

/** The instants that the days stand for, as the API takes them. */
export function spanOfDays(days: { readonly from?: string | undefined; readonly until?: string | undefined }): {
  readonly from?: string;
  readonly until?: string;
} {
  const from = midnight(days.from, 0);
  const until = midnight(days.until, 1);
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}

/** Where the reader is. undefined: there is no such day. */
function midnight(text: string | undefined, later: number): string | undefined {
  const [year = 0, month = 0, date = 0] = text?.split("-").map(Number) ?? [];
  const at = new Date(year, month - 1, date + later);
  return text === undefined || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
