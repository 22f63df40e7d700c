import type { PolicyGround } from "../policy/policy-document.ts";
import { REASONS, type ReasonCode } from "./reason-code.ts";
import type { PolicyFinding, Verdict } from "./verdict.ts";

/** How a reader calls things; without it, codes stand in the sentence. */
export interface VerdictNames {
  destination?(code: string): string | undefined;
}

const ACTIONS: Readonly<Record<Verdict["action"], string>> = {
  allow: "Allowed",
  hold: "Held",
  challenge: "Challenged",
  block: "Blocked",
};

/** One plain sentence: what was decided, why, and whose rule it was. `Blocked: Belgium is blocked, by a rule of the account above.` */
export function explainVerdict(verdict: Verdict, names: VerdictNames = {}): string {
  const finding = decidingFinding(verdict);
  const reason = fill(verdict.reason, finding?.ground, names);
  return `${ACTIONS[verdict.action]}: ${reason}${origin(finding?.level ?? 0)}.`;
}

/** The finding whose reason the verdict has. */
export function decidingFinding(verdict: Verdict): PolicyFinding | undefined {
  const isBlock = verdict.action === "block";
  const matching = verdict.findings.filter(
    (finding) => finding.reason === verdict.reason && (finding.action === "block") === isBlock,
  );
  // A trusted number may have set the account's own block aside; then the one above it decided.
  const setAside = isBlock && verdict.findings.some((finding) => finding.reason === "exception_trusted");
  return setAside ? matching.at(-1) : matching[0];
}

function origin(level: number): string {
  if (level === 0) return "";
  return level === 1 ? ", by a rule of the account above" : `, by a rule of the account ${level} levels above`;
}

/**
 * The sentences taken apart once, because every decision has one: at even places texts, at odd ones the names of what goes
 * between them. Without the full stop.
 */
const PARTS: ReadonlyMap<ReasonCode, readonly string[]> = new Map(
  Object.entries(REASONS).map(([code, { sentence }]) => [
    code as ReasonCode,
    sentence.replace(/\.$/, "").split(/\{(\w+)\}/),
  ]),
);

function fill(reason: ReasonCode, ground: PolicyGround | undefined, names: VerdictNames): string {
  let filled = "";
  for (const [place, part] of PARTS.get(reason)?.entries() ?? []) {
    filled += place % 2 === 0 ? part : (filling(part, ground, names) ?? `{${part}}`);
  }
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

function filling(name: string, ground: PolicyGround | undefined, names: VerdictNames): string | undefined {
  const value = (ground as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof value !== "string") return undefined;
  return name === "destination" ? (names.destination?.(value) ?? value) : value.replaceAll("_", " ");
}
