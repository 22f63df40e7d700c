import { accessSync, constants, existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { DETECTION_PRESETS, DETECTION_RANGES, type DetectionPreset, type EpochMilliseconds } from "@safeguard/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { BacktestPolicy } from "../../backtest/backtest-policy.ts";
import type { BacktestResult } from "../../backtest/backtest-result.ts";
import { EMIT_FORMATS, type EmitFormat } from "../../backtest/emit.ts";
import type { ColumnMapping } from "../../backtest/traffic-file/recognise-format.ts";
import type { TrafficProgress } from "../../backtest/traffic-file/traffic-reader.ts";
import type { DecisionsWriter } from "../../backtest/traffic-file/write-decisions.ts";
import type { PolicyFile } from "../../policies/read-policy-file.ts";
import { flagsOf } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, EXIT, type ExitCode, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { givenTraffic } from "../given-traffic.ts";
import { answer, say } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { ProgressLine } from "../progress-line.ts";
import { readPolicy } from "../read-policy.ts";
import { harmless } from "../terminal.ts";
import { plainTrafficFault, readColumns, readOffset } from "../traffic-flags.ts";

interface BacktestFlags extends GlobalFlags {
  readonly policy?: string;
  readonly preset?: DetectionPreset;
  readonly budget?: number;
  readonly compare?: string;
  readonly decisions?: string;
  readonly html?: string;
  readonly showNumbers?: boolean;
  readonly emit?: EmitFormat;
  readonly failOn?: "incident";
  readonly columns?: ColumnMapping;
  readonly offset?: number;
}

/** Emitted ranges end by themselves after so long: whoever gets the numbers next has done nothing. */
const EMITTED_FOR_MS = 30 * 86_400_000;

export function addBacktestCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const backtest = program
    .command("backtest")
    .argument("<file>", "traffic CSV, or an export of Twilio, CM.com or Vonage; plain or gzip; - for standard input")
    .description(
      "Run past traffic through the engine that decides live, and say what would have been stopped, what that saves, and which real users it would have hit. Needs no server and no account; sends and records nothing.",
    )
    .option("--policy <file>", "policy file to decide by, as for `policy apply` (default: what an account starts from)")
    .addOption(
      new Option("--preset <preset>", "false-block budget by name, before the policy's").choices(DETECTION_PRESETS),
    )
    .option("--budget <share>", "false-block budget as a share of legitimate messages, such as 1e-5", readBudget)
    .option(
      "--compare <policy>",
      "run the file a second time, under this policy file (or preset), and say what changes",
    )
    .option("--decisions <file>", "write the decision on every message as CSV, in the order of the input")
    .option("--html <file>", "write the report as one page with the evidence as pictures")
    .option("--show-numbers", "show single phone numbers in the HTML report and in JSON, which are masked else")
    .addOption(
      new Option(
        "--emit <format>",
        "instead of the report, write a block list: ranges that are surely attacked and have no users, or countries",
      ).choices(EMIT_FORMATS),
    )
    .addOption(
      new Option("--fail-on <what>", "exit with code 3 if there is one, with 1 if most rows could not be read").choices(
        ["incident"],
      ),
    )
    .option("--columns <pairs>", "which column is which, such as time=SMS_DT,to=DESTINATION", readColumns)
    .option("--offset <offset>", "offset from UTC of times that name none, such as +02:00", readOffset)
    .action((file: string, _: unknown, command: Command) => runCommand(cli, status, file, flagsOf(command)));
  withExamples(backtest, [
    ["safeguard backtest docs/guide/examples/sample-traffic.csv", "the sample that comes along, with an attack in it"],
    ["safeguard backtest export.csv.gz --html report.html", "the evidence as pictures, on one page"],
    ["safeguard backtest export.csv --emit ranges", "ranges without users, for a provider's own block list, tonight"],
    ["safeguard backtest export.csv --policy policy.yaml --compare strict", "would a larger false-block budget pay?"],
    ["zcat export.csv.gz | safeguard backtest - --json --fail-on incident", "for another program"],
  ]);
}

