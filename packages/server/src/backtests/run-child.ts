import { readdirSync, statfsSync, writeSync } from "node:fs";
import { setPriority } from "node:os";
import type { EpochMilliseconds } from "@safeguard/core";
import { type BacktestPolicy, backtestPolicy } from "../backtest/backtest-policy.ts";
import type { BacktestResult } from "../backtest/backtest-result.ts";
import { compareResults } from "../backtest/compare.ts";
import { EMIT_FORMATS, emit } from "../backtest/emit.ts";
import { provenRanges } from "../backtest/emit-ranges.ts";
import { headline } from "../backtest/headline.ts";
import { lastDays } from "../backtest/last-days.ts";
import { maskedResult } from "../backtest/masked-result.ts";
import { usersHit } from "../backtest/remarks.ts";
import { renderHtml } from "../backtest/render-html.ts";
import { runBacktest } from "../backtest/run-backtest.ts";
import { byteSourceOf } from "../backtest/traffic-file/byte-source.ts";
import { type Traffic, trafficOf } from "../backtest/traffic-file/open-traffic.ts";
import { TrafficUnreadable } from "../backtest/traffic-file/traffic-unreadable.ts";
import { type DecisionsWriter, writeDecisions } from "../backtest/traffic-file/write-decisions.ts";
import { count } from "../backtest/wording.ts";
import { viewOfEvidence } from "../incidents/evidence-view.ts";
import { RUN_FILES, type RunLists, type RunProgress, type RunSummary, type RunTask, type RunWord } from "./run-task.ts";

// The process of one run: see runInChild. It is told its task, says how far it is, and ends.

/** A third of what others get where there is not enough for all; with the lowest of all it would never end on a busy machine. */
const PRIORITY = 5;
/** How often it says how far it is, and looks at what it takes. */
const PROGRESS_MS = 250;
/** Emitted ranges end by themselves after so long, as on the command line. */
const EMITTED_FOR_MS = 30 * 86_400_000;
/** With their pictures. */
const SHOWN_INCIDENTS = 50;

/** It would take more of this server than it may. */
class TooMuch extends Error {
  override readonly name = "TooMuch";
  readonly code = "too_much";
}

// The server is gone, or wants nothing of it any more.
process.once("disconnect", () => process.exit(1));
process.once("message", (task: RunTask) => {
  yieldToOthers();
  void run(task).then(
    (summary) => end({ type: "done", summary }),
    (error: unknown) => {
      if (!(error instanceof TrafficUnreadable || error instanceof TooMuch)) throw error;
      end({ type: "refused", message: `${error.message}.` });
    },
  );
});

function end(word: RunWord): void {
  process.send?.(word, () => process.disconnect());
}

/** Each thread has a priority of its own, and those that it makes later have that of the one that makes them. */
function yieldToOthers(): void {
  try {
    for (const thread of readdirSync("/proc/self/task")) setPriority(Number(thread), PRIORITY);
  } catch {
    // (a system that has no such folder knows processes only)
    setPriority(PRIORITY);
  }
}

