import { INCIDENT_STATES, type Incident, thresholdsFor } from "@safeguard/core";
import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { mayRead } from "../policies/impact-routes.ts";
import type { Store } from "../store/store.ts";
import type { QuestionGate } from "../usage/question-gate.ts";

const DAY_MS = 86_400_000;
const INCIDENT_PAGE = 500;
/** The score threshold at which the budget's thresholds are taken as they are. */
const USUAL_SCORE = 50;

const incidentsView = z.object({
  found: z.int().describe("Incidents that were opened in these days, without false alarms."),
  reached: z.int().describe("Of them, those whose evidence as it stands is enough under these settings."),
  falseAlarms: z.int().describe("Those that a person called a false alarm."),
  falseAlarmsReached: z.int().describe("Of them, those whose evidence would be enough."),
});

export const budgetView = z
  .object({
    falseBlockBudget: z.number(),
    scoreThreshold: z.number(),
    days: z.int(),
    odds: z.number().describe("How many times likelier than chance a suspicion has to be before a range is watched."),
    ordinary: z
      .int()
      .nullable()
      .describe("Messages of these days outside of incidents. null: without the permission usage:read."),
    stoppedAtMost: z
      .number()
      .nullable()
      .describe("Of so many ordinary ones, those that may be stopped by mistake: the budget times `ordinary`."),
    incidents: incidentsView.nullable().describe("null: without the permission incidents:read."),
  })
  .meta({ id: "BudgetConsequences" });

export type BudgetConsequences = z.infer<typeof budgetView>;

export interface BudgetDeps {
  readonly store: Pick<Store, "usage" | "incidents">;
  readonly questions: QuestionGate;
}

/** `/v1/detection/budget`: what a false-block budget means for the account's own past. */
export function budgetRoutes({ store, questions }: BudgetDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/detection/budget",
      {
        config: { scope: "policies:read" },
        schema: {
          tags: ["Detection"],
          summary: "Say what a false-block budget means for the traffic that there was",
          description:
            "From the days' counts and the recorded evidence of incidents; nothing is detected anew. Evidence grows while an attack goes on, so one that is not enough yet would have been found later.",
          querystring: z.strictObject({
            falseBlockBudget: z.coerce.number().min(1e-7).max(1e-2),
            scoreThreshold: z.coerce.number().int().min(1).max(100).default(USUAL_SCORE),
            days: z.enum(["7", "30", "90"]).default("30"),
          }),
          response: { 200: budgetView },
        },
      },
      async ({ accountContext: { account, at, principal }, query }): Promise<BudgetConsequences> => {
        const { falseBlockBudget, scoreThreshold } = query;
        const days = Number(query.days);
        const since = Date.parse(dayOf(at - (days - 1) * DAY_MS));
        const threshold = (thresholdsFor(falseBlockBudget).watch * scoreThreshold) / USUAL_SCORE;
        const incidents = await questions.ask(account.id, () => incidentsSince(store, account.id, since));
        const attempts = incidents.reduce(
          (sum, { state, counts }) => sum + (state === "false_alarm" ? 0 : counts.attempts),
          0,
        );
        let ordinary: number | null = null;
        if (mayRead(principal, "usage:read")) {
          const lines = await store.usage.days([account.id], dayOf(since), dayOf(at));
          ordinary = Math.max(lines.reduce((sum, { decided }) => sum + decided, 0) - attempts, 0);
        }
        return {
          falseBlockBudget,
          scoreThreshold,
          days,
          odds: Math.exp(threshold),
          ordinary,
          stoppedAtMost: ordinary === null ? null : ordinary * falseBlockBudget,
          incidents: mayRead(principal, "incidents:read") ? reachedBy(incidents, threshold) : null,
        };
      },
    );
  };
}

function reachedBy(incidents: readonly Incident[], threshold: number): z.infer<typeof incidentsView> {
  const { false: real = [], true: wrong = [] } = Object.groupBy(incidents, ({ state }) =>
    state === "false_alarm" ? "true" : "false",
  );
  const reached = (all: readonly Incident[]): number =>
    all.filter(({ evidence }) => evidence.total >= threshold).length;
  return {
    found: real.length,
    reached: reached(real),
    falseAlarms: wrong.length,
    falseAlarmsReached: reached(wrong),
  };
}

/** Newest first, as they are numbered. */
async function incidentsSince(
  store: Pick<Store, "incidents">,
  account: Incident["account"],
  since: number,
): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.incidents.list(account, INCIDENT_STATES, INCIDENT_PAGE, cursor);
    const recent = page.items.filter(({ openedAt }) => openedAt >= since);
    found.push(...recent);
    cursor = recent.length < page.items.length ? undefined : page.next;
  } while (cursor !== undefined);
  return found;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
