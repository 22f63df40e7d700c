import { DESTINATION_ACTIONS } from "@safeguard/core";
import { z } from "zod";
import { policyNameBody } from "../accounts/account-body.ts";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import { type Problem, ServiceError } from "../api/service-error.ts";
import { changeDestinations } from "./change-destinations.ts";
import { changeDetection, saidBy } from "./change-detection.ts";
import { changeExceptions } from "./change-exceptions.ts";
import { changeLimits } from "./change-limits.ts";
import { comparePolicies, comparisonView } from "./compare-revisions.ts";
import { detectionChangeBody } from "./detection-body.ts";
import { detectionWithoutEffect } from "./detection-without-effect.ts";
import type { EditedPolicy } from "./edit-in-force.ts";
import { getPolicy, noSuchPolicy, policyView } from "./get-policy.ts";
import { getPolicyLevels, policyLevelsView } from "./get-policy-levels.ts";
import { limitsChangeBody } from "./limits-body.ts";
import { listPolicies, policySummaryView } from "./list-policies.ts";
import { confirmNumbering, numberingChanges, numberingView } from "./numbering-changes.ts";
import { instantOf, instantView, policyDocumentBody, policyExceptionBody } from "./policy-body.ts";
import { policyFileJsonSchema } from "./policy-file-schema.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyReadDeps } from "./policy-services.ts";
import { putRevision } from "./put-revision.ts";
import { restoreRevision } from "./restore-revision.ts";
import {
  policyChangeView,
  revisionView,
  revisionWithDocumentView,
  savedPolicyView,
  viewOfNewRevision,
  viewOfRevision,
  viewOfWholeRevision,
} from "./revision-view.ts";
import { wishesOfChange, wishesOfDocument, wishesOfExceptions, withoutEffect } from "./without-effect.ts";

const tags = ["Policies"];
const params = z.object({ policy: policyNameBody });
const revisionParams = params.extend({
  number: z.string().regex(/^[1-9]\d{0,8}$/, "must be the number of a revision"),
});

const numberQuery = z
  .string()
  .regex(/^\d{1,9}$/, "must be the number of a revision; 0 is the empty policy")
  .exactOptional();

const change = {
  reason: z.string().trim().min(1).max(1000).describe("Why. Shown in the history."),
  baseRevision: z
    .int()
    .min(0)
    .describe("`latestRevision` as it was read; if it is another now, the change is refused as a conflict.")
    .exactOptional(),
  managedBy: z.string().trim().min(1).max(200).describe("The file (or program) that keeps the policy.").exactOptional(),
  force: z.boolean().describe("Change it although a file keeps it, and take it away from that file.").exactOptional(),
};

const window = {
  from: instantView.describe("In force from then on. Default: now.").exactOptional(),
  until: instantView.describe("Until then; after that the revision before it decides again.").exactOptional(),
};

const names = z.array(z.string()).max(400).default([]);

const putBody = z
  .strictObject({
    document: policyDocumentBody,
    state: z.enum(["draft", "in_force"]).default("in_force").describe("A draft holds nothing until it is activated."),
    ...window,
    ...change,
  })
  .meta({ id: "PutPolicy" });

const restoreBody = z.strictObject({ ...window, ...change }).meta({ id: "RestorePolicy" });

const destinationsBody = z
  .strictObject({
    block: names.describe("Not sent. Destinations (`NG`, `870`) or groups (`africa`)."),
    allow: names.describe("Sent; detection may act (`filter`)."),
    monitor: names.describe("Sent; detection only records."),
    reset: names.describe("Back to what the list mode, or the account above, says."),
    groups: names.describe("Any names; `action` says what is done with them."),
    action: z.enum(DESTINATION_ACTIONS).describe("For `groups`.").exactOptional(),
    ...change,
  })
  .meta({ id: "ChangeDestinations" });

const exceptionsBody = z
  .strictObject({
    add: z.array(policyExceptionBody).max(10_000).default([]).describe("One for the same range and kind is replaced."),
    remove: z.array(z.string()).max(10_000).default([]).describe("Ranges whose exceptions are taken away."),
    ...change,
  })
  .meta({ id: "ChangeExceptions" });

const detectionBody = z
  .strictObject({ ...detectionChangeBody, ...change })
  .describe("What is left out stays; null: as the account above says, or the default. Purposes change one by one.")
  .meta({ id: "ChangeDetection" });

const limitsBody = z
  .strictObject({ ...limitsChangeBody, ...change })
  .describe("What is left out stays; what is said takes the place of what was; null takes it away.")
  .meta({ id: "ChangeLimits" });

/** Room for 200,000 rules. */
const bodyLimit = 64 * 1024 * 1024;

