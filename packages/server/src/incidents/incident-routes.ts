import { INCIDENT_STATES, type Incident, type IncidentState, neighboursOf, picturesOf } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageQuery, pageView } from "../api/page.ts";
import { permit } from "../api/permit.ts";
import { ServiceError } from "../api/service-error.ts";
import { LOOSENING_WORDS } from "../approvals/act-proposal.ts";
import type { RevealAllowance } from "../decisions/reveal-allowance.ts";
import type { Explain } from "../decisions/view-decision.ts";
import { instantOf, instantView } from "../policies/policy-body.ts";
import type { IncidentWord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { alertView, viewOfAlert } from "./alert-view.ts";
import { detectionStatus, detectionStatusView } from "./detection-status.ts";
import { evidenceView, viewOfEvidence } from "./evidence-view.ts";
import { findActs } from "./incident-acts.ts";
import {
  containedView,
  detailOfIncident,
  incidentDetailView,
  rangeContainedView,
  rangeSentence,
} from "./incident-detail.ts";
import { incidentMessagesView, messagesOfIncident, viewOfIncidentMessage } from "./incident-messages.ts";
import {
  containIncident,
  containRange,
  findIncident,
  type IncidentServiceDeps,
  judgeIncident,
  liveIncident,
  releaseRange,
  type Span,
  switchOff,
  switchOn,
} from "./incident-services.ts";
import { incidentView, iso, viewOfIncident, viewOfScope } from "./incident-view.ts";

/** By the name in the path. */
const WORDS: readonly (readonly [path: string, word: IncidentWord, summary: string, description: string])[] = [
  ["acknowledge", "acknowledge", "Acknowledge an incident", "Somebody looks after it; nothing else changes."],
  [
    "release",
    "release",
    "Release what is contained of an incident",
    "Its new numbers get messages again. Where the attack goes on, detection finds it again.",
  ],
  [
    "close",
    "close",
    "Close an incident",
    "It is over: what is contained is released, and what comes later is a new one.",
  ],
  [
    "false-alarm",
    "false_alarm",
    "Call an incident a false alarm",
    "It is released and closed, and detection lets its ranges be for 30 days, many new blocks of a destination at once for 7.",
  ],
  [
    "undo-false-alarm",
    "undo_false_alarm",
    "Take back what a false alarm taught",
    "Detection looks at its ranges again. The incident stays closed.",
  ],
];

const STATES: Readonly<Record<string, readonly IncidentState[]>> = {
  all: INCIDENT_STATES,
  ongoing: ["open", "acknowledged", "contained"],
  ...Object.fromEntries(INCIDENT_STATES.map((state) => [state, [state]])),
};

const reason = z.string().trim().min(1).max(1000).describe("Why. Kept in the record, with who did it.");
const span = {
  until: instantView.describe("Until then.").exactOptional(),
  forSeconds: z.int().min(1).describe("Instead of `until`: so long from now.").exactOptional(),
};
const reasonBody = z.strictObject({ reason }).meta({ id: "IncidentReason", examples: [{ reason: "seen it" }] });
const switchBody = z.strictObject({ reason, ...span }).meta({ id: "DetectionSwitch" });
const containBody = z
  .strictObject({
    reason,
    ...span,
    dryRun: z.boolean().describe("Only say what it would do.").exactOptional(),
  })
  .meta({ id: "ContainIncident", examples: [{ reason: "pumping", forSeconds: 7200 }] });

const rangeField = z
  .string()
  .max(40)
  .describe("With an `x` for each open digit, or what its numbers begin with: 100 to 100,000 numbers.");
const containRangeBody = z
  .strictObject({
    range: rangeField,
    reason,
    ...span,
    dryRun: z.boolean().describe("Only say what it would do.").exactOptional(),
  })
  .meta({ id: "ContainRange", examples: [{ range: "+99200123xxxx", reason: "pumping", forSeconds: 7200 }] });

const incidentTags = ["Incidents"];
const detectionTags = ["Detection"];
const params = z.object({ number: z.string().describe("Of the incident: 1, 2 …") });
const revealQuery = z.strictObject({
  reveal: z.enum(["true", "false"]).default("false").describe("Show whole numbers."),
});
const read = { scope: "incidents:read" } as const;
const write = { scope: "incidents:write" } as const;

/** `/v1/incidents`, `/v1/alerts` and `/v1/detection`: what detection found, and what people do about it. */
export function incidentRoutes(
  deps: IncidentServiceDeps & {
    readonly store: Pick<Store, "messages" | "audit">;
    readonly explain: Explain;
    readonly looks: RevealAllowance;
  },
): RoutePlugin {
  const { engine, store } = deps;
  const detailOf = async (incident: Incident) => detailOfIncident(engine, incident, await findActs(store, incident));
  const recordLook = async (context: AccountContext, incident: number) => {
    const { at, actor, account } = context;
    deps.looks.take(context);
    await store.journal.append([{ type: "evidence_revealed", at, actor, account: account.id, incident }]);
  };
  return async (app) => {
    app.get(
      "/v1/incidents",
      {
        config: read,
        schema: {
          tags: incidentTags,
          summary: "List incidents",
          description: "Newest first.",
          querystring: pageQuery.extend({
            state: z
              .enum(["all", "ongoing", ...INCIDENT_STATES])
              .default("all")
              .describe("`ongoing`: open, acknowledged or contained. Default all."),
          }),
          response: { 200: pageView(incidentView, "IncidentPage") },
        },
      },
      async (request) => {
        const { state, limit, cursor } = request.query;
        const states = STATES[state] ?? INCIDENT_STATES;
        const account = request.accountContext.account.id;
        const page = await store.incidents.list(account, states, Number(limit), cursor);
        const trace = (number: number) => engine.findDetection(account)?.incidents.trace(number);
        const items = page.items
          .map((saved) => liveIncident(engine, account, saved.number) ?? saved)
          .filter((incident) => states.includes(incident.state))
          .map((incident) => {
            const attempts = trace(incident.number);
            return viewOfIncident(incident, attempts && { bucketMs: attempts.bucketMs, buckets: attempts.buckets() });
          });
        return { items, next: page.next ?? null };
      },
    );
    app.get(
      "/v1/incidents/:number",
      {
        config: read,
        schema: { tags: incidentTags, summary: "Get an incident", params, response: { 200: incidentDetailView } },
      },
      async (request) =>
        detailOf(await findIncident(deps, request.accountContext.account.id, numberOf(request.params.number))),
    );
    app.get(
      "/v1/incidents/:number/evidence",
      {
        config: read,
        schema: {
          tags: incidentTags,
          summary: "Get the evidence of an incident, as data for pictures",
          description:
            "Number line, number × time, funnel, latency histogram, rate against baseline. Numbers stand to within ten; with `reveal=true` (which needs `messages:read`, too, and is recorded) they are whole. 409 where the incident is so old that only its record is kept.",
          params,
          querystring: revealQuery,
          response: { 200: evidenceView },
        },
      },
      async (request) => {
        const { principal, account } = request.accountContext;
        const reveal = request.query.reveal === "true";
        if (reveal) permit(principal, "numbers:reveal");
        const { number } = await findIncident(deps, account.id, numberOf(request.params.number));
        const detection = engine.findDetection(account.id);
        const pictures = detection && picturesOf(detection, number);
        if (detection === undefined || pictures === undefined) {
          throw new ServiceError(
            "conflict",
            `Of incident ${number} only the record is kept: its attempts are forgotten.`,
          );
        }
        if (reveal) await recordLook(request.accountContext, number);
        return viewOfEvidence(pictures, neighboursOf(detection, pictures.line), reveal);
      },
    );
    app.get(
      "/v1/incidents/:number/messages",
      {
        config: read,
        schema: {
          tags: incidentTags,
          summary: "List the messages of an incident",
          description:
            "Newest first, at most 200, as far as they are kept. Numbers are masked; with `reveal=true` (which needs `messages:read`, too, and is recorded) they are whole.",
          params,
          querystring: revealQuery,
          response: { 200: incidentMessagesView },
        },
      },
      async (request) => {
        const reveal = request.query.reveal === "true";
        if (reveal) permit(request.accountContext.principal, "numbers:reveal");
        const { account } = request.accountContext;
        const incident = await findIncident(deps, account.id, numberOf(request.params.number));
        const { found, more } = await messagesOfIncident(store, incident);
        if (reveal) await recordLook(request.accountContext, incident.number);
        return { masked: !reveal, items: found.map((one) => viewOfIncidentMessage(one, deps.explain, reveal)), more };
      },
    );
    for (const [path, word, summary, description] of WORDS) {
      app.post(
        `/v1/incidents/:number/${path}`,
        {
          config: {
            ...write,
            loosens({ params: named, body }) {
              const incident = Number((named as { readonly number: string }).number);
              const loosening = LOOSENING_WORDS.find((one) => one === word);
              if (loosening === undefined || !Number.isInteger(incident)) return undefined;
              return { type: "judge_incident", incident, word: loosening, ...(body as { readonly reason: string }) };
            },
          },
          schema: {
            tags: incidentTags,
            summary,
            description,
            params,
            body: reasonBody,
            response: { 200: incidentDetailView },
          },
        },
        async (request) => {
          const number = numberOf(request.params.number);
          const judged = await judgeIncident(deps, request.accountContext, number, word, request.body.reason);
          return detailOf(judged);
        },
      );
    }
    app.post(
      "/v1/incidents/:number/contain",
      {
        config: write,
        schema: {
          tags: incidentTags,
          summary: "Contain the ranges of an incident",
          description:
            "New numbers in them get no message until then, in monitor, too; verified numbers do. Default 24 hours, at most 7 days. With `dryRun` nothing happens, and the answer says what would.",
          params,
          body: containBody,
          response: { 200: containedView },
        },
      },
      async (request) => {
        const { until, ...body } = request.body;
        const { plan, ...done } = await containIncident(deps, request.accountContext, numberOf(request.params.number), {
          ...body,
          ...endIn(until),
        });
        return {
          contained: body.dryRun !== true,
          until: iso(done.until),
          sentence: plan.sentence,
          ranges: plan.ranges,
          incident: await detailOf(done.incident),
        };
      },
    );
    app.get(
      "/v1/detection",
      {
        config: read,
        schema: {
          tags: detectionTags,
          summary: "Say how detection stands",
          response: { 200: detectionStatusView },
        },
      },
      async (request) => detectionStatus(deps, request.accountContext),
    );
    app.post(
      "/v1/detection/ranges",
      {
        config: write,
        schema: {
          tags: detectionTags,
          summary: "Contain a range",
          description:
            "With or without an incident: new numbers in it get no message until then, in monitor, too; verified numbers do. An incident is opened when it stops one. Default 24 hours, at most 7 days. With `dryRun` nothing happens, and the answer says what would.",
          body: containRangeBody,
          response: { 200: rangeContainedView },
        },
      },
      async (request) => {
        const { until, ...body } = request.body;
        const asked = { ...body, ...endIn(until) };
        const { scope, collateral, ...done } = await containRange(deps, request.accountContext, asked);
        const { range } = viewOfScope(scope);
        return {
          contained: body.dryRun !== true,
          range,
          until: iso(done.until),
          sentence: rangeSentence(range, collateral),
          collateral: { ...collateral, since: collateral.since === undefined ? null : iso(collateral.since) },
        };
      },
    );
    app.delete(
      "/v1/detection/ranges",
      {
        config: {
          ...write,
          loosens: ({ query }) => ({
            type: "release_range",
            ...(query as { readonly range: string; readonly reason: string }),
          }),
        },
        schema: {
          tags: detectionTags,
          summary: "End what contains a range",
          description: "New numbers in it get messages again. Where an attack goes on, detection finds it again.",
          querystring: z.strictObject({ range: rangeField, reason }),
          response: { 200: rangeContainedView },
        },
      },
      async (request) => {
        const { range } = viewOfScope(await releaseRange(deps, request.accountContext, request.query));
        const sentence = `New numbers in ${range} get messages again.`;
        return { contained: false, range, until: null, sentence, collateral: null };
      },
    );
    for (const [name, summary, description] of [
      [
        "lockdown",
        "Lock down",
        "Only verified numbers get messages, whatever their purpose and whatever detection may do. Exempt is what you exempted: trusted numbers, destinations set to `allow`, requests without a risk check. Default 2 hours, at most 7 days.",
      ],
      ["bypass", "Bypass detection", "It stands aside; static rules stay. Default 30 minutes, at most 24 hours."],
    ] as const) {
      app.post(
        `/v1/detection/${name}`,
        {
          config: {
            ...write,
            loosens({ body: asked }) {
              const { until, ...body } = asked as z.infer<typeof switchBody>;
              return name === "bypass" ? { type: "bypass", ...body, ...endIn(until) } : undefined;
            },
          },
          schema: {
            tags: detectionTags,
            summary,
            description,
            body: switchBody,
            response: { 200: detectionStatusView },
          },
        },
        async (request) => {
          const { until, ...body } = request.body;
          await switchOn(deps, request.accountContext, name, { ...body, ...endIn(until) });
          return detectionStatus(deps, request.accountContext);
        },
      );
      app.delete(
        `/v1/detection/${name}`,
        {
          config: {
            ...write,
            loosens: ({ query }) =>
              name === "lockdown"
                ? { type: "end_lockdown", reason: (query as { readonly reason: string }).reason }
                : undefined,
          },
          schema: {
            tags: detectionTags,
            summary: `End the ${name}`,
            querystring: z.strictObject({ reason }),
            response: { 200: detectionStatusView },
          },
        },
        async (request) => {
          await switchOff(deps, request.accountContext, name, request.query.reason);
          return detectionStatus(deps, request.accountContext);
        },
      );
    }
    app.get(
      "/v1/alerts",
      {
        config: { ...read, account: "optional" },
        schema: {
          tags: detectionTags,
          summary: "List alerts",
          description: "Newest first. The operator who names no account gets those of all.",
          querystring: pageQuery.extend({
            state: z.enum(["open", "all"]).default("all").describe("`open`: those that still are so. Default all."),
          }),
          response: { 200: pageView(alertView, "AlertPage") },
        },
      },
      async (request) => {
        const { state, limit, cursor } = request.query;
        const account =
          request.caller.principal.type === "operator" && request.headers["safeguard-account"] === undefined
            ? undefined
            : request.accountContext.account.id;
        const page = await store.alerts.list(account, { openOnly: state === "open" }, Number(limit), cursor);
        return { items: page.items.map(viewOfAlert), next: page.next ?? null };
      },
    );
  };
}

/** What is no number names no incident: answered as any other that is not there. */
function numberOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new ServiceError("not_found", "There is no such incident.");
  return Number(text);
}

function endIn(until: string | undefined): Pick<Span, "until"> {
  return until === undefined ? {} : { until: instantOf(until) };
}
