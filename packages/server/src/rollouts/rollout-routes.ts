import { setImmediate } from "node:timers/promises";
import type { CompiledDocument, PolicyDocument } from "@safeguard/core";
import { z } from "zod";
import { accountIdBody, policyNameBody } from "../accounts/account-body.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { pageOfMoment } from "../customers/page-of-moment.ts";
import { mayRead } from "../policies/impact-routes.ts";
import { IMPACT_DAYS } from "../policies/policy-impact.ts";
import type { PolicyReadDeps } from "../policies/policy-services.ts";
import type { Store } from "../store/store.ts";
import { BASELINE_PARTS } from "./baseline.ts";
import { chosenBaseline, chosenTargets } from "./plan-rollout.ts";
import { previewTarget, type TargetPreview } from "./preview-target.ts";
import { ROLLOUT_OUTCOMES } from "./rollout.ts";
import {
  rolloutTargetView,
  rolloutView,
  targetPreviewView,
  viewOfPreview,
  viewOfRollout,
  viewOfTarget,
} from "./rollout-view.ts";
import type { Rollouts } from "./rollouts.ts";

const tags = ["Customers"];
const DAY_MS = 86_400_000;
/** Accounts of one preview: each is evaluated for every destination, twice. */
const MOST_PREVIEWED = 100;
const MOST_NAMED = 10_000;

const accounts = z.array(accountIdBody).min(1).max(MOST_NAMED);
const baselineFields = {
  source: z
    .strictObject({
      account: accountIdBody.exactOptional().describe("Default: the account that the request is for."),
      policy: policyNameBody.default("default"),
      revision: z.int().min(1).exactOptional().describe("Default: the one in force."),
    })
    .describe("The revision whose content is the baseline."),
  policy: policyNameBody.default("default").describe("Which policy is changed in each account."),
  parts: z
    .array(z.enum(BASELINE_PARTS))
    .min(1)
    .max(BASELINE_PARTS.length)
    .default(["destinations"])
    .describe("What of it; the rest stays each account's own."),
  accounts: accounts.exactOptional().describe("Which accounts. Default: all that are below."),
};

const previewBody = z
  .strictObject({
    ...baselineFields,
    days: z.literal(IMPACT_DAYS).default(30).describe("How many days of each account's own traffic are counted."),
  })
  .meta({ id: "RolloutPreviewRequest" });

const newRolloutBody = z
  .strictObject({
    ...baselineFields,
    first: accounts.default([]).describe("These get it first, as a stage of their own."),
    stages: z
      .array(z.number().min(0.1).max(100))
      .max(10)
      .default([5, 25, 100])
      .describe("Per cent of the accounts that have it after each stage; the last stage is always all of them."),
    reason: z.string().trim().min(1).max(800).describe("Why. Shown in each account's history."),
  })
  .meta({ id: "NewRollout" });

const reasonBody = z
  .strictObject({ reason: z.string().trim().min(1).max(800).describe("Why; kept in the audit trail.") })
  .meta({ id: "RolloutReason" });
const params = z.object({ id: z.string() });

export interface RolloutRouteDeps extends PolicyReadDeps {
  readonly store: Pick<Store, "usage">;
  readonly rollouts: Rollouts;
}