async function runCommand(cli: Cli, status: CommandStatus, file: string, flags: BacktestFlags): Promise<void> {
  checkFlags(file, flags);
  const { terminal } = cli;
  // The engine and the reports are loaded only when they are needed.
  const [{ backtestPolicy }, { openTraffic }, { runBacktest }] = await Promise.all([
    import("../../backtest/backtest-policy.ts"),
    import("../../backtest/traffic-file/open-traffic.ts"),
    import("../../backtest/run-backtest.ts"),
  ]);
  const given = flags.policy === undefined ? undefined : await readPolicy(flags.policy, terminal);
  const base = given === undefined ? undefined : { name: basename(flags.policy ?? ""), document: given.document };
  const first = backtestPolicy(base, { preset: flags.preset, falseBlockBudget: flags.budget });
  const second = flags.compare === undefined ? undefined : await secondPolicy(cli, flags.compare, base);

  const line = new ProgressLine(terminal);
  const started = performance.now();
  const clock = (): number => performance.now();
  try {
    await using traffic = await openTraffic(file, {
      standardInput: terminal.input,
      ...(flags.columns !== undefined && { columns: flags.columns }),
      ...(flags.offset !== undefined && { assumedOffset: flags.offset }),
      progress: (progress) => {
        if (progress.phase !== "reading") line.show(() => readingText(progress));
      },
    });
    const openedInMs = clock() - started;
    const total = traffic.survey.rows;
    const run = async (policy: BacktestPolicy, decisions?: DecisionsWriter): Promise<BacktestResult> => {
      const runSince = clock();
      const rowsDone = (rows: number): void => line.show(() => replayText(rows, total, clock() - runSince));
      return await runBacktest(traffic, policy, { path: file, decisions, openedInMs, clock, rowsDone });
    };
    const decisions = await openDecisions(flags.decisions);
    let result: BacktestResult;
    try {
      result = await run(first, decisions);
      await decisions?.close();
    } finally {
      decisions?.abort();
    }
    const other = second === undefined ? undefined : await run(second);
    line.clear();
    if (other === undefined) await showResult(cli, file, flags, result, given);
    else await showComparison(cli, flags, result, other);
    if (flags.failOn === "incident") status.exitCode = await incidentExit(cli, result);
  } catch (error) {
    throw await plainFault(error);
  } finally {
    line.clear();
  }
}

/** That no attack was found is no news where most rows could not be read. */
async function incidentExit({ terminal }: Cli, result: BacktestResult): Promise<ExitCode> {
  if (result.incidents.length > 0) return EXIT.finding;
  const { couldNotBeJudged } = await import("../../backtest/rejected-wording.ts");
  if (!couldNotBeJudged(result)) return EXIT.ok;
  say(terminal, "Most rows could not be read, so it is not known whether there is an attack (--fail-on incident).");
  return EXIT.error;
}

async function showResult(
  { terminal }: Cli,
  file: string,
  flags: BacktestFlags,
  result: BacktestResult,
  base: PolicyFile | undefined,
): Promise<void> {
  const { html, decisions } = flags;
  if (html !== undefined) {
    const { renderHtml } = await import("../../backtest/render-html.ts");
    // (whoever gets the page learns names of files, and not where they lie)
    const named = { ...flags, ...(flags.policy !== undefined && { policy: basename(flags.policy) }) };
    const page = renderHtml(result, {
      showNumbers: flags.showNumbers === true,
      given: givenTraffic(basename(file), named),
    });
    await writeFile(html, page).catch((error: unknown) => {
      throw outputFailure(html, error);
    });
  }
  if (flags.emit !== undefined) {
    const { emit } = await import("../../backtest/emit.ts");
    const until = (Date.now() + EMITTED_FOR_MS) as EpochMilliseconds;
    const { text, notes } = emit(flags.emit, result, { until, ...(base !== undefined && { base }) });
    terminal.output.write(text);
    for (const note of notes) say(terminal, harmless(note));
  } else {
    const { maskedResult } = await import("../../backtest/masked-result.ts");
    const { renderText } = await import("../../backtest/render-text.ts");
    const shown = flags.json === true && flags.showNumbers !== true ? maskedResult(result) : result;
    answer(terminal, flags, shown, (value) => renderText(value, terminal, givenTraffic(file, flags)));
  }
  for (const path of [html, decisions]) {
    if (path !== undefined) say(terminal, `Written: ${harmless(path)}`);
  }
}

async function showComparison(
  { terminal }: Cli,
  flags: BacktestFlags,
  first: BacktestResult,
  second: BacktestResult,
): Promise<void> {
  const { compareResults } = await import("../../backtest/compare.ts");
  const { renderComparison } = await import("../../backtest/render-comparison.ts");
  answer(terminal, flags, compareResults(first, second), (comparison) => renderComparison(comparison, terminal));
}

