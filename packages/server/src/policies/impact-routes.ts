import { DESTINATION_ACTIONS } from "@safeguard/core";
import { z } from "zod";
import { policyNameBody } from "../accounts/account-body.ts";
import { hasScope } from "../accounts/has-scope.ts";
import type { Principal } from "../accounts/principal.ts";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { STATE_GROUNDS } from "./destination-states.ts";
import { policyDocumentBody } from "./policy-body.ts";
import {
  type DestinationImpact,
  IMPACT_DAYS,
  type ImpactSide,
  type PolicyImpactDeps,
  policyImpact,
} from "./policy-impact.ts";

const impactBody = z
  .strictObject({
    document: policyDocumentBody.exactOptional(),
    days: z.literal(IMPACT_DAYS).default(30).describe("How many days of the account's own traffic are counted."),
  })
  .meta({ id: "PolicyImpactRequest" });

const stateView = z.object({
  action: z.enum(DESTINATION_ACTIONS),
  because: z
    .enum(STATE_GROUNDS)
    .describe("Whose words decide: a rule for the destination, the list mode, an account above, or something else."),
});

const spendView = z.array(moneyView).describe("Of the billable ones whose price is known, by currency.");

const sideView = z.object({
  destinations: z.array(z.string()),
  messages: z.int().describe("Of those that passed (`stopped`) or were blocked (`opened`) in these days."),
  verified: z.int().describe("Verified later: probably real users."),
  spend: spendView,
  incidents: z.int(),
});

const impactView = z
  .object({
    policy: z.string(),
    from: z.string().describe("First day that is counted (UTC)."),
    until: z.string().describe("Last day: today."),
    days: z.int(),
    destinations: z.array(
      z.object({
        code: z.string(),
        now: stateView.describe("For an ordinary mobile number, in no particular range."),
        after: stateView.describe("With `document` in the place of what the account says now."),
        traffic: z
          .object({
            decided: z.int(),
            blocked: z.int(),
            billable: z.int(),
            delivered: z.int(),
            verified: z.int().describe("Verified later: probably real users."),
            spend: spendView,
          })
          .nullable()
          .describe("null: without the permission usage:read."),
        incidents: z.int().nullable().describe("Opened in these days. null: without the permission incidents:read."),
      }),
    ),
    stopped: sideView.describe("Passes now, and would be blocked."),
    opened: sideView.describe("Is blocked now, and would pass."),
  })
  .meta({ id: "PolicyImpact" });

/** Room for 200,000 rules. */
const bodyLimit = 64 * 1024 * 1024;

/** `/v1/policies/{policy}/impact`: what a policy would do to the traffic that there was. */
export function impactRoutes(deps: PolicyImpactDeps): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/policies/:policy/impact",
      {
        config: { scope: "policies:read" },
        bodyLimit,
        schema: {
          tags: ["Policies"],
          summary: "Say what holds for each destination, and what a new document would do to past traffic",
          params: z.object({ policy: policyNameBody }),
          body: impactBody,
          response: { 200: impactView },
        },
      },
      async ({ accountContext, params: { policy }, body }) => {
        const { principal } = accountContext;
        const { from, until, destinations, stopped, opened } = await policyImpact(deps, accountContext, policy, {
          ...body,
          traffic: mayRead(principal, "usage:read"),
          incidents: mayRead(principal, "incidents:read"),
        });
        return {
          policy,
          from,
          until,
          days: body.days,
          destinations: destinations.map(viewOfDestination),
          stopped: viewOfSide(stopped),
          opened: viewOfSide(opened),
        };
      },
    );
  };
}

/** Reading one thing may show another only to those who may read that, too. */
export function mayRead(principal: Principal, scope: "usage:read" | "incidents:read"): boolean {
  return principal.type === "operator" || hasScope(principal.key, scope);
}

function viewOfDestination({ traffic, incidents, ...states }: DestinationImpact) {
  return {
    ...states,
    traffic: traffic === undefined ? null : { ...traffic, spend: traffic.spend.map(viewOfMoney) },
    incidents: incidents ?? null,
  };
}

function viewOfSide({ destinations, spend, ...counts }: ImpactSide) {
  return { destinations: [...destinations], spend: spend.map(viewOfMoney), ...counts };
}
