import type { Command } from "commander";
import type { Traffic } from "../../backtest/traffic-file/open-traffic.ts";
import type { ColumnMapping } from "../../backtest/traffic-file/recognise-format.ts";
import type { TrafficProgress } from "../../backtest/traffic-file/traffic-reader.ts";
import {
  type KnownTraffic,
  knownTrafficView,
  MAX_PAST_EVENTS,
  type PastEvent,
  pastTakenView,
} from "../../detection/past-traffic/past-traffic-body.ts";
import { destinationName } from "../../policies/destination-names.ts";
import { inSession } from "../action.ts";
import { type ApiClient, ApiRefusal } from "../api-client.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, EXIT, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { PastEvents } from "../past-events.ts";
import { answer, instant, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { ProgressLine } from "../progress-line.ts";
import { reasonFor } from "../reason.ts";
import { harmless, type Terminal } from "../terminal.ts";
import { plainTrafficFault, readColumns, readOffset } from "../traffic-flags.ts";

interface WarmFlags extends GlobalFlags {
  readonly check?: boolean;
  readonly anew?: boolean;
  readonly reason?: string;
  readonly only?: string;
  readonly columns?: ColumnMapping;
  readonly offset?: number;
}

/** What was read of the file, and what became of it. */
interface WarmResult {
  readonly checkedOnly: boolean;
  readonly file: {
    readonly rows: number;
    readonly badRows: number;
    readonly bad: readonly { readonly line: number; readonly reason: string }[];
    readonly first: string;
    readonly last: string;
    /** What it cannot tell, a sentence each. */
    readonly lacks: readonly string[];
  };
  readonly learned: Learned;
  /** What detection knows now; null: only checked. */
  readonly known: KnownTraffic | null;
}

interface Learned {
  messages: number;
  outcomes: number;
  /** Messages up to then were known. */
  known: number;
  otherAccounts: number;
  noNumber: number;
  blocked: number;
  notJudged: number;
}

const MOST_SHOWN = 20;
const MOST_DESTINATIONS = 10;

export function addWarmCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const warm = program
    .command("warm")
    .argument("<file>", "traffic CSV, or an export of Twilio, CM.com or Vonage; plain or gzip; - for standard input")
    .description(
      "Let detection learn from past traffic what is usual, so that its first day is not blind: which blocks, how many codes are answered and how fast, which numbers are verified. Nothing is decided, sent or counted as usage, and no incident is opened. To be run before the first live message; broken off, it goes on where it was.",
    )
    .option("--check", "read the file and say what would be told; exit with code 3 if a row is bad")
    .option("--only <account>", "take only the rows of this account of the file")
    .option("--anew", "first forget what detection measured of the account's messages so far; needs a reason")
    .option("-m, --reason <text>", "why it begins anew; kept in the record")
    .option("--columns <pairs>", "which column is which, such as time=SMS_DT,to=DESTINATION", readColumns)
    .option("--offset <offset>", "offset from UTC of times that name none, such as +02:00", readOffset)
    .action((file: string, _: unknown, command: Command) =>
      inSession<WarmFlags, void>(cli, command, async ({ client, account, flags }) => {
        const result = await warmFrom(cli, client, account, file, flags);
        answer(cli.terminal, flags, result, (shown) => resultText(cli.terminal, shown));
        if (result.checkedOnly && result.file.badRows > 0) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(warm, [
    ["safeguard warm export.csv.gz", "the last weeks of your provider's log, before the first message"],
    ["safeguard warm export.csv --check", "what would be told, and which rows are bad"],
    ["safeguard warm export.csv --account Shop --only AC123", "one account of a file that has several"],
    [
      "safeguard warm export.csv --anew -m 'live since an hour'",
      "messages have come already: begin anew with the file",
    ],
    ["zcat export.csv.gz | safeguard warm - --json", "for another program"],
  ]);
}

async function warmFrom(
  cli: Cli,
  client: ApiClient,
  account: string | undefined,
  file: string,
  flags: WarmFlags,
): Promise<WarmResult> {
  const { terminal } = cli;
  const reason = flags.anew === true && flags.check !== true ? await reasonFor(cli, flags) : undefined;
  const { openTraffic } = await import("../../backtest/traffic-file/open-traffic.ts");
  const line = new ProgressLine(terminal);
  try {
    await using traffic = await openTraffic(file, {
      standardInput: terminal.input,
      ...(flags.columns !== undefined && { columns: flags.columns }),
      ...(flags.offset !== undefined && { assumedOffset: flags.offset }),
      progress: (progress) => {
        if (progress.phase !== "reading") line.show(() => `Reading the file: ${farText(progress)}`);
      },
    });
    const now = Date.now();
    const { firstTime, lastTime } = mustHaveRows(traffic, now);
    await mustBeOneAccount(traffic, flags.only);
    const learned: Learned = {
      messages: 0,
      outcomes: 0,
      known: 0,
      otherAccounts: 0,
      noNumber: 0,
      blocked: 0,
      notJudged: 0,
    };
    const about = { file: fileOf(traffic, firstTime, lastTime), learned };
    if (flags.check === true) {
      await count(traffic, flags.only, learned);
      return { checkedOnly: true, ...about, known: null };
    }
    const teller = new Teller(client, account, learned);
    if (reason !== undefined) await teller.beginAnew(reason);
    const from = await teller.knownTo(lastTime);
    const known = await teller.tell(traffic, flags.only, { from, until: now }, line);
    return { checkedOnly: false, ...about, known };
  } catch (error) {
    throw await plainTrafficFault(error);
  } finally {
    line.clear();
  }
}

/** Tells the API of past traffic, a piece at a time. */
class Teller {
  readonly #client: ApiClient;
  readonly #account: string | undefined;
  readonly #learned: Learned;
  #piece: PastEvent[] = [];

  constructor(client: ApiClient, account: string | undefined, learned: Learned) {
    this.#client = client;
    this.#account = account;
    this.#learned = learned;
  }

  beginAnew(reason: string): Promise<KnownTraffic> {
    return this.#client.request(this.#post("/anew", { reason }), knownTrafficView);
  }

  /** Nothing up to then is told; throws where that is the whole file. */
  async knownTo(lastTime: number): Promise<number> {
    const request = { method: "GET", path: "/v1/past-traffic", account: this.#account } as const;
    const { knownTo, learning, trial } = await this.#client.request(request, knownTrafficView);
    if (knownTo === null || trial) return 0;
    const known = Date.parse(knownTo);
    if (known < lastTime) return known;
    throw new CommandFailed(
      `The account's traffic is known up to ${instant(knownTo)}, and the file ends before that: learning goes forward in time only.`,
      {
        hints: learning
          ? ["It was learned from a file: the same rows are not learned twice."]
          : ["`--anew` forgets what was measured so far, and begins with the file. Verified numbers stay."],
      },
    );
  }

  async tell(
    traffic: Traffic,
    only: string | undefined,
    span: { readonly from: number; readonly until: number },
    line: ProgressLine,
  ): Promise<KnownTraffic> {
    const { rows: total } = traffic.survey;
    const learned = this.#learned;
    const events = new PastEvents(span.from, span.until);
    const started = performance.now();
    let done = 0;
    try {
      for await (const rows of traffic.batches()) {
        for (const row of rows) {
          done++;
          if (only !== undefined && row.account !== only) {
            learned.otherAccounts++;
            continue;
          }
          if (row.recipient === undefined) learned.noNumber++;
          else if (row.time <= span.from) learned.known++;
          for (const event of events.add(row)) if (this.#piece.push(event) >= MAX_PAST_EVENTS) await this.#send();
          line.show(() => progressText(done, total, performance.now() - started));
        }
      }
      for (const event of events.finish()) if (this.#piece.push(event) >= MAX_PAST_EVENTS) await this.#send();
      await this.#send();
    } catch (error) {
      // What was learned so far is complete; the refusal is what the person should read.
      if (error instanceof ApiRefusal) await this.#end().catch(() => undefined);
      throw error;
    }
    line.show(() => "Keeping the verified numbers");
    return this.#end();
  }

  #end(): Promise<KnownTraffic> {
    return this.#client.request(this.#post("/end", {}), knownTrafficView);
  }

  async #send(): Promise<void> {
    if (this.#piece.length === 0) return;
    const events = this.#piece;
    this.#piece = [];
    const { messages, outcomes, leftOut } = await this.#client.request(this.#post("", { events }), pastTakenView);
    this.#learned.messages += messages;
    this.#learned.outcomes += outcomes;
    this.#learned.blocked += leftOut.blocked;
    this.#learned.notJudged += leftOut.notJudged;
  }

  #post(path: string, body: unknown) {
    return { method: "POST", path: `/v1/past-traffic${path}`, account: this.#account, body } as const;
  }
}

function mustHaveRows({ survey }: Traffic, now: number): { readonly firstTime: number; readonly lastTime: number } {
  const { firstTime, lastTime } = survey;
  if (firstTime === undefined || lastTime === undefined) throw new CommandFailed("The file has no rows to learn from.");
  if (lastTime > now) {
    throw usageFailure(
      `The file's latest row is of ${instant(new Date(lastTime).toISOString())}, which is in the future.`,
      "Is the offset of its times right? Give it with --offset +02:00.",
    );
  }
  return { firstTime, lastTime };
}

/** Before anything is told: traffic of several accounts is not what one of them usually has. */
async function mustBeOneAccount(traffic: Traffic, only: string | undefined): Promise<void> {
  if (!traffic.recognition.columns.has("account")) return;
  const accounts = new Set<string>();
  for await (const rows of traffic.batches()) for (const { account } of rows) accounts.add(account);
  if (only !== undefined && !accounts.has(only)) {
    throw usageFailure(`The file has no rows of the account ${harmless(only)}.`, `It has: ${listed(accounts)}.`);
  }
  if (only === undefined && accounts.size > 1) {
    throw usageFailure(
      `The file has rows of ${accounts.size} accounts (${listed(accounts)}).`,
      "Say with --only whose rows are to be learned, once for each account of yours.",
    );
  }
}

function listed(accounts: ReadonlySet<string>): string {
  const shown = [...accounts].slice(0, MOST_DESTINATIONS).map(harmless).join(", ");
  return accounts.size > MOST_DESTINATIONS ? `${shown} …` : shown;
}

async function count(traffic: Traffic, only: string | undefined, learned: Learned): Promise<void> {
  for await (const rows of traffic.batches()) {
    for (const { account, recipient, deliveredAt, convertedAt } of rows) {
      if (only !== undefined && account !== only) learned.otherAccounts++;
      else if (recipient === undefined) learned.noNumber++;
      else {
        learned.messages++;
        learned.outcomes += Number(deliveredAt !== undefined) + Number(convertedAt !== undefined);
      }
    }
  }
}

function fileOf({ survey, recognition }: Traffic, first: number, last: number): WarmResult["file"] {
  return {
    rows: survey.rows,
    badRows: survey.dropped,
    bad: survey.problems
      .filter(({ dropped }) => dropped)
      .flatMap(({ examples }) => examples.map(({ line, text }) => ({ line, reason: text })))
      .sort((a, b) => a.line - b.line)
      .slice(0, MOST_SHOWN),
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
    lacks: recognition.lacks.filter(({ of }) => of !== "prices").map(({ text }) => text),
  };
}

function resultText(terminal: Terminal, { checkedOnly, file, learned, known }: WarmResult): string {
  const verb = checkedOnly ? "would be told" : "were learned from";
  const facts = [
    [learned.known, "were known already"],
    [learned.otherAccounts, "are of other accounts"],
    [learned.noNumber, "have no number that could be sent to"],
    [learned.blocked, "go where your policy blocks"],
    [learned.notJudged, "are not what detection looks at (purpose, destination or mode)"],
    [file.badRows, "are bad"],
  ] as const;
  return [
    `${thousands(learned.messages)} messages from ${instant(file.first)} to ${instant(file.last)}, and ${thousands(learned.outcomes)} reports of what became of them, ${verb}.`,
    ...facts.flatMap(([rows, what]) => (rows === 0 ? [] : [`  ${thousands(rows)} rows ${what}`])),
    ...file.bad.map(({ line, reason }) => `    line ${line}: ${harmless(reason)}`),
    ...file.lacks.map((text) => `  ${harmless(text)}`),
    ...(known === null ? [] : ["", ...knownText(terminal, known)]),
  ].join("\n");
}

function knownText(terminal: Terminal, known: KnownTraffic): readonly string[] {
  const { numbers, verifiedNumbers, blocks, remembered, completion, destinations } = known;
  const answered =
    completion.observed === 0
      ? "No completed verifications are known: only the blocks are."
      : `${Math.round(completion.share * 100)} % of new numbers complete, half of them within ${completion.medianSeconds} seconds.`;
  return [
    `Detection knows ${thousands(numbers)} numbers (${thousands(verifiedNumbers)} verified) in ${thousands(blocks)} number blocks. ${answered}`,
    ...(remembered.suspected === 0
      ? []
      : [
          `${thousands(remembered.suspected)} of the latest ${thousands(remembered.messages)} messages were in ranges that looked attacked: no baseline learned from them. See \`safeguard backtest\`.`,
        ]),
    "",
    table(
      terminal,
      ["DESTINATION", "NEW NUMBERS", "COMPLETE"],
      destinations
        .slice(0, MOST_DESTINATIONS)
        .map(({ destination, newNumbers, completionShare }) => [
          `${destinationName(destination)} (${destination})`,
          newNumbers,
          completion.observed === 0 ? "" : `${Math.round(completionShare * 100)} %`,
        ]),
    ),
    ...(destinations.length > MOST_DESTINATIONS ? [`and ${destinations.length - MOST_DESTINATIONS} more`] : []),
  ];
}

function progressText(done: number, total: number, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? Math.round((done / elapsedMs) * 1000) : 0;
  const part = Math.floor((done / Math.max(1, total)) * 100);
  return `${thousands(done)} of ${thousands(total)} rows (${part} %), ${thousands(rate)} rows/s`;
}

function farText({ done, total }: TrafficProgress): string {
  return total === undefined || total === 0
    ? `${Math.round(done / 1_000_000)} MB`
    : `${Math.floor(Math.min(1, done / total) * 100)} %`;
}

function thousands(number: number): string {
  return number.toLocaleString("en");
}
