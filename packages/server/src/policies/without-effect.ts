import {
  compilePolicy,
  type Destination,
  evaluatePolicy,
  type Message,
  type PolicyDocument,
  type PolicyException,
  type PolicyLevel,
  parseRecipient,
  type Recipient,
} from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import type { Problem } from "../api/service-error.ts";
import type { ChangeDestinations } from "./change-destinations.ts";
import { destinationName, destinationsNamed } from "./destination-names.ts";
import { ordinaryRecipient } from "./ordinary-recipient.ts";
import type { PolicyReadDeps } from "./policy-services.ts";

/** What somebody wanted to let pass, and where it stands in the request. */
interface Wish {
  readonly field: string;
  /** For people. */
  readonly name: string;
  readonly recipient: Recipient;
}

/** What the account lets pass and an account above blocks all the same: saved, and without effect for now. */
export function withoutEffect(
  deps: PolicyReadDeps,
  context: AccountContext,
  policy: string,
  wishes: readonly Wish[],
  /** Instead of what decides now, for a revision that waits. */
  document?: PolicyDocument,
): readonly Problem[] {
  const { account, at } = context;
  const levels = decidingLevels(deps, context, policy, document);
  if (levels.length < 2) return [];
  const compiled = compilePolicy(levels);
  return wishes.flatMap(({ field, name, recipient }) => {
    const message: Message = { account: account.id, recipient, originator: "", channel: "sms", purpose: "otp", at };
    const { action, findings } = evaluatePolicy(compiled, message);
    const blocks = findings.filter((finding) => finding.action === "block");
    if (action !== "block" || blocks.length === 0 || blocks.some(({ level }) => level === 0)) return [];
    return [{ field, message: `${name} stays blocked by an account above` }];
  });
}

/** The account's own level first; `document`: in the place of what it says now. */
export function decidingLevels(
  deps: PolicyReadDeps,
  { account, at }: AccountContext,
  policy: string,
  document: PolicyDocument | undefined,
): readonly PolicyLevel[] {
  const levels = deps.engine.levelsFor(account.id, policy, at);
  return levels.map((level, index) => (index === 0 && document !== undefined ? { ...level, document } : level));
}

/** Destinations that a change of destinations lets pass. */
export function wishesOfChange({ allow, monitor, groups, action }: ChangeDestinations): readonly Wish[] {
  const lists = { allow, monitor, ...(action !== undefined && action !== "block" && { groups }) };
  return Object.entries(lists).flatMap(([field, names]) =>
    names.flatMap((name, index) => {
      const named = destinationsNamed(name);
      return named.ok ? named.destinations.map((code) => wishFor(`${field}.${index}`, code)) : [];
    }),
  );
}

/** Destinations that a document lets pass. */
export function wishesOfDocument({ destinations = {} }: PolicyDocument): readonly Wish[] {
  return Object.entries(destinations)
    .filter(([, { action }]) => action !== "block")
    .map(([code]) => wishFor(`document.destinations.${code}`, code as Destination));
}

/** Trusted numbers; of a range its first. */
export function wishesOfExceptions(add: readonly PolicyException[]): readonly Wish[] {
  return add.flatMap(({ range, kind }, index) => {
    const parsed = kind === "trusted" ? parseRecipient(range.replaceAll("x", "0"), "native") : undefined;
    return parsed?.ok ? [{ field: `add.${index}`, name: range, recipient: parsed.recipient }] : [];
  });
}

function wishFor(field: string, code: Destination): Wish {
  return { field, name: `${destinationName(code)} (${code})`, recipient: ordinaryRecipient(code) };
}
