import type { DestinationAction, PolicyDocument } from "@safeguard/client";
import { changeRequestOf, type Draft } from "./draft.ts";

/** A change that is to be made some other way than by this page. */
export interface CopiedChange {
  readonly origin: string;
  readonly account: string;
  readonly policy: string;
  /** undefined: it is not of destinations alone, so the whole policy is said. */
  readonly draft: Draft | undefined;
  /** The policy as it would be. */
  readonly document: PolicyDocument;
  readonly reason: string;
  readonly until: string | undefined;
  readonly baseRevision: number;
}

export const COPY_FORMS = ["curl", "cli", "yaml"] as const;
export type CopyForm = (typeof COPY_FORMS)[number];

export function copyAs(form: CopyForm, change: CopiedChange): string {
  if (form === "yaml") return asYaml(change);
  return form === "curl" ? asCurl(change) : asCommands(change);
}

function asCurl({ origin, account, policy, draft, document, reason, until, baseRevision }: CopiedChange): string {
  const request = until === undefined && draft !== undefined ? changeRequestOf(draft) : undefined;
  const [method, path, body] =
    request === undefined
      ? ["PUT", "", { document, reason, baseRevision, ...(until !== undefined && { until }) }]
      : ["POST", "/destinations", { ...request, reason, baseRevision }];
  return [
    `curl -X ${method} ${origin}/v1/policies/${encodeURIComponent(policy)}${path}`,
    `-H "authorization: Bearer $SAFEGUARD_KEY"`,
    `-H 'safeguard-account: ${account}'`,
    `-H 'content-type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(" \\\n  ");
}

const VERBS = [
  ["block", "block"],
  ["filter", "allow"],
  [undefined, "reset"],
] as const;

/** The command line has verbs for blocking, allowing and taking back; all else is a file that is applied. */
function asCommands({ policy, draft, reason, until }: CopiedChange): string {
  const verbs = new Set<DestinationAction | undefined>(VERBS.map(([action]) => action));
  if (
    draft === undefined ||
    draft.listMode !== undefined ||
    until !== undefined ||
    ![...draft.rules.values()].every((is) => verbs.has(is))
  ) {
    const end = until === undefined ? "" : ` --until ${until}`;
    return `safeguard policy apply policy.yaml --no-managed --reason ${quoted(reason)}${end}`;
  }
  const options = `${policy === "default" ? "" : ` --policy ${policy}`} --reason ${quoted(reason)}`;
  return VERBS.flatMap(([action, verb]) => {
    const codes = [...draft.rules].filter(([, is]) => is === action).map(([code]) => code);
    return codes.length === 0 ? [] : [`safeguard policy ${verb} ${codes.join(" ")}${options}`];
  }).join("\n");
}

const ACTION_ORDER: readonly DestinationAction[] = ["block", "monitor", "filter", "allow"];

/** As `safeguard policy apply` reads it. What is no list of destinations stands as JSON, which is YAML, too. */
function asYaml({ policy, document }: CopiedChange): string {
  const { listMode, destinations = {}, ...rest } = document;
  const lines = [`policy: ${policy}`, ...(listMode === undefined ? [] : [`listMode: ${listMode}`])];
  const rules = Object.entries(destinations);
  if (rules.length > 0) lines.push("destinations:");
  for (const action of ACTION_ORDER) {
    const codes = rules.filter(([, rule]) => rule.action === action && rule.channels === undefined);
    // (quoted: NO is "no" to some readers)
    if (codes.length > 0) lines.push(`  ${action}: [${codes.map(([code]) => JSON.stringify(code)).join(", ")}]`);
  }
  for (const [code, rule] of rules) {
    if (rule.channels !== undefined) lines.push(`  ${JSON.stringify(code)}: ${JSON.stringify(rule)}`);
  }
  for (const [field, value] of Object.entries(rest)) lines.push(`${field}: ${JSON.stringify(inFile(field, value))}`);
  return `${lines.join("\n")}\n`;
}

/** Kinds of line stand in the file by what is done with them. */
function inFile(field: string, value: unknown): unknown {
  if (field !== "numberTypes") return value;
  const types = Object.entries(value as NonNullable<PolicyDocument["numberTypes"]>);
  const of = (action: string) => types.filter(([, is]) => is === action).map(([type]) => type);
  const lists = { block: of("block"), allow: of("allow") };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

/** One word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