async function run(task: RunTask): Promise<RunSummary> {
  const tell = progressTeller(task);
  const clock = (): number => performance.now();
  const started = clock();
  const policy = tested(task.policy);
  const source = byteSourceOf(RUN_FILES.traffic, task.name, undefined, task.mostUnpacked);
  await using opened = await trafficOf(source, task.name, {
    ...(task.columns !== undefined && { columns: task.columns }),
    ...(task.assumedOffset !== undefined && { assumedOffset: task.assumedOffset }),
    scratchDirectory: task.scratchDirectory,
    mostUnpacked: task.mostUnpacked,
    progress({ phase, done, total }) {
      if (phase === "checking" || phase === "sorting") tell({ phase, done, total: total ?? 0 });
    },
  });
  const openedInMs = clock() - started;
  const recent = task.days === undefined ? undefined : lastDays(opened, task.days);
  const traffic: Traffic = recent ?? opened;
  const replay = (by: BacktestPolicy, phase: "deciding" | "comparing", decisions?: DecisionsWriter) =>
    runBacktest(traffic, by, {
      path: task.name,
      decisions,
      openedInMs,
      clock,
      rowsDone: (done) => tell({ phase, done, total: opened.survey.rows }),
    });
  // Each row needs its decision there, and those before the last days have none.
  const decisions =
    recent === undefined ? writeDecisions(RUN_FILES.decisions, { scratchDirectory: task.scratchDirectory }) : undefined;
  const found = await replay(policy, "deciding", decisions);
  await decisions?.close();
  const result = recent === undefined ? found : withRemark(found, recent.leftOut(), task.days ?? 0);
  const other = task.compare === undefined ? undefined : await replay(tested(task.compare), "comparing");
  tell({ phase: "writing", done: 0, total: 1 }, true);
  write(RUN_FILES.result, `${JSON.stringify(maskedResult(result), null, 2)}\n`);
  write(RUN_FILES.report, renderHtml(result));
  write(RUN_FILES.evidence, JSON.stringify({ items: evidenceOf(result) }));
  write(RUN_FILES.lists, JSON.stringify(listsOf(result, task)));
  if (other !== undefined) write(RUN_FILES.comparison, JSON.stringify(compareResults(result, other)));
  return {
    headline: headline(result),
    messages: result.messages,
    spent: result.spent,
    saved: result.saved,
    verifiedMessages: result.legitimate.verifiedMessages,
    usersHit: usersHit(result),
    incidents: result.incidents.length,
    rows: result.file.rows,
    from: result.file.from,
    until: result.file.until,
    elapsedMs: result.elapsedMs,
    rowsPerSecond: result.rowsPerSecond,
    hasDecisions: decisions !== undefined,
    hasComparison: other !== undefined,
  };
}

function tested({ base, preset, falseBlockBudget }: RunTask["policy"]): BacktestPolicy {
  return backtestPolicy(base, { preset, falseBlockBudget });
}

function withRemark(result: BacktestResult, leftOut: number, days: number): BacktestResult {
  const text = `Only the last ${count(days, "day")} of the file took part: ${count(leftOut, "row")} before them were left out.`;
  return { ...result, remarks: [...result.remarks, { code: "last_days", text }] };
}

/** As of the incidents of live traffic: numbers to within ten. Blocks beside the line are not kept. */
function evidenceOf({ incidents }: BacktestResult) {
  return incidents.slice(0, SHOWN_INCIDENTS).map(({ pictures }) => viewOfEvidence(pictures, [], false));
}

function listsOf(result: BacktestResult, { policy }: RunTask): RunLists {
  const until = (Date.now() + EMITTED_FOR_MS) as EpochMilliseconds;
  const base = { policy: "default", account: undefined, document: policy.base.document };
  const emissions = EMIT_FORMATS.map((format) => [format, emit(format, result, { until, base })] as const);
  return {
    emissions: Object.fromEntries(emissions) as RunLists["emissions"],
    ranges: provenRanges(result).ranges,
  };
}

function write(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function progressTeller({ mostResidentBytes, leastFreeBytes, scratchDirectory }: RunTask) {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (progress: RunProgress, isUrgent = false): void => {
    const now = performance.now();
    if (!isUrgent && now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    process.send?.({ type: "progress", progress } satisfies RunWord);
    if (process.memoryUsage.rss() > mostResidentBytes) {
      const megabytes = Math.round(mostResidentBytes / 1_000_000).toLocaleString("en");
      throw new TooMuch(
        `the file needs more than ${megabytes} MB of memory, which is more than a backtest may take here (it names very many accounts or numbers at once); bring it in parts, or use the command line`,
      );
    }
    const { bavail, bsize } = statfsSync(scratchDirectory);
    if (bavail * bsize < leastFreeBytes) throw new TooMuch("the disk for temporary files is nearly full");
  };
}
