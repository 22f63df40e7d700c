import { z } from "zod";
import { ALERT_CODES } from "../alerts/alert-kinds.ts";
import type { Alert } from "../store/store.ts";
import { iso } from "./incident-view.ts";

export const alertView = z
  .object({
    id: z.string(),
    account: z.string(),
    code: z.enum(ALERT_CODES),
    sentence: z.string(),
    incident: z.int().nullable(),
    raisedAt: z.string(),
    resolvedAt: z.string().nullable().describe("Null: it still is so."),
  })
  .meta({ id: "Alert" });

export function viewOfAlert(alert: Alert): z.infer<typeof alertView> {
  return {
    id: `alert_${alert.id}`,
    account: alert.account,
    code: alert.code,
    sentence: alert.sentence,
    incident: alert.incident ?? null,
    raisedAt: iso(alert.raisedAt),
    resolvedAt: alert.resolvedAt === undefined ? null : iso(alert.resolvedAt),
  };
}
