import type { Finding, PolicyFinding, Verdict } from "@safeguard/client";

/** The steps of a decision, in the order in which they are asked. */
export const CHECKS = ["exception", "range", "destination", "limits", "detection"] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  /** Nothing: it had nothing to say, or was not asked any more. */
  readonly findings: readonly Finding[];
  readonly isAsked: boolean;
  /** It gave the reason of the verdict. */
  readonly decides: boolean;
}

/** A verdict as the checks that it passed, or not. */
export function checksOf({ action, reason, findings }: Verdict): readonly Check[] {
  const of = new Map(CHECKS.map((name) => [name, findings.filter((finding) => checkOf(finding) === name)]));
  let isOver = false;
  return CHECKS.map((name): Check => {
    const its = of.get(name) ?? [];
    const decides = its.some((finding) => finding.reason === reason);
    const isAsked = its.length > 0 || !isOver;
    // A range that speaks leaves the destination unasked; what stops, all that follows.
    const stops = decides && action !== "allow";
    isOver ||= stops || (name === "detection" && decides);
    return { name, findings: its, isAsked, decides };
  });
}

function checkOf(finding: Finding): CheckName {
  if (finding.type === "limit") return "limits";
  if (finding.type === "detection") return "detection";
  const { type } = finding.ground as { readonly type: string };
  return type === "exception" || type === "range" ? type : "destination";
}

/** What a rule's words are filled with. */
export function groundOf({ ground }: PolicyFinding): { readonly type: string } & Readonly<Record<string, string>> {
  return ground as { readonly type: string } & Readonly<Record<string, string>>;
}
