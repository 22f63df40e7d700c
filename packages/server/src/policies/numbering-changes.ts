import { NUMBERING_TABLE, type NumberReading, type TableChange, tableChanges } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type ChangeInput, saveRevisions } from "./save-revisions.ts";

const readingView = z.object({ candidates: z.array(z.string()), type: z.string(), valid: z.boolean() });

export const numberingView = z
  .object({
    policy: z.string(),
    revision: z.int(),
    /** The table that the policy is read by, besides the present one. */
    table: z.string(),
    present: z.string(),
    known: z.boolean().describe("false: the older table is not known here, and every number counts as changed."),
    changes: z.array(
      z.object({
        numbers: z.string().describe("`+`, then for each place a digit, a class such as `[2-46]`, or `x`."),
        before: readingView,
        after: readingView,
      }),
    ),
  })
  .meta({ id: "PolicyNumbering" });

export type NumberingView = z.infer<typeof numberingView>;

/** What a new numbering table changes for the policy; until a person confirms it, the stricter reading of both holds. */
export function numberingChanges(deps: PolicyServiceDeps, context: AccountContext, policy: string): NumberingView {
  const { account, at } = context;
  const revision = deps.book.inForce(account.id, policy, at);
  const table = revision?.numberingTable ?? NUMBERING_TABLE;
  const changes = tableChanges(table);
  return {
    policy,
    revision: revision?.number ?? 0,
    table,
    present: NUMBERING_TABLE,
    known: changes !== "unknown_table",
    changes: changes === "unknown_table" ? [] : changes.map(viewOfChange),
  };
}

/** Makes a revision with the same content that is read by the present numbering table alone. */
export function confirmNumbering(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeInput,
): Promise<readonly PolicyRevision[]> {
  return saveRevisions(deps, context, policy, input, () => {
    const revision = deps.book.inForce(context.account.id, policy, context.at);
    if (revision === undefined || revision.numberingTable === NUMBERING_TABLE) return [];
    const { document, number, until } = revision;
    return [
      {
        document,
        state: "in_force",
        from: context.at,
        ...(until !== undefined && { until }),
        restores: number,
        confirmsNumbering: true,
      },
    ];
  });
}

function viewOfChange({ numbers, from, to }: TableChange): NumberingView["changes"][number] {
  return { numbers, before: viewOfReading(from), after: viewOfReading(to) };
}

function viewOfReading({ candidates, type, valid }: NumberReading): z.infer<typeof readingView> {
  return { candidates: [...candidates], type, valid };
}
