import { type FileHandle, readFile } from "node:fs/promises";
import type { EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import { backtestPolicy } from "../backtest/backtest-policy.ts";
import { EMIT_FORMATS, rangeRules } from "../backtest/emit.ts";
import { maskedText } from "../backtest/masked-text.ts";
import { viewOfDocument } from "../policies/policy-body.ts";
import type { PolicyReadDeps } from "../policies/policy-services.ts";
import type { Journal } from "../store/journal.ts";
import {
  backtestListView,
  backtestView,
  lookBody,
  lookView,
  newBacktestBody,
  runBody,
  testedView,
  viewOfBacktest,
  viewOfLook,
} from "./backtest-body.ts";
import { type Backtest, type Backtests, PIECE_BYTES } from "./backtests.ts";
import type { RunLists } from "./run-task.ts";
import { testedPolicy } from "./tested-policy.ts";

export interface BacktestRouteDeps extends PolicyReadDeps {
  readonly backtests: Backtests;
  readonly journal: Pick<Journal, "append">;
}

const tags = ["Backtests"];
const read = { scope: "policies:read" } as const;
const write = { scope: "backtests:write" } as const;
const params = z.object({ id: z.string().max(100) });
const PIECE = "application/octet-stream";
/** Ranges of an adopted policy end by themselves. */
const RANGES_FOR_MS = 30 * 86_400_000;
const SAMPLE = new URL("../../../../docs/guide/examples/sample-traffic.csv", import.meta.url);
const SAMPLE_NAME = "sample-traffic.csv";

/** `/v1/backtests`: past traffic through the engine that decides live, in a process of its own. */
export function backtestRoutes(deps: BacktestRouteDeps): RoutePlugin {
  const { backtests, journal } = deps;
  const record = async (
    { at, actor, account }: AccountContext,
    type: "backtest_run" | "backtest_decisions_taken" | "backtest_deleted",
    backtest: string,
    policies?: readonly string[],
  ): Promise<void> => {
    await journal.append([
      { type, at, actor, account: account.id, backtest, ...(policies !== undefined && { policies }) },
    ]);
  };
  const shown = (backtest: Backtest, { at }: AccountContext) => viewOfBacktest(backtest, at);

  return async (app) => {
    // For this plugin alone: a piece of a file, of which one request holds no more than fits into memory easily.
    app.addContentTypeParser(PIECE, { parseAs: "buffer", bodyLimit: PIECE_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    app.get(
      "/v1/backtests",
      {
        config: read,
        schema: {
          tags,
          summary: "List backtests",
          description: "Newest first. They are kept for a day, and not beyond a restart of the server.",
          response: { 200: backtestListView },
        },
      },
      async ({ accountContext: context }) => ({
        items: backtests.list(context.account.id).map((backtest) => shown(backtest, context)),
        mostBytes: backtests.mostBytes,
      }),
    );
    app.post(
      "/v1/backtests",
      {
        config: write,
        schema: {
          tags,
          summary: "Bring a traffic file",
          description:
            "Says what comes; then the file itself in pieces (`PUT …/file`), a look at its first rows, and a run. Its rows stay on this server, in a file without a name, for an hour after the last run.",
          body: newBacktestBody,
          response: { 201: backtestView },
        },
      },
      async ({ accountContext: context, body }, reply) => {
        const made = await backtests.create(context.account, maskedText(plainName(body.name)), body.bytes);
        return reply.code(201).send(shown(made, context));
      },
    );
    app.post(
      "/v1/backtests/sample",
      {
        config: write,
        schema: {
          tags,
          summary: "Bring the sample that comes with Safeguard",
          description: "Three days of a business with users in many countries, with an attack in between.",
          body: z.strictObject({}),
          response: { 201: backtestView },
        },
      },
      async ({ accountContext: context }, reply) => {
        const { account } = context;
        const bytes = await readFile(SAMPLE).catch(() => {
          throw new ServiceError("not_found", "The sample is not installed with this server.");
        });
        const { id } = await backtests.create(account, SAMPLE_NAME, bytes.length);
        return reply.code(201).send(shown(await backtests.receive(account.id, id, 0, bytes), context));
      },
    );
    app.get(
      "/v1/backtests/:id",
      { config: read, schema: { tags, summary: "Get a backtest", params, response: { 200: backtestView } } },
      async ({ accountContext: context, params: { id } }) => shown(backtests.get(context.account.id, id), context),
    );
    app.delete(
      "/v1/backtests/:id",
      {
        config: write,
        schema: {
          tags,
          summary: "Delete a backtest",
          description: "With its file and all that it found; a run under way is ended.",
          params,
          response: { 204: z.null() },
        },
      },
      async ({ accountContext: context, params: { id } }, reply) => {
        backtests.get(context.account.id, id);
        await record(context, "backtest_deleted", id);
        await backtests.delete(context.account.id, id);
        return reply.code(204).send(null);
      },
    );
    app.put(
      "/v1/backtests/:id/file",
      {
        config: write,
        bodyLimit: PIECE_BYTES,
        schema: {
          tags,
          summary: "Bring a piece of the file",
          description: `Bytes as they are, as \`${PIECE}\`, at most 8 MiB at once, one after the other. A piece that came before is no fault.`,
          params,
          querystring: z.strictObject({
            from: z
              .string()
              .regex(/^\d{1,15}$/, "must be a number of bytes")
              .default("0")
              .describe("Where it begins in the file."),
          }),
          response: { 200: backtestView },
        },
      },
      async ({ accountContext: context, params: { id }, query, body }) => {
        const { account } = context;
        backtests.get(account.id, id);
        if (!Buffer.isBuffer(body)) {
          throw new ServiceError("unsupported_media_type", `Send the piece as ${PIECE}.`);
        }
        return shown(await backtests.receive(account.id, id, Number(query.from), body), context);
      },
    );
    app.post(
      "/v1/backtests/:id/look",
      {
        config: write,
        schema: {
          tags,
          summary: "Look at the first rows of the file",
          description: "What kind of export it is, which column is read as which, and which rows cannot be read.",
          params,
          body: lookBody,
          response: { 200: lookView },
        },
      },
      async ({ accountContext: { account }, params: { id }, body }) =>
        viewOfLook(await backtests.look(account.id, id, { columns: body.columns, assumedOffset: body.offset })),
    );
    app.post(
      "/v1/backtests/:id/run",
      {
        config: write,
        schema: {
          tags,
          summary: "Run a backtest over the file",
          description:
            "In a process of its own, which goes behind everything else. One of an account at a time, two of all; 409 and 429 beyond that.",
          params,
          body: runBody,
          response: { 200: backtestView },
        },
      },
      async ({ accountContext: context, params: { id }, body }) => {
        const { account, actor } = context;
        backtests.get(account.id, id);
        const policy = testedPolicy(deps, context, body.policy);
        const compare = body.compare && testedPolicy(deps, context, body.compare);
        const request = { columns: body.columns, assumedOffset: body.offset, days: body.days, policy, compare };
        const names = [policy, compare].flatMap((one) => (one === undefined ? [] : [one.base.name]));
        const started = await backtests.start(account.id, id, request, actor, () =>
          record(context, "backtest_run", id, names),
        );
        return shown(started, context);
      },
    );
    app.post(
      "/v1/backtests/:id/cancel",
      {
        config: write,
        schema: {
          tags,
          summary: "End the run of a backtest",
          params,
          body: z.strictObject({}),
          response: { 200: backtestView },
        },
      },
      async ({ accountContext: context, params: { id } }) =>
        shown(await backtests.cancel(context.account.id, id), context),
    );
    app.get(
      "/v1/backtests/:id/result",
      {
        config: read,
        schema: {
          tags,
          summary: "Get what a backtest found",
          description: "What `safeguard backtest --json` prints. Single numbers are masked.",
          params,
        },
      },
      async ({ accountContext: { account }, params: { id } }, reply) =>
        sendFile(reply, backtests.output(account.id, id, "result"), "application/json; charset=utf-8"),
    );
    app.get(
      "/v1/backtests/:id/evidence",
      {
        config: read,
        schema: {
          tags,
          summary: "Get the evidence of the attacks that a backtest found, as data for pictures",
          description:
            "`items` as of `GET /v1/incidents/{number}/evidence`, in the order of the result's incidents, of the first 50. Numbers stand to within ten.",
          params,
        },
      },
      async ({ accountContext: { account }, params: { id } }, reply) =>
        sendFile(reply, backtests.output(account.id, id, "evidence"), "application/json; charset=utf-8"),
    );
    app.get(
      "/v1/backtests/:id/comparison",
      {
        config: read,
        schema: {
          tags,
          summary: "Get what the second policy of a backtest changes",
          description: "What `safeguard backtest --compare --json` prints.",
          params,
        },
      },
      async ({ accountContext: { account }, params: { id } }, reply) =>
        sendFile(reply, backtests.output(account.id, id, "comparison"), "application/json; charset=utf-8"),
    );
    app.get(
      "/v1/backtests/:id/report",
      {
        config: read,
        schema: {
          tags,
          summary: "Get the report of a backtest as a page",
          description: "One HTML page with the evidence as pictures, which loads nothing. Single numbers are masked.",
          params,
        },
      },
      async ({ accountContext: { account }, params: { id } }, reply) => {
        const report = backtests.output(account.id, id, "report");
        reply.header("content-disposition", 'attachment; filename="backtest.html"');
        return sendFile(reply, report, "text/html; charset=utf-8");
      },
    );
    app.get(
      "/v1/backtests/:id/decisions",
      {
        config: { scope: "numbers:reveal" },
        schema: {
          tags,
          summary: "Get the decision on every row of the file",
          description: "As CSV, with whole numbers; each time stands in the audit trail.",
          params,
        },
      },
      async ({ accountContext: context, params: { id } }, reply) => {
        const { account } = context;
        const decisions = backtests.output(account.id, id, "decisions");
        await record(context, "backtest_decisions_taken", id);
        reply.header("content-disposition", 'attachment; filename="decisions.csv"');
        return sendFile(reply, decisions, "text/csv; charset=utf-8");
      },
    );
    app.get(
      "/v1/backtests/:id/lists/:format",
      {
        config: read,
        schema: {
          tags,
          summary: "Get a block list of what a backtest found",
          description: "What `safeguard backtest --emit` writes: for a provider, or as a policy file.",
          params: params.extend({ format: z.enum(EMIT_FORMATS) }),
          response: {
            200: z.object({ text: z.string(), notes: z.array(z.string()) }).meta({ id: "BacktestBlockList" }),
          },
        },
      },
      async ({ accountContext: { account }, params: { id, format } }) => {
        const { emissions } = await listsOf(backtests.output(account.id, id, "lists"));
        const { text, notes } = emissions[format];
        return { text, notes: [...notes] };
      },
    );
    app.get(
      "/v1/backtests/:id/policy",
      {
        config: read,
        schema: {
          tags,
          summary: "Get the policy that a backtest tried, to be saved",
          params,
          response: { 200: testedView },
        },
      },
      async ({ accountContext: { account, at }, params: { id } }) => {
        const lists = backtests.output(account.id, id, "lists");
        const { run } = backtests.get(account.id, id);
        if (run === undefined) throw new ServiceError("not_found", "There is no such backtest.");
        const { base, preset, falseBlockBudget } = run.request.policy;
        const { document } = backtestPolicy(base, { preset, falseBlockBudget });
        const { ranges } = await listsOf(lists);
        return {
          policy: base.name.includes("/") ? base.name.slice(0, base.name.lastIndexOf("/")) : account.defaultPolicy,
          document: viewOfDocument(document),
          ranges: ranges.map(({ prefix, size, attempts, completed, verified }) => ({
            prefix,
            size,
            attempts,
            completed,
            verified,
          })),
          withRanges: viewOfDocument(withRanges(document, ranges, (at + RANGES_FOR_MS) as EpochMilliseconds)),
        };
      },
    );
  };
}

/** A rule that the policy has for the same range stays, where it blocks for ever. */
function withRanges(document: PolicyDocument, ranges: RunLists["ranges"], until: EpochMilliseconds): PolicyDocument {
  const kept = document.ranges ?? [];
  const forEver = new Set(
    kept.filter(({ action, until: end }) => action === "block" && end === undefined).map(({ prefix }) => prefix),
  );
  const rules = rangeRules(ranges, until).filter(({ prefix }) => !forEver.has(prefix));
  const replaced = new Set(rules.map(({ prefix }) => prefix));
  const all = [...kept.filter(({ prefix }) => !replaced.has(prefix)), ...rules];
  return all.length === 0 ? document : { ...document, ranges: all };
}

async function listsOf(file: FileHandle): Promise<RunLists> {
  return JSON.parse((await wholeOf(file)).toString("utf8")) as RunLists;
}

async function wholeOf(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await file.read(bytes, 0, size, 0);
  return bytes.subarray(0, bytesRead);
}

/** From its beginning, whoever has read it before; it stays open. */
function sendFile(reply: FastifyReply, file: FileHandle, type: string): FastifyReply {
  return reply
    .type(type)
    .header("cache-control", "no-store")
    .send(file.createReadStream({ start: 0, autoClose: false }));
}

/** What a report calls the file: no path, and nothing that a terminal would obey. */
function plainName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = name.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "").replace(/^.*[/\\]/, "");
  return plain.trim() === "" ? "traffic.csv" : plain;
}
