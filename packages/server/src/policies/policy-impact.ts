import {
  type AccountId,
  compilePolicy,
  DESTINATIONS,
  type Destination,
  INCIDENT_STATES,
  type PolicyDocument,
} from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import type { Money } from "../store/journal-record.ts";
import type { Store, UsageDay } from "../store/store.ts";
import { type DestinationState, destinationStates } from "./destination-states.ts";
import { getPolicy } from "./get-policy.ts";
import type { PolicyReadDeps } from "./policy-services.ts";
import { decidingLevels } from "./without-effect.ts";

/** How far back an impact may look, in days; today is the last. */
export const IMPACT_DAYS = [7, 30, 90] as const;

const DAY_MS = 86_400_000;
const INCIDENT_PAGE = 500;

export interface PolicyImpactDeps extends PolicyReadDeps {
  readonly store: Pick<Store, "usage" | "incidents">;
}

export type DestinationTraffic = Pick<
  UsageDay,
  "decided" | "blocked" | "billable" | "delivered" | "verified" | "spend"
>;

export interface DestinationImpact {
  readonly code: Destination;
  readonly now: DestinationState;
  readonly after: DestinationState;
  /** undefined: nobody asked for it. */
  readonly traffic: DestinationTraffic | undefined;
  readonly incidents: number | undefined;
}

/** The destinations that change sides, and what was there. */
export interface ImpactSide {
  readonly destinations: readonly Destination[];
  readonly messages: number;
  readonly verified: number;
  readonly spend: readonly Money[];
  readonly incidents: number;
}

export interface PolicyImpact {
  readonly from: string;
  readonly until: string;
  readonly destinations: readonly DestinationImpact[];
  readonly stopped: ImpactSide;
  readonly opened: ImpactSide;
}

/**
 * What the policy does with each destination now, what `document` would do in its place, and the account's own traffic of
 * the last days, as the daily lines of usage have it. Traffic is what was decided then, by whatever held then.
 */
export async function policyImpact(
  deps: PolicyImpactDeps,
  context: AccountContext,
  policy: string,
  asked: {
    readonly document?: PolicyDocument;
    readonly days: (typeof IMPACT_DAYS)[number];
    readonly traffic: boolean;
    readonly incidents: boolean;
  },
): Promise<PolicyImpact> {
  const { account, at } = context;
  // (so that a policy that is not there is refused as everywhere)
  getPolicy(deps, context, policy);
  const levels = decidingLevels(deps, context, policy, undefined);
  const now = destinationStates(compilePolicy(levels), account.id, at);
  const after =
    asked.document === undefined
      ? now
      : destinationStates(compilePolicy(decidingLevels(deps, context, policy, asked.document)), account.id, at);
  const until = dayOf(at);
  const from = dayOf(at - (asked.days - 1) * DAY_MS);
  const traffic = asked.traffic ? trafficOf(await deps.store.usage.days([account.id], from, until)) : undefined;
  const incidents = asked.incidents ? await incidentsSince(deps.store, account.id, Date.parse(from)) : undefined;
  const destinations = DESTINATIONS.flatMap(({ code }): DestinationImpact[] => {
    const before = now.get(code);
    const then = after.get(code);
    if (before === undefined || then === undefined) return [];
    const its = traffic && (traffic.get(code) ?? NO_TRAFFIC);
    return [{ code, now: before, after: then, traffic: its, incidents: incidents && (incidents.get(code) ?? 0) }];
  });
  const passes = ({ action }: DestinationState): boolean => action !== "block";
  const stopped = destinations.filter((one) => passes(one.now) && !passes(one.after));
  const opened = destinations.filter((one) => !passes(one.now) && passes(one.after));
  return {
    from,
    until,
    destinations,
    stopped: sideOf(stopped, ({ decided, blocked }) => decided - blocked),
    opened: sideOf(opened, ({ blocked }) => blocked),
  };
}

const NO_TRAFFIC: DestinationTraffic = { decided: 0, blocked: 0, billable: 0, delivered: 0, verified: 0, spend: [] };

function trafficOf(days: readonly UsageDay[]): ReadonlyMap<string, DestinationTraffic> {
  return new Map(
    [...Map.groupBy(days, ({ destination }) => destination)].map(([destination, lines]) => {
      const sum = (field: "decided" | "blocked" | "billable" | "delivered" | "verified"): number =>
        lines.reduce((total, line) => total + line[field], 0);
      return [
        destination,
        {
          decided: sum("decided"),
          blocked: sum("blocked"),
          billable: sum("billable"),
          delivered: sum("delivered"),
          verified: sum("verified"),
          spend: sumOfMoney(lines.flatMap(({ spend }) => spend)),
        },
      ];
    }),
  );
}

function sideOf(
  changed: readonly DestinationImpact[],
  messagesOf: (traffic: DestinationTraffic) => number,
): ImpactSide {
  const traffic = changed.flatMap((one) => one.traffic ?? []);
  return {
    destinations: changed.map(({ code }) => code),
    messages: traffic.reduce((total, one) => total + messagesOf(one), 0),
    verified: traffic.reduce((total, { verified }) => total + verified, 0),
    spend: sumOfMoney(traffic.flatMap(({ spend }) => spend)),
    incidents: changed.reduce((total, { incidents = 0 }) => total + incidents, 0),
  };
}

function sumOfMoney(amounts: readonly Money[]): readonly Money[] {
  const micros = new Map<string, number>();
  for (const amount of amounts) micros.set(amount.currency, (micros.get(amount.currency) ?? 0) + amount.micros);
  return [...micros]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, sum]) => ({ currency, micros: sum }));
}

/** Incidents that were opened since then, by destination. They are numbered in the order in which they open. */
async function incidentsSince(
  store: Pick<Store, "incidents">,
  account: AccountId,
  since: number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await store.incidents.list(account, INCIDENT_STATES, INCIDENT_PAGE, cursor);
    for (const { openedAt, destinations } of page.items) {
      if (openedAt < since) return counts;
      for (const code of destinations) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return counts;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
