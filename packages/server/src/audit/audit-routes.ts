import type { EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import { createSerially } from "../accounts/serially.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageQuery, pageView } from "../api/page.ts";
import type { Changes } from "../changes.ts";
import type { Store } from "../store/store.ts";
import type { AuditHead } from "./audit-row.ts";
import { auditRowView, exportedRow, exportedRowView, viewOfAuditRow } from "./audit-view.ts";
import { type ChainVerification, verifyChain } from "./verify-chain.ts";

export interface AuditRoutesDeps {
  readonly store: Pick<Store, "audit">;
  readonly directory: Directory;
  readonly changes: Changes;
}

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2027-01-31T00:00:00Z" });

const listQuery = pageQuery.extend({
  from: instant.exactOptional().describe("From then on."),
  until: instant.exactOptional().describe("Before then."),
});

const verifyQuery = z.strictObject({
  expect: z
    .string()
    .regex(/^[1-9]\d{0,15}:[0-9a-f]{64}$/, "must be a row's number, a colon and its hash")
    .exactOptional()
    .describe("A head that was noted before: `number:hash`. Without one, rows missing at the end cannot be told."),
});

const exportQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, "must be a row's number")
    .default("0")
    .describe("Rows after this one."),
  whole: z.enum(["true", "false"]).default("false").describe("With what the rows say, whole numbers and all; audited."),
});

export const auditVerificationView = z
  .object({
    ok: z.boolean(),
    rows: z.int().describe("How many were found good."),
    withoutContent: z.int().describe("Of those, how many are erased: only their commitment is proved."),
    head: z
      .object({ number: z.int(), hash: z.string() })
      .nullable()
      .describe("Note it elsewhere, and expect it later."),
    brokenAt: z.int().nullable().describe("The first row that is not as it was written."),
    problem: z.string().nullable(),
  })
  .meta({ id: "AuditVerification" });

export const auditExportView = z
  .object({ items: z.array(exportedRowView), next: z.string().nullable().describe("Give it as `after`.") })
  .meta({ id: "AuditExport" });

const EXPORT_ROWS = 1000;
const tags = ["Audit"];

/** `/v1/audit`: every change, who made it, and the proof that none was altered. */
export function auditRoutes({ store, directory, changes }: AuditRoutesDeps): RoutePlugin {
  /** Checks that are at work, by what they expect: who asks for the same meanwhile gets the same answer. */
  const checks = new Map<string, Promise<ChainVerification>>();
  const serially = createSerially();
  const check = (expected: string): Promise<ChainVerification> => {
    const running =
      checks.get(expected) ??
      serially(() => verifyChain(store.audit.all(), expected === "" ? [] : [headOf(expected)])).finally(() =>
        checks.delete(expected),
      );
    checks.set(expected, running);
    return running;
  };
  return async (app) => {
    app.get(
      "/v1/audit",
      {
        config: { scope: "audit:read", account: "optional" },
        schema: {
          tags,
          summary: "List the changes of an account and those below it, newest first",
          querystring: listQuery,
          response: { 200: pageView(auditRowView, "AuditPage") },
        },
      },
      async ({ namedAccountContext: context, headers, caller, query }) => {
        // The operator who names no account sees all, and what is of the deployment.
        const all = caller.principal.type === "operator" && headers["safeguard-account"] === undefined;
        const accounts =
          all || context === undefined
            ? undefined
            : directory
                .accounts()
                .filter(({ id }) => directory.isWithin(id, context.account.id))
                .map(({ id }) => id);
        const { from, until, limit, cursor } = query;
        const filter = {
          ...(from !== undefined && { from: Date.parse(from) as EpochMilliseconds }),
          ...(until !== undefined && { until: Date.parse(until) as EpochMilliseconds }),
        };
        const page = await store.audit.list(accounts, filter, Number(limit), cursor);
        return { items: page.items.map(viewOfAuditRow), next: page.next ?? null };
      },
    );
    app.get(
      "/v1/audit/verify",
      {
        config: { scope: "audit:read", account: "optional" },
        schema: {
          tags,
          summary: "Check the whole audit trail, and name the first row that was altered",
          description: "The chain runs through the rows of all accounts; of those of others only numbers are told.",
          querystring: verifyQuery,
          response: { 200: auditVerificationView },
        },
      },
      async ({ query }) => {
        const result = await check(query.expect ?? "");
        return result.ok
          ? { ...result, brokenAt: null, problem: null }
          : { ...result, rows: result.brokenAt - 1, withoutContent: 0, head: null };
      },
    );
    app.get(
      "/v1/audit/export",
      {
        config: { scope: "operator", account: "optional" },
        schema: {
          tags,
          summary: "Export the audit trail in the order of its chain",
          querystring: exportQuery,
          response: { 200: auditExportView },
        },
      },
      async ({ query, caller: { at, actor } }) => {
        const whole = query.whole === "true";
        const items: z.infer<typeof exportedRowView>[] = [];
        let next: string | null = null;
        for await (const { number, row } of store.audit.all(Number(query.after))) {
          if (items.length === EXPORT_ROWS) {
            next = String(items.at(-1)?.number);
            break;
          }
          if (row === undefined) throw new Error(`Row ${number} of the audit trail cannot be read: it was changed.`);
          items.push(exportedRow(row, whole));
        }
        if (whole) await changes.commit([{ type: "audit_exported", at, actor, rows: items.length }]);
        return { items, next };
      },
    );
  };
}

function headOf(text: string): AuditHead {
  const [number, hash = ""] = text.split(":");
  return { number: Number(number), hash };
}
