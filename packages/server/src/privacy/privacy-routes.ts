import { type E164, parseRecipient, shownNumber, standInFor } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Changes } from "../changes.ts";
import { type CollectParts, collectNumber } from "./collect-number.ts";
import type { Erasing } from "./erase-number.ts";
import { exportOf, numberExportView } from "./number-export.ts";

export interface PrivacyRoutesDeps extends CollectParts {
  readonly changes: Changes;
  readonly erasing: Erasing;
}

const body = z
  .strictObject({
    number: z.string().min(1).max(64).describe("In international form, such as +31612345678."),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe("Why, such as the number of the request; kept in the audit trail, so without the number itself.")
      .exactOptional(),
  })
  .meta({ id: "PersonalNumber", examples: [{ number: "+31612345678", reason: "request 2027-14" }] });

export const numberErasedView = z
  .object({
    range: z.string().describe("The 100 numbers that it is one of; this stands in its place from now on."),
    records: z.record(z.string(), z.int()).describe("Records that were changed or taken out, by type."),
    verifiedNumbers: z.int().describe("Accounts in which it was a verified number."),
    documents: z.int().describe("Names and reasons that named it."),
    kept: z
      .array(z.string())
      .describe("Revisions of policies that name it in a rule. Rules stay; where one is no longer needed, remove it."),
  })
  .meta({ id: "NumberErased" });

const tags = ["Privacy"];
const config = { scope: "privacy:write", account: "optional", keepsNoAnswer: true } as const;

/** `/v1/privacy`: what is kept of a person's number, and its erasure. The number stands in the body: addresses are logged. */
export function privacyRoutes(deps: PrivacyRoutesDeps): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/privacy/export",
      {
        config,
        schema: {
          tags,
          summary: "Take out all that is kept of a number",
          description:
            "Of one account; the operator who names none gets that of all. Says also where nothing was found, and where nothing can be looked for. What it says of other numbers is masked. In the audit trail, without the number.",
          body,
          response: { 200: numberExportView },
        },
      },
      async ({ namedAccountContext, caller: { at, actor }, body: { number, reason } }) => {
        const to = numberIn(number);
        const account = namedAccountContext?.account.id;
        const collected = await collectNumber(deps, to, account, at);
        await deps.changes.commit([
          {
            type: "number_exported",
            at,
            actor,
            ...(account !== undefined && { account }),
            range: rangeOf(to),
            ...(reason !== undefined && { reason: harmless(reason, to) }),
          },
        ]);
        return exportOf(collected, at);
      },
    );
    app.post(
      "/v1/privacy/erase",
      {
        config,
        schema: {
          tags,
          summary: "Erase a number",
          description:
            "Of one account; the operator who names none erases it in all. What was counted and spent stays, of nobody; messages to it that wait are not sent. It cannot be undone. Asked again, it does no harm.",
          body,
          response: { 200: numberErasedView },
        },
      },
      async ({ namedAccountContext, caller: { at, actor }, body: { number, reason } }) => {
        const to = numberIn(number);
        const { records, rows, kept, standIn } = await deps.erasing.erase({
          to,
          account: namedAccountContext?.account.id,
          at,
          actor,
          reason: reason === undefined ? undefined : harmless(reason, to),
        });
        return {
          range: shownNumber(standIn),
          records,
          verifiedNumbers: rows.verified,
          documents: rows.documents,
          kept: [...kept],
        };
      },
    );
  };
}

function numberIn(text: string): E164 {
  const parsed = parseRecipient(text, "native");
  if (parsed.ok) return parsed.recipient.e164;
  const message = "must be a number in international form, such as +31612345678";
  throw new ServiceError("invalid_request", "Not valid: number.", [{ field: "number", message }]);
}

function rangeOf(to: E164): string {
  return shownNumber(standInFor(to, 0));
}

/** The reason without the number, where somebody wrote it there all the same. */
function harmless(reason: string, to: E164): string {
  return reason.replaceAll(to.slice(1), rangeOf(to).slice(1));
}
