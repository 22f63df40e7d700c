import { DEFAULT_POLICY, DETECTION_PRESETS, DETECTION_RANGES } from "@safeguard/core";
import { z } from "zod";
import { policyNameBody } from "../accounts/account-body.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { BacktestPolicy } from "../backtest/backtest-policy.ts";
import { noSuchPolicy } from "../policies/get-policy.ts";
import type { PolicyReadDeps } from "../policies/policy-services.ts";
import type { TestedPolicy } from "./run-task.ts";

const policy = policyNameBody.default("default").describe("Which of the account's policies.");

const { least, most } = DETECTION_RANGES.falseBlockBudget;
const budget = {
  preset: z.enum(DETECTION_PRESETS).describe("False-block budget by name, before the policy's.").exactOptional(),
  falseBlockBudget: z
    .number()
    .min(least)
    .max(most)
    .describe("The same as a share of legitimate messages; give one of the two.")
    .exactOptional(),
};

/** What a run decides by. */
export const testedPolicyBody = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("starting"), ...budget }).describe("What an account starts from."),
    z.strictObject({ type: z.literal("in_force"), policy, ...budget }).describe("What decides for the account now."),
    z
      .strictObject({ type: z.literal("revision"), policy, number: z.int().min(1), ...budget })
      .describe("A revision of the account, such as a draft."),
  ])
  .refine(({ preset, falseBlockBudget }) => preset === undefined || falseBlockBudget === undefined, {
    path: ["falseBlockBudget"],
    message: "says the same as preset: give one of them",
  });

export type TestedPolicyBody = z.infer<typeof testedPolicyBody>;

/** The policy that is asked for, with what the accounts above say. Throws ServiceError where there is none such. */
export function testedPolicy(deps: PolicyReadDeps, context: AccountContext, asked: TestedPolicyBody): TestedPolicy {
  const { preset, falseBlockBudget } = asked;
  return { base: basePolicy(deps, context, asked), preset, falseBlockBudget };
}

function basePolicy(deps: PolicyReadDeps, context: AccountContext, asked: TestedPolicyBody): BacktestPolicy {
  const { account, at } = context;
  if (asked.type === "starting") return { name: "the default policy", document: DEFAULT_POLICY };
  const levels = deps.engine.levelsFor(account.id, asked.policy, at);
  const above = levels.slice(1).map(({ document }) => document);
  const levelsAbove = above.length > 0 && { above };
  if (asked.type === "in_force") {
    const { policy: name } = asked;
    if (name !== account.defaultPolicy && !deps.book.names(account.id).includes(name)) {
      throw noSuchPolicy(deps, context, name);
    }
    const deciding = deps.book.inForce(account.id, name, at);
    return { name: `${name}/${deciding?.number ?? 0}`, document: deciding?.document ?? {}, ...levelsAbove };
  }
  const revision = deps.book.revision(account.id, asked.policy, asked.number);
  if (revision === undefined) {
    throw new ServiceError("not_found", `The policy ${asked.policy} has no revision ${asked.number}.`);
  }
  return { name: `${asked.policy}/${asked.number}`, document: revision.document, ...levelsAbove };
}
