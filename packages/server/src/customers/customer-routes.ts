import { type Engine, LIST_MODES } from "@safeguard/core";
import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import { hasScope } from "../accounts/has-scope.ts";
import type { Principal } from "../accounts/principal.ts";
import type { RoutePlugin } from "../api/app.ts";
import { moneyView, viewOfMoney } from "../api/money.ts";
import { pageQuery, pageView } from "../api/page.ts";
import { incidentView, iso, viewOfIncident } from "../incidents/incident-view.ts";
import type { Exchange } from "../prices/exchange.ts";
import type { Store } from "../store/store.ts";
import { accountsBelow } from "./accounts-below.ts";
import {
  CUSTOMER_SHOWN,
  CUSTOMER_SORTS,
  type CustomerLine,
  countedDays,
  customerLines,
  inOrder,
  isShown,
} from "./customer-lines.ts";
import { inSlices } from "./in-slices.ts";
import { type OngoingIncident, ongoingIncidents, sumMoney } from "./ongoing-incidents.ts";
import { pageOfMoment } from "./page-of-moment.ts";
import { OPENNESSES } from "./policy-openness.ts";

const tags = ["Customers"];
const amounts = z.array(moneyView).describe("By currency; what has no price is left out.");
const named = z.string().max(200).exactOptional().describe("Part of the account's name, or its id.");

export const customerView = z
  .object({
    id: z.string(),
    name: z.string(),
    parent: z.string().nullable(),
    suspended: z.boolean().describe("It is refused: itself, or with an account above it."),
    suspendedAt: z.string().nullable().describe("Since when it is suspended itself."),
    createdAt: z.string(),
    incidents: z
      .object({ ongoing: z.int(), lost: amounts, atRiskPerHour: amounts })
      .nullable()
      .describe("Of those that are not over: price of what leaked, and what an hour costs when nothing is stopped."),
    feedback: z
      .enum(["unknown", "reported", "missing"])
      .nullable()
      .describe("`missing`: nothing that was sent is reported as verified."),
    policy: z
      .object({
        listMode: z.enum(LIST_MODES),
        detection: z.enum(["off", "monitor", "enforce"]),
        open: z.array(z.enum(OPENNESSES)).describe("Why it lets through what others would stop; empty: it does not."),
      })
      .nullable()
      .describe("By the account's default policy, with what the accounts above say."),
    usage: z
      .object({ messages: z.int(), blocked: z.int(), verified: z.int() })
      .nullable()
      .describe("Of the last 7 days, today included: decided, blocked, and verified later."),
  })
  .meta({ id: "Customer" });

const customersView = pageView(customerView, "CustomerPage")
  .extend({
    from: z.string().describe("First day of `usage` (UTC)."),
    until: z.string().describe("Last day: today."),
    total: z
      .object({
        accounts: z.int(),
        suspended: z.int(),
        ongoingIncidents: z.int(),
        feedbackMissing: z.int(),
        openPolicies: z.int(),
        lost: amounts,
        atRiskPerHour: amounts,
        messages: z.int(),
        blocked: z.int(),
      })
      .describe(
        "Of all accounts below, whatever the list is narrowed to. What the caller may not read counts as none.",
      ),
  })
  .meta({ id: "Customers" });

export const customerIncidentView = incidentView.extend({ accountName: z.string() }).meta({ id: "CustomerIncident" });

export interface CustomerRouteDeps {
  readonly directory: Directory;
  readonly engine: Pick<Engine, "findDetection" | "levelsFor">;
  readonly store: Pick<Store, "usage">;
  readonly exchange: Exchange;
}