/** A preset's name means the first policy with that budget; a file of that name is written `./strict`. */
async function secondPolicy(
  { terminal }: Cli,
  compare: string,
  base: BacktestPolicy | undefined,
): Promise<BacktestPolicy> {
  const { backtestPolicy } = await import("../../backtest/backtest-policy.ts");
  const preset = DETECTION_PRESETS.find((name) => name === compare);
  if (preset !== undefined) return backtestPolicy(base, { preset });
  const { document } = await readPolicy(compare, terminal);
  return backtestPolicy({ name: basename(compare), document });
}

/** Everything that can be known to be wrong before a long file is read. */
function checkFlags(file: string, flags: BacktestFlags): void {
  const { policy, compare, decisions, html, emit, json, preset, budget } = flags;
  if (preset !== undefined && budget !== undefined) {
    throw usageFailure("--preset and --budget say the same thing: give one of them.");
  }
  if (emit !== undefined && json === true) throw usageFailure("--emit and --json both write the answer: give one.");
  if (compare !== undefined && (decisions !== undefined || html !== undefined || emit !== undefined)) {
    throw usageFailure(
      "--compare shows what a second policy changes, and nothing else.",
      "For --decisions, --html or --emit run the policy that you want by itself.",
    );
  }
  const fromInput = [file, policy, compare].filter((path) => path === "-");
  if (fromInput.length > 1) throw usageFailure("Standard input (-) can be read once: name a file for the others.");
  const outputs = [decisions, html].filter((path) => path !== undefined);
  const inputs = [file, policy, compare].filter((path) => path !== undefined).filter((path) => path !== "-");
  for (const [index, output] of outputs.entries()) {
    for (const other of [...inputs, ...outputs.slice(index + 1)]) {
      if (!isSameFile(output, other)) continue;
      throw usageFailure(`${output} would be overwritten while it is needed: write to another file.`);
    }
    checkWritable(output);
  }
}

function isSameFile(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  if (!existsSync(one) || !existsSync(other)) return false;
  const [first, second] = [statSync(one), statSync(other)];
  return first.isFile() && first.ino === second.ino && first.dev === second.dev;
}

function checkWritable(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) throw usageFailure(`${path} is a folder: name a file in it.`);
    if (found !== undefined) accessSync(path, constants.W_OK);
    if (found === undefined || found.isFile()) accessSync(dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw outputFailure(path, error);
  }
}

async function openDecisions(path: string | undefined): Promise<DecisionsWriter | undefined> {
  if (path === undefined) return undefined;
  const { writeDecisions } = await import("../../backtest/traffic-file/write-decisions.ts");
  return writeDecisions(path);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "nothing can be written there",
  ENOSPC: "the disk is full",
};

function outputFailure(path: string, error: unknown): unknown {
  const why = error instanceof Error && "code" in error ? REASONS[String(error.code)] : undefined;
  return why === undefined ? error : new CommandFailed(`${path} cannot be written: ${why}.`);
}

/** What went wrong, for the person; a fault of ours stays what it is. */
async function plainFault(error: unknown): Promise<unknown> {
  if (error instanceof Error && "path" in error && "syscall" in error) return outputFailure(String(error.path), error);
  return plainTrafficFault(error);
}

const PHASES = {
  copying: "Copying standard input",
  checking: "Checking the file",
  sorting: "Putting rows in order",
  reading: "Reading rows",
} as const;

function readingText({ phase, done, total }: TrafficProgress): string {
  const far =
    total === undefined || total === 0
      ? `${Math.round(done / 1_000_000)} MB`
      : `${Math.floor(Math.min(1, done / total) * 100)} %`;
  return `${PHASES[phase]}: ${far}`;
}

function replayText(rows: number, total: number, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? Math.round((rows / elapsedMs) * 1000) : 0;
  const part = Math.floor((rows / Math.max(1, total)) * 100);
  return `${rows.toLocaleString("en")} of ${total.toLocaleString("en")} rows (${part} %), ${rate.toLocaleString("en")} rows/s`;
}

function readBudget(text: string): number {
  const budget = Number(text);
  const { least, most } = DETECTION_RANGES.falseBlockBudget;
  if (text.trim() !== "" && budget >= least && budget <= most) return budget;
  throw new InvalidArgumentError(`It is a share from ${least} to ${most}, such as 1e-5 (one in 100,000).`);
}
