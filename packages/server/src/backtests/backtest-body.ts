import { z } from "zod";
import { moneyView, viewOfMoney } from "../api/money.ts";
import type { Amounts } from "../backtest/backtest-result.ts";
import { TRAFFIC_COLUMNS } from "../backtest/traffic-file/export-formats.ts";
import { instantView, policyDocumentView } from "../policies/policy-body.ts";
import type { Backtest, Run } from "./backtests.ts";
import type { TrafficLook } from "./look-at-traffic.ts";
import { RUN_PHASES, type RunSummary } from "./run-task.ts";
import { testedPolicyBody } from "./tested-policy.ts";

const columns = z
  .partialRecord(z.enum(TRAFFIC_COLUMNS), z.string().min(1).max(1000))
  .describe("Which column is which, where the file's names are not ours: `time`, `to` …")
  .exactOptional();
const offset = z
  .int()
  .min(-840)
  .max(840)
  .describe("Minutes east of UTC, for times that name no offset.")
  .exactOptional();

export const newBacktestBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200).describe("The file's name."),
    bytes: z.int().min(1).describe("Its size as it is brought, packed or not."),
  })
  .meta({ id: "NewBacktest", examples: [{ name: "export.csv", bytes: 804152 }] });

export const lookBody = z.strictObject({ columns, offset }).meta({ id: "LookAtTraffic" });

export const runBody = z
  .strictObject({
    columns,
    offset,
    days: z.int().min(1).max(3660).describe("Only the last so many days of the file. Default: all.").exactOptional(),
    policy: testedPolicyBody.default({ type: "in_force", policy: "default" }).describe("Detection is enforced in it."),
    compare: testedPolicyBody.describe("Run the file a second time, by this.").exactOptional(),
  })
  .meta({
    id: "RunBacktest",
    examples: [{ policy: { type: "in_force" }, compare: { type: "in_force", preset: "strict" } }],
  });

const amountsView = z.array(moneyView).describe("By currency; messages without one are left out.");

const summaryView = z.object({
  headline: z.string(),
  messages: z.object({
    total: z.int(),
    allow: z.int(),
    hold: z.int(),
    challenge: z.int(),
    block: z.int(),
  }),
  spent: amountsView,
  saved: amountsView,
  verified: z.int().describe("Messages that were verified in the file."),
  usersHit: z.int().describe("Of those stopped, as far as the file can tell."),
  incidents: z.int(),
  rows: z.int(),
  from: z.string().nullable(),
  until: z.string().nullable(),
  elapsedMs: z.number(),
  rowsPerSecond: z.number(),
  hasDecisions: z.boolean(),
  hasComparison: z.boolean(),
});

const runView = z.object({
  state: z.enum(["running", "done", "failed", "canceled"]),
  startedAt: instantView,
  endedAt: instantView.nullable(),
  startedBy: z.object({ type: z.enum(["key", "operator"]), name: z.string(), person: z.string().nullable() }),
  policy: z.string().describe("Such as `default/3`."),
  compare: z.string().nullable(),
  days: z.int().nullable(),
  progress: z
    .object({
      phase: z.enum(RUN_PHASES),
      done: z.number().describe("Bytes while it is checked and sorted, else rows."),
      total: z.number(),
      perSecond: z.number(),
      secondsLeft: z.number().nullable().describe("Of this phase; null: not known yet."),
    })
    .nullable()
    .describe("null: it is over."),
  failure: z.string().nullable(),
  summary: summaryView.nullable(),
});

export const backtestView = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: instantView,
    expiresAt: instantView.describe("Then it is gone, with all that it found."),
    bytes: z.number(),
    received: z.number().describe("So much of the file has come."),
    hasFile: z.boolean().describe("The file is still there, for another run."),
    run: runView.nullable().describe("The last one."),
  })
  .meta({ id: "Backtest" });

export const backtestListView = z
  .object({
    items: z.array(backtestView),
    mostBytes: z.number().describe("Largest file that may be brought; 0: none."),
  })
  .meta({ id: "BacktestList" });