/** `/v1/policies` of the account that the request is for. */
export function policyRoutes(deps: PolicyReadDeps): RoutePlugin {
  const deciding = ({ account, at }: AccountContext, policy: string) =>
    deps.book.inForce(account.id, policy, at)?.number;
  const made = (revisions: readonly PolicyRevision[]) => revisions.map(viewOfNewRevision);
  const edited = ({ revisions, copiedFrom }: EditedPolicy, idle: readonly Problem[]) => ({
    revisions: made(revisions),
    copiedFrom: copiedFrom === undefined ? null : { policy: copiedFrom.policy, revision: copiedFrom.number },
    withoutEffect: [...idle],
  });
  const read = { config: { scope: "policies:read" } } as const;
  const write = { config: { scope: "policies:write" } } as const;

  return async (app) => {
    app.get(
      "/v1/policies",
      {
        ...read,
        schema: {
          tags,
          summary: "List the account's policies",
          querystring: pageQuery,
          response: { 200: pageView(policySummaryView, "PolicyPage") },
        },
      },
      async ({ accountContext, query }) =>
        pageOf(
          listPolicies(deps, accountContext),
          query,
          ({ policy }) => policy,
          (item) => item,
        ),
    );
    app.get(
      "/v1/policies/:policy",
      { ...read, schema: { tags, summary: "Get what decides now", params, response: { 200: policyView } } },
      async (request) => getPolicy(deps, request.accountContext, request.params.policy),
    );
    app.put(
      "/v1/policies/:policy",
      {
        ...write,
        bodyLimit,
        schema: {
          tags,
          summary: "Replace the policy by a new revision",
          params,
          body: putBody,
          response: { 201: savedPolicyView },
        },
      },
      async (request, reply) => {
        const { from, until, ...input } = request.body;
        const { policy } = request.params;
        const revision = await putRevision(deps, request.accountContext, policy, {
          ...input,
          ...windowOf(from, until),
        });
        reply.code(201);
        const { document } = revision;
        const { accountContext: context } = request;
        const idle = [
          ...withoutEffect(deps, context, policy, wishesOfDocument(document), document),
          ...detectionWithoutEffect(deps, context, policy, document.detection, "document.detection.", document),
        ];
        return { ...viewOfNewRevision(revision), withoutEffect: idle };
      },
    );
    app.post(
      "/v1/policies/:policy/preview",
      {
        ...read,
        bodyLimit,
        schema: {
          tags,
          summary: "Say what a new document would change, and change nothing",
          params,
          body: z.strictObject({ document: policyDocumentBody }),
          response: { 200: comparisonView },
        },
      },
      async ({ accountContext, params: { policy }, body }) =>
        comparePolicies(
          deps.directory,
          accountContext.account,
          deps.book.inForce(accountContext.account.id, policy, accountContext.at)?.document ?? {},
          body.document,
        ),
    );
    app.post(
      "/v1/policies/:policy/destinations",
      {
        ...write,
        schema: {
          tags,
          summary: "Block and allow destinations",
          params,
          body: destinationsBody,
          response: { 201: policyChangeView },
        },
      },
      async (request, reply) => {
        const { accountContext: context, body } = request;
        const { policy } = request.params;
        const result = await changeDestinations(deps, context, policy, body);
        reply.code(201);
        return edited(result, withoutEffect(deps, context, policy, wishesOfChange(body)));
      },
    );
    app.post(
      "/v1/policies/:policy/exceptions",
      {
        ...write,
        bodyLimit,
        schema: {
          tags,
          summary: "Trust and bar numbers, or take that back",
          params,
          body: exceptionsBody,
          response: { 201: policyChangeView },
        },
      },
      async (request, reply) => {
        const add = request.body.add.map(({ until, ...exception }) => ({
          ...exception,
          ...(until !== undefined && { until: instantOf(until) }),
        }));
        const { accountContext: context, body } = request;
        const { policy } = request.params;
        const result = await changeExceptions(deps, context, policy, { ...body, add });
        reply.code(201);
        return edited(result, withoutEffect(deps, context, policy, wishesOfExceptions(add)));
      },
    );
    app.post(
      "/v1/policies/:policy/detection",
      {
        ...write,
        schema: {
          tags,
          summary: "Say what detection may do",
          params,
          body: detectionBody,
          response: { 201: policyChangeView },
        },
      },
      async (request, reply) => {
        const { reason, baseRevision, managedBy, force, ...detection } = request.body;
        const { accountContext: context } = request;
        const { policy } = request.params;
        const result = await changeDetection(deps, context, policy, {
          detection,
          reason,
          ...(baseRevision !== undefined && { baseRevision }),
          ...(managedBy !== undefined && { managedBy }),
          ...(force !== undefined && { force }),
        });
        reply.code(201);
        return edited(result, detectionWithoutEffect(deps, context, policy, saidBy(detection), ""));
      },
    );
    app.post(
      "/v1/policies/:policy/limits",
      {
        ...write,
        schema: {
          tags,
          summary: "Say the most that may go out",
          params,
          body: limitsBody,
          response: { 201: policyChangeView },
        },
      },
      async (request, reply) => {
        const { reason, baseRevision, managedBy, force, ...limits } = request.body;
        const result = await changeLimits(deps, request.accountContext, request.params.policy, {
          limits,
          reason,
          ...(baseRevision !== undefined && { baseRevision }),
          ...(managedBy !== undefined && { managedBy }),
          ...(force !== undefined && { force }),
        });
        reply.code(201);
        return edited(result, []);
      },
    );
    app.get(
      "/v1/policies/:policy/revisions",
      {
        ...read,
        schema: {
          tags,
          summary: "List the revisions, newest first",
          params,
          querystring: pageQuery,
          response: { 200: pageView(revisionView, "PolicyRevisionPage") },
        },
      },
      async ({ accountContext, params: { policy }, query }) => {
        const now = deciding(accountContext, policy);
        const revisions = deps.book.revisions(accountContext.account.id, policy);
        return pageOf(
          revisions,
          query,
          ({ number }) => String(number),
          (revision) => viewOfRevision(revision, now, accountContext.at),
        );
      },
    );
    app.get(
      "/v1/policies/:policy/revisions/:number",
      {
        ...read,
        schema: {
          tags,
          summary: "Get a revision",
          params: revisionParams,
          response: { 200: revisionWithDocumentView },
        },
      },
      async ({ accountContext, params: { policy, number } }) => {
        const revision = deps.book.revision(accountContext.account.id, policy, Number(number));
        if (revision === undefined) throw noSuchRevision(number);
        return viewOfWholeRevision(revision, deciding(accountContext, policy), accountContext.at);
      },
    );
    for (const [verb, kind, summary] of [
      ["activate", "draft", "Bring a draft into force, as a new revision"],
      ["restore", "any", "Bring back the content of a revision, as a new one"],
    ] as const) {
      app.post(
        `/v1/policies/:policy/revisions/:number/${verb}`,
        {
          ...write,
          schema: {
            tags,
            summary,
            params: revisionParams,
            body: restoreBody,
            response: { 201: revisionWithDocumentView },
          },
        },
        async (request, reply) => {
          const { from, until, ...input } = request.body;
          const { policy, number } = request.params;
          const asked = { ...input, ...windowOf(from, until), number: Number(number) };
          const revision = await restoreRevision(deps, request.accountContext, policy, asked, kind);
          reply.code(201);
          return viewOfNewRevision(revision);
        },
      );
    }
    app.get(
      "/v1/policies/:policy/diff",
      {
        ...read,
        schema: {
          tags,
          summary: "Compare two revisions (default: the latest with the one before it)",
          params,
          querystring: z.strictObject({ from: numberQuery, to: numberQuery }),
          response: { 200: comparisonView },
        },
      },
      async ({ accountContext, params: { policy }, query }) => {
        const latest = deps.book.revisions(accountContext.account.id, policy)[0]?.number ?? 0;
        if (latest === 0) throw noSuchPolicy(deps, accountContext, policy);
        const to = query.to ?? String(latest);
        const [before, after] = [query.from ?? String(Math.max(0, Number(to) - 1)), to].map((number) => {
          if (Number(number) === 0) return {};
          const revision = deps.book.revision(accountContext.account.id, policy, Number(number));
          if (revision === undefined) throw noSuchRevision(number);
          return revision.document;
        });
        return comparePolicies(deps.directory, accountContext.account, before ?? {}, after ?? {});
      },
    );
    app.get(
      "/v1/policies/:policy/levels",
      {
        ...read,
        schema: {
          tags,
          summary: "Get everything that decides, to decide elsewhere (only whoever may read the accounts above)",
          params,
          querystring: z.strictObject({ at: instantView.exactOptional() }),
          response: { 200: policyLevelsView },
        },
      },
      async ({ accountContext, params: { policy }, query }) =>
        getPolicyLevels(deps, accountContext, policy, query.at === undefined ? undefined : instantOf(query.at)),
    );
    app.get(
      "/v1/policies/:policy/numbering",
      {
        ...read,
        schema: { tags, summary: "List what a new numbering table changes", params, response: { 200: numberingView } },
      },
      async (request) => numberingChanges(deps, request.accountContext, request.params.policy),
    );
    app.post(
      "/v1/policies/:policy/numbering",
      {
        ...write,
        schema: {
          tags,
          summary: "Confirm the present numbering table",
          params,
          body: z.strictObject(change),
          response: { 201: policyChangeView },
        },
      },
      async (request, reply) => {
        const revisions = await confirmNumbering(deps, request.accountContext, request.params.policy, request.body);
        reply.code(201);
        return edited({ revisions, copiedFrom: undefined }, []);
      },
    );
    app.get(
      "/v1/schemas/policy.json",
      {
        config: { scope: "public" },
        schema: { tags, summary: "JSON schema of a policy file", response: { 200: z.looseObject({}) } },
      },
      async () => ({ ...policyFileJsonSchema() }),
    );
  };
}

function windowOf(from: string | undefined, until: string | undefined) {
  return {
    ...(from !== undefined && { from: instantOf(from) }),
    ...(until !== undefined && { until: instantOf(until) }),
  };
}

function noSuchRevision(number: string): ServiceError {
  return new ServiceError("not_found", `The policy has no revision ${number}.`);
}
