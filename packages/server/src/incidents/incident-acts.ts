import { explainScope, type Incident, type IncidentEntry, type Scope } from "@safeguard/core";
import { z } from "zod";
import type { AuditRow } from "../audit/audit-row.ts";
import { auditRowView, viewOfAuditRow } from "../audit/audit-view.ts";
import type { AuditedChange } from "../audit/audited-change.ts";
import type { Store } from "../store/store.ts";
import { iso } from "./incident-view.ts";
import { NAMES } from "./names.ts";

export const incidentActView = z
  .object({
    who: auditRowView.shape.who.describe("null: erased."),
    reason: z.string().nullable().describe("null: erased."),
    until: z.string().nullable().describe("Until when he contained it."),
  })
  .meta({ id: "IncidentAct" });

export type IncidentAct = z.infer<typeof incidentActView>;

/** What a person did at the time of an entry of the timeline; null: nobody, or the audit trail does not reach back so far. */
export type FindAct = (entry: IncidentEntry) => IncidentAct | null;

/** Types of entries that an act of a person may have made. */
const ACTED: ReadonlySet<IncidentEntry["type"]> = new Set([
  "contained",
  "released",
  "acknowledged",
  "false_alarm",
  "closed",
]);
const PAGE_ROWS = 200;
/** Of an account in which so much more was done since, the oldest acts are not named. */
const MOST_PAGES = 10;

/** Reads from the audit trail, newest first and no further than needed, who did what to an incident, and why. */
export async function findActs(store: Pick<Store, "audit">, incident: Incident): Promise<FindAct> {
  const wanted = new Set(incident.timeline.flatMap(({ at, type }) => (ACTED.has(type) ? [at] : [])));
  const earliest = Math.min(...wanted);
  const found: FoundAct[] = [];
  let cursor: string | undefined;
  for (let page = 0; wanted.size > 0 && page < MOST_PAGES; page++) {
    const { items, next } = await store.audit.list([incident.account], {}, PAGE_ROWS, cursor);
    for (const row of items) {
      if (!wanted.has(row.at)) continue;
      if (row.action === "incident_judged" || row.action === "range_contained") found.push(actIn(row));
    }
    const last = items.at(-1);
    if (next === undefined || last === undefined || last.at < earliest) break;
    cursor = next;
  }
  return (entry) => {
    if (!ACTED.has(entry.type)) return null;
    const act = found.find((one) => one.row.at === entry.at && isOf(one, incident.number, entry));
    if (act === undefined) return null;
    const { who, reason } = viewOfAuditRow(act.row);
    const { until } = act;
    return { who, reason, until: entry.type === "contained" && until !== undefined ? iso(until) : null };
  };
}

/** A row of the audit trail, and what of its content tells where it belongs; undefined: erased. */
interface FoundAct {
  readonly row: AuditRow;
  readonly incident: string | undefined;
  /** As people read it. */
  readonly range: string | undefined;
  readonly until: number | undefined;
}

function actIn(row: AuditRow): FoundAct {
  const change = row.content === undefined ? undefined : (JSON.parse(row.content.text) as AuditedChange);
  if (row.action === "incident_judged") return { row, incident: change?.what.id, range: undefined, until: undefined };
  const { scope, until } = (change?.after ?? {}) as { readonly scope?: Scope; readonly until?: number };
  return { row, incident: undefined, range: scope && explainScope(scope, NAMES), until };
}

function isOf({ row, incident, range }: FoundAct, number: number, { type, scope }: IncidentEntry): boolean {
  const isErased = row.content === undefined;
  if (row.action === "incident_judged") return type !== "contained" && (isErased || incident === String(number));
  if (type !== "contained" && type !== "released") return false;
  return isErased || (scope !== undefined && explainScope(scope, NAMES) === range);
}