export const lookView = z
  .object({
    format: z.object({ name: z.string(), title: z.string() }).nullable(),
    problem: z.string().nullable().describe("Why it cannot be read as it is."),
    columns: z.array(z.object({ name: z.string(), samples: z.array(z.string()) })).describe("Numbers are masked."),
    mapping: z.record(z.string(), z.string()).describe("Which column is read as which."),
    proposed: z.record(z.string(), z.string()).describe("What is likely, where it is not recognised."),
    lacks: z.array(z.string()),
    assumptions: z.array(z.string()),
    rows: z.array(
      z.object({
        line: z.int(),
        time: instantView,
        to: z.string(),
        destination: z.string().nullable(),
        rejected: z.string().nullable(),
        from: z.string(),
        purpose: z.string(),
        deliveredAt: instantView.nullable(),
        convertedAt: instantView.nullable(),
        price: z.string().nullable(),
        currency: z.string(),
      }),
    ),
    looked: z.int().describe("Rows that were looked at."),
    whole: z.boolean().describe("These are all."),
    skipped: z.object({ inbound: z.int(), other_channel: z.int() }),
    problems: z.array(
      z.object({
        problem: z.string(),
        dropped: z.boolean().describe("These rows are left out; else one value of each."),
        count: z.int(),
        examples: z.array(z.object({ line: z.int(), text: z.string() })),
      }),
    ),
  })
  .meta({ id: "TrafficLook" });

export const testedView = z
  .object({
    policy: z.string().describe("The policy's name, for saving."),
    document: policyDocumentView.describe("As it was tested: with detection enforced."),
    ranges: z
      .array(z.object({ prefix: z.string(), size: z.int(), attempts: z.int(), completed: z.int(), verified: z.int() }))
      .describe("Ranges that are surely attacked and have no users."),
    withRanges: policyDocumentView.describe("The same with these blocked for 30 days."),
  })
  .meta({ id: "TestedPolicy" });

export function viewOfBacktest(
  { id, name, createdAt, expiresAt, bytes, received, hasFile, run }: Backtest,
  now: number,
) {
  return {
    id,
    name,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    bytes,
    received,
    hasFile,
    run: run === undefined ? null : viewOfRun(run, now),
  };
}

function viewOfRun(run: Run, now: number): z.infer<typeof runView> {
  const { state, startedAt, endedAt, startedBy, request, failure, summary } = run;
  return {
    state,
    startedAt: iso(startedAt),
    endedAt: endedAt === undefined ? null : iso(endedAt),
    startedBy:
      startedBy.type === "operator"
        ? { type: "operator", name: startedBy.name, person: null }
        : { type: "key", name: startedBy.key, person: startedBy.person ?? null },
    policy: request.policy.base.name,
    compare: request.compare?.base.name ?? null,
    days: request.days ?? null,
    progress: state === "running" ? viewOfProgress(run, now) : null,
    failure: failure ?? null,
    summary: summary === undefined ? null : viewOfSummary(summary),
  };
}

function viewOfProgress({ progress, phaseSince }: Run, now: number) {
  const { phase, done, total } = progress;
  const seconds = (now - phaseSince) / 1000;
  const perSecond = seconds > 0 ? Math.round(done / seconds) : 0;
  return { phase, done, total, perSecond, secondsLeft: perSecond > 0 ? Math.max(0, (total - done) / perSecond) : null };
}

function viewOfSummary(summary: RunSummary): z.infer<typeof summaryView> {
  const { spent, saved, verifiedMessages, from, until, ...same } = summary;
  return {
    ...same,
    verified: verifiedMessages,
    spent: viewOfAmounts(spent),
    saved: viewOfAmounts(saved),
    from: from ?? null,
    until: until ?? null,
  };
}

/** A currency out of a file may be anything. */
function viewOfAmounts(amounts: Amounts) {
  return Object.entries(amounts)
    .filter(([currency]) => /^[A-Z]{3}$/.test(currency))
    .map(([currency, micros]) => viewOfMoney({ micros, currency }));
}

export function viewOfLook(look: TrafficLook): z.infer<typeof lookView> {
  const { format, problem, columns: found, mapping, proposed, lacks, assumptions, rows, problems, isWhole } = look;
  return {
    format: format ?? null,
    problem: problem ?? null,
    columns: found.map(({ name, samples }) => ({ name, samples: [...samples] })),
    mapping: { ...mapping } as Record<string, string>,
    proposed: { ...proposed } as Record<string, string>,
    lacks: [...lacks],
    assumptions: [...assumptions],
    rows: rows.map(({ time, deliveredAt, convertedAt, destination, rejected, priceMicros, ...same }) => ({
      ...same,
      time: iso(time),
      destination: destination ?? null,
      rejected: rejected ?? null,
      deliveredAt: deliveredAt === undefined ? null : iso(deliveredAt),
      convertedAt: convertedAt === undefined ? null : iso(convertedAt),
      price: priceMicros === undefined ? null : viewOfMoney({ micros: priceMicros, currency: same.currency }).amount,
    })),
    looked: look.looked,
    whole: isWhole,
    skipped: { ...look.skipped },
    problems: problems.map((one) => ({ ...one, examples: one.examples.map(({ line, text }) => ({ line, text })) })),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
