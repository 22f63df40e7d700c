import { diffPolicies, loosens, type PolicyDocument } from "@safeguard/core";
import { z } from "zod";
import type { Account } from "../accounts/account.ts";
import type { Directory } from "../accounts/directory.ts";

export const comparisonView = z
  .object({
    changes: z.array(
      z.object({
        path: z.string().describe("Such as `destinations.NL` or `ranges.+31612`."),
        before: z.json().nullable().describe("null: not there."),
        after: z.json().nullable(),
        loosens: z.boolean().describe("Some message may be treated less strictly than before."),
      }),
    ),
    loosens: z.boolean().describe("Any of the changes does."),
  })
  .meta({ id: "PolicyComparison" });

export type ComparisonView = z.infer<typeof comparisonView>;

/** What differs between two policies of the account. */
export function comparePolicies(
  directory: Directory,
  account: Account,
  before: PolicyDocument,
  after: PolicyDocument,
): ComparisonView {
  const changes = diffPolicies(before, after, { standsAlone: standsAlone(directory, account) });
  return {
    changes: changes.map(({ path, before: was, after: is, loosens: looser }) => ({
      path,
      before: json(was),
      after: json(is),
      loosens: looser,
    })),
    loosens: loosens(changes),
  };
}

/** No account is above or below it: its policies alone say what happens. */
export function standsAlone(directory: Directory, { id, parent }: Account): boolean {
  return parent === undefined && directory.accounts().every((other) => other.parent !== id);
}

type Json = z.infer<ReturnType<typeof z.json>>;

function json(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