/** `/v1/rollouts`: a baseline policy brought into the accounts below, stage by stage. */
export function rolloutRoutes(deps: RolloutRouteDeps): RoutePlugin {
  const { rollouts } = deps;
  const read = { config: { scope: "policies:read" } } as const;
  const write = { config: { scope: "policies:write" } } as const;
  return async (app) => {
    app.get(
      "/v1/rollouts",
      {
        ...read,
        schema: {
          tags,
          summary: "List the roll-outs of baseline policies, newest first",
          querystring: pageQuery,
          response: { 200: pageView(rolloutView, "RolloutPage") },
        },
      },
      async ({ accountContext: { account }, query }) =>
        pageOf(
          rollouts.list(account.id),
          query,
          ({ id }) => id,
          (rollout) => viewOfRollout(rollouts, rollout),
        ),
    );
    app.post(
      "/v1/rollouts/preview",
      {
        ...read,
        schema: {
          tags,
          summary: "Say for each account below what a baseline would change, and change nothing",
          querystring: pageQuery.pick({ cursor: true }),
          body: previewBody,
          response: { 200: pageView(targetPreviewView, "RolloutPreviewPage").extend({ targets: z.int() }) },
        },
      },
      async ({ accountContext: context, body, query }) => {
        const { principal, at } = context;
        const baseline = chosenBaseline(deps, context, body);
        const targets = chosenTargets(deps, context, baseline, body.accounts);
        const { items, next } = pageOfMoment(targets, { ...query, limit: String(MOST_PREVIEWED) });
        const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
        const traffic = mayRead(principal, "usage:read")
          ? Map.groupBy(
              await deps.store.usage.byDestination(
                items.map(({ id }) => id),
                dayOf(at - (body.days - 1) * DAY_MS),
                dayOf(at),
              ),
              ({ account }) => account,
            )
          : undefined;
        const compiled = new WeakMap<PolicyDocument, CompiledDocument>();
        const previews: TargetPreview[] = [];
        for (const account of items) {
          const its = traffic && (traffic.get(account.id) ?? []);
          previews.push(previewTarget(deps, account, baseline, at, its, compiled));
          await setImmediate();
        }
        return { items: previews.map(viewOfPreview), next, targets: targets.length };
      },
    );
    app.post(
      "/v1/rollouts",
      {
        ...write,
        schema: {
          tags,
          summary: "Prepare a roll-out: choose baseline, accounts and stages; nobody has it yet",
          body: newRolloutBody,
          response: { 201: rolloutView },
        },
      },
      async ({ accountContext, body }, reply) => {
        const rollout = await rollouts.prepare(accountContext, body);
        reply.code(201);
        return viewOfRollout(rollouts, rollout);
      },
    );
    app.get(
      "/v1/rollouts/:id",
      { ...read, schema: { tags, summary: "Get a roll-out", params, response: { 200: rolloutView } } },
      async ({ accountContext: { account }, params: { id } }) => viewOfRollout(rollouts, rollouts.get(account.id, id)),
    );
    app.get(
      "/v1/rollouts/:id/accounts",
      {
        ...read,
        schema: {
          tags,
          summary: "Say which accounts have it, and what became of the others; in the order in which they get it",
          params,
          querystring: pageQuery.extend({
            outcome: z
              .enum(["all", "none", ...ROLLOUT_OUTCOMES])
              .default("all")
              .describe("`none`: not yet."),
          }),
          response: { 200: pageView(rolloutTargetView, "RolloutTargetPage") },
        },
      },
      async ({ accountContext: { account, at }, params: { id }, query }) => {
        const rollout = rollouts.get(account.id, id);
        const steps = rollouts.stepsOf(id);
        const { outcome: wanted } = query;
        const places = rollout.targets.flatMap((target, place) => {
          const how = steps.get(target.account)?.applied?.outcome.how ?? "none";
          return wanted === "all" || wanted === how ? [place] : [];
        });
        const { items, next } = pageOfMoment(places, query);
        return { items: items.map((place) => viewOfTarget(deps, rollout, steps, place, at)), next };
      },
    );
    app.post(
      "/v1/rollouts/:id/stages",
      {
        ...write,
        schema: {
          tags,
          summary: "Begin the next stage; it then goes on by itself, also after a restart",
          params,
          body: z
            .strictObject({ stage: z.int().min(1).describe("1, 2 …: so that none is begun twice.") })
            .meta({ id: "BeginStage" }),
          response: { 200: rolloutView },
        },
      },
      async ({ accountContext, params: { id }, body: { stage } }) =>
        viewOfRollout(rollouts, await rollouts.begin(accountContext, id, stage)),
    );
    for (const [verb, summary] of [
      ["stop", "Stop a roll-out: nobody else gets it, and who has it keeps it"],
      ["undo", "Give back what they had to those that have it; what was changed since stays as it is"],
    ] as const) {
      app.post(
        `/v1/rollouts/:id/${verb}`,
        { ...write, schema: { tags, summary, params, body: reasonBody, response: { 200: rolloutView } } },
        async ({ accountContext, params: { id }, body: { reason } }) =>
          viewOfRollout(rollouts, await rollouts[verb](accountContext, id, reason)),
      );
    }
  };
}
