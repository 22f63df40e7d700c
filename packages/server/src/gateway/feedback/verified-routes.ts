import { parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../../api/app.ts";
import { ServiceError } from "../../api/service-error.ts";
import type { Changes } from "../../changes.ts";
import { toField } from "../../decisions/decision-body.ts";
import type { ImportedNumber } from "../../store/journal-record.ts";
import type { Store, VerifiedSummary } from "../../store/store.ts";
import { dayText, readVerifiedEntry, type VerifiedEntry } from "./verified-entry.ts";

/** Most numbers that one request may import. */
export const MAX_VERIFIED = 2000;

const timeField = z.string().max(40).exactOptional();

const verifiedImportBody = z
  .strictObject({
    numbers: z
      .array(
        z.strictObject({
          to: toField,
          verifiedAt: timeField.describe(
            "When the first verification was completed: a day or a time. Default: two days ago, so that the number is trusted at once.",
          ),
          lastVerifiedAt: timeField.describe("When the latest one was. Default: `verifiedAt`."),
        }),
      )
      .min(1)
      .max(MAX_VERIFIED),
  })
  .meta({ id: "VerifiedImport", examples: [{ numbers: [{ to: "+31612345678", verifiedAt: "2026-11-01" }] }] });

export const verifiedImportView = z
  .object({
    imported: z.int().describe("Different numbers."),
    refused: z
      .array(z.object({ index: z.int(), field: z.string(), message: z.string() }))
      .describe("Those of the request, from 0, that were not taken, and why."),
  })
  .meta({ id: "VerifiedImported" });

export const verifiedSummaryView = z
  .object({
    count: z.int(),
    firstDay: z.string().nullable().describe("The earliest first verification."),
    lastDay: z.string().nullable().describe("The latest verification."),
    banned: z.int().describe("Numbers that the account found fraud behind: not counted above, and never trusted."),
    destinations: z
      .array(z.object({ destination: z.string(), count: z.int() }))
      .readonly()
      .describe("Most first."),
  })
  .meta({ id: "VerifiedSummary" });

export const verifiedRemovedView = z.object({ removed: z.string() }).meta({ id: "VerifiedRemoved" });

const tags = ["Feedback"];

/** `/v1/verified-numbers`: numbers whose owners have proved themselves, which detection leaves alone. */
export function verifiedRoutes(deps: {
  readonly store: Pick<Store, "verified">;
  readonly changes: Changes;
}): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/verified-numbers",
      {
        // It exempts numbers from detection, as an exception does.
        config: { scope: "policies:write" },
        schema: {
          tags,
          summary: "Import numbers that were verified before",
          description: "What can be taken is; the rest is named with the reason. Importing twice does no harm.",
          body: verifiedImportBody,
          response: { 201: verifiedImportView },
        },
      },
      async (request, reply) => {
        const { account, at, actor } = request.accountContext;
        const { numbers, refused } = readEntries(request.body.numbers, at);
        if (numbers.length > 0) {
          await deps.changes.commit([{ type: "verified_imported", at, actor, account: account.id, numbers }]);
        }
        reply.code(201);
        return { imported: numbers.length, refused };
      },
    );
    app.get(
      "/v1/verified-numbers/summary",
      {
        config: { scope: "policies:read" },
        schema: { tags, summary: "Count the verified numbers", response: { 200: verifiedSummaryView } },
      },
      async (request) => viewOfSummary(await deps.store.verified.summary(request.accountContext.account.id)),
    );
    app.post(
      "/v1/verified-numbers/remove",
      {
        config: { scope: "policies:write" },
        schema: {
          tags,
          summary: "Forget what is known of a number's verifications",
          description: "It is a new number from then on. A ban is forgotten, too.",
          body: z
            .strictObject({ number: toField })
            .meta({ id: "VerifiedRemoval", examples: [{ number: "+31612345678" }] }),
          response: { 200: verifiedRemovedView },
        },
      },
      async (request) => {
        const { account, at, actor } = request.accountContext;
        const parsed = parseRecipient(request.body.number, "native");
        if (!parsed.ok) {
          const message = "must be a number in international form, such as +31612345678";
          throw new ServiceError("invalid_request", "Not valid: number.", [{ field: "number", message }]);
        }
        const to = parsed.recipient.e164;
        if ((await deps.store.verified.find(account.id, to)) === undefined) {
          throw new ServiceError("not_found", "There is no such verified number.");
        }
        await deps.changes.commit([{ type: "verified_removed", at, actor, account: account.id, to }]);
        return { removed: to };
      },
    );
  };
}

function readEntries(entries: readonly VerifiedEntry[], now: number) {
  const numbers = new Map<string, ImportedNumber>();
  const refused: z.infer<typeof verifiedImportView>["refused"] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readVerifiedEntry(entry, now);
    if (!read.ok) {
      refused.push({ index, field: read.field, message: read.message });
      continue;
    }
    const { number } = read;
    const before = numbers.get(number.to) ?? number;
    const firstDay = Math.min(before.firstDay, number.firstDay);
    numbers.set(number.to, { ...number, firstDay, lastDay: Math.max(before.lastDay, number.lastDay) });
  }
  return { numbers: [...numbers.values()], refused };
}

function viewOfSummary({ count, banned, firstDay, lastDay, destinations }: VerifiedSummary) {
  return {
    count,
    firstDay: firstDay === undefined ? null : dayText(firstDay),
    lastDay: lastDay === undefined ? null : dayText(lastDay),
    banned,
    destinations,
  };
}
