import type { Problem } from "../api/service-error.ts";

/** Fields of the API that are options here under another name, or that are options wherever they stand. */
const OPTIONS: Readonly<Record<string, string>> = {
  force: "--force",
  replace: "--replace",
  reason: "--reason",
  from: "--from",
  until: "--until",
  note: "--note",
  baseRevision: "--base",
  managedBy: "--managed-by",
  expiresAt: "--expires",
  mayChoosePolicies: "--may-choose",
  networks: "--network",
  falseBlockBudget: "--budget",
  scoreThreshold: "--threshold",
  holdSeconds: "--hold",
  whenFailed: "--when-failed",
  whenOutcomesMissing: "--when-outcomes-missing",
  maximumPrice: "--maximum-price",
  whenPriceUnknown: "--when-price-unknown",
};

/** A problem with a field of the request, in the words of the command line: the option, or the argument as it was typed. */
export function problemInCommandWords({ field, message }: Problem, body: unknown): string {
  if (field === "") return message;
  const path = field.split(".");
  const typed = path.some((part) => /^\d+$/.test(part)) ? typedAt(body, path) : undefined;
  if (typed !== undefined) return message.includes(typed) ? message : `${typed}: ${message}`;
  const name = path.at(-1) ?? "";
  // What an account or provider is set to is typed as it is named in the API.
  const isOption = path.length === 1 || path[0] === "add";
  const word = isOption && Object.hasOwn(OPTIONS, name) && !isSetting(body) ? OPTIONS[name] : undefined;
  return `${word ?? field}: ${message}`;
}

/** `say force` is the API's; here it is an option. */
export function sentenceInCommandWords(sentence: string): string {
  return sentence.replaceAll(/\bsay (force|replace)\b/g, "give --$1");
}

/** The text at a place in a list of the request: itself, or the range of the exception that it is. */
function typedAt(body: unknown, path: readonly string[]): string | undefined {
  const end = path.findLastIndex((part) => /^\d+$/.test(part)) + 1;
  let value = body;
  for (const part of path.slice(0, end)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || !("range" in value) || typeof value.range !== "string") {
    return undefined;
  }
  const option = OPTIONS[path.at(-1) ?? ""];
  return option === undefined ? value.range : `${value.range}, ${option}`;
}

function isSetting(body: unknown): boolean {
  return typeof body === "object" && body !== null && !("reason" in body) && !("kind" in body) && !("scopes" in body);
}