/** `/v1/customers`: how the accounts below one stand, and what goes on in them. */
export function customerRoutes(deps: CustomerRouteDeps): RoutePlugin {
  const { directory, engine, exchange } = deps;
  return async (app) => {
    app.get(
      "/v1/customers",
      {
        config: { scope: "accounts:read" },
        schema: {
          tags,
          summary: "Say how the accounts below stand: incidents, money, feedback, policy, messages",
          description:
            "What the caller may not read is null (`incidents:read`, `policies:read`, `usage:read`). Each page is of the moment: `next` says how far one has come.",
          querystring: pageQuery.extend({
            sort: z.enum(CUSTOMER_SORTS).default("at_risk"),
            order: z.enum(["ascending", "descending"]).default("descending"),
            show: z.enum(CUSTOMER_SHOWN).default("all"),
            q: named,
          }),
          response: { 200: customersView },
        },
      },
      async ({ accountContext: { account, principal, at }, query }) => {
        const may = {
          incidents: mayRead(principal, "incidents:read"),
          policies: mayRead(principal, "policies:read"),
          usage: mayRead(principal, "usage:read"),
        };
        const lines = await customerLines(deps, account.id, at, may);
        const shown = lines.filter((line) => isShown(line, query.show) && isNamed(line.account, query.q));
        const ordered = inOrder(shown, query.sort, query.order === "descending", exchange, account.currency);
        const { items, next } = pageOfMoment(ordered, query);
        return { items: items.map(viewOfLine), next, ...countedDays(at), total: totalOf(lines) };
      },
    );
    app.get(
      "/v1/customers/incidents",
      {
        config: { scope: "incidents:read" },
        schema: {
          tags,
          summary: "List the incidents of the accounts below that are not over",
          querystring: pageQuery.extend({
            sort: z
              .enum(["at_risk", "newest"])
              .default("at_risk")
              .describe("What costs most, or what began last, first."),
            state: z.enum(["ongoing", "open", "acknowledged", "contained"]).default("ongoing"),
            destination: z.string().max(8).exactOptional().describe("Only with this one among theirs, such as NL."),
            q: named,
          }),
          response: { 200: pageView(customerIncidentView, "CustomerIncidentPage") },
        },
      },
      async ({ accountContext: { account }, query }) => {
        const { state, destination } = query;
        const below = accountsBelow(directory, account.id).filter((one) => isNamed(one, query.q));
        const found = (
          await inSlices(below, ({ id, name }) => ongoingIncidents(engine, id).map((one) => ({ ...one, name })))
        ).flat();
        const shown = found.filter(
          ({ incident }) =>
            (state === "ongoing" || incident.state === state) &&
            (destination === undefined || incident.destinations.some((code) => code === destination)),
        );
        const risk = ({ atRiskPerHour: money }: OngoingIncident): number =>
          money === undefined ? 0 : (exchange(money, account.currency) ?? 0);
        shown.sort(
          (one, other) =>
            (query.sort === "at_risk" ? risk(other) - risk(one) : 0) || other.incident.openedAt - one.incident.openedAt,
        );
        const { items, next } = pageOfMoment(shown, query);
        return {
          items: items.map(({ incident, attempts, name }) => ({
            ...viewOfIncident(incident, attempts),
            accountName: name,
          })),
          next,
        };
      },
    );
  };
}

function mayRead(principal: Principal, scope: "incidents:read" | "policies:read" | "usage:read"): boolean {
  return principal.type === "operator" || hasScope(principal.key, scope);
}

function isNamed({ id, name }: { readonly id: string; readonly name: string }, wanted: string | undefined): boolean {
  const text = wanted?.trim().toLowerCase() ?? "";
  return text === "" || id === text || name.toLowerCase().includes(text);
}

function viewOfLine({ account, suspended, incidents, feedback, policy, usage }: CustomerLine) {
  const { id, name, parent, suspendedAt, createdAt } = account;
  return {
    id,
    name,
    parent: parent ?? null,
    suspended,
    suspendedAt: suspendedAt === undefined ? null : iso(suspendedAt),
    createdAt: iso(createdAt),
    incidents:
      incidents === undefined
        ? null
        : {
            ongoing: incidents.ongoing,
            lost: incidents.lost.map(viewOfMoney),
            atRiskPerHour: incidents.atRiskPerHour.map(viewOfMoney),
          },
    feedback: feedback ?? null,
    policy: policy === undefined ? null : { ...policy, open: [...policy.open] },
    usage: usage === undefined ? null : { ...usage },
  };
}

function totalOf(lines: readonly CustomerLine[]) {
  const sum = (of: (line: CustomerLine) => number): number => lines.reduce((all, line) => all + of(line), 0);
  const money = (of: "lost" | "atRiskPerHour") =>
    sumMoney(lines.flatMap(({ incidents }) => incidents?.[of] ?? [])).map(viewOfMoney);
  return {
    accounts: lines.length,
    suspended: sum(({ suspended }) => (suspended ? 1 : 0)),
    ongoingIncidents: sum(({ incidents }) => incidents?.ongoing ?? 0),
    feedbackMissing: sum(({ feedback }) => (feedback === "missing" ? 1 : 0)),
    openPolicies: sum(({ policy }) => ((policy?.open.length ?? 0) > 0 ? 1 : 0)),
    lost: money("lost"),
    atRiskPerHour: money("atRiskPerHour"),
    messages: sum(({ usage }) => usage?.messages ?? 0),
    blocked: sum(({ usage }) => usage?.blocked ?? 0),
  };
}
