import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Command } from "commander";
import {
  MAX_VERIFIED,
  verifiedImportView,
  verifiedRemovedView,
  verifiedSummaryView,
} from "../../gateway/feedback/verified-routes.ts";
import { inSession } from "../action.ts";
import type { ApiClient } from "../api-client.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, say, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { harmless, type Terminal } from "../terminal.ts";
import { readVerifiedLines, type VerifiedLine } from "../verified-lines.ts";

interface ImportFlags extends GlobalFlags {
  readonly check?: boolean;
}

interface ImportResult {
  readonly checkedOnly: boolean;
  readonly lines: number;
  /** Different numbers; those of one piece of the file are told from each other, those of two are not. */
  readonly numbers: number;
  readonly badLines: number;
  /** The first of them. */
  readonly bad: { readonly line: number; readonly reason: string }[];
}

const MOST_SHOWN = 20;

export function addVerifiedCommands(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const verified = program
    .command("verified")
    .description("Numbers whose owners have proved themselves: detection leaves them alone.");
  withExamples(verified, [
    ["safeguard verified import numbers.csv", "the numbers that you verified before Safeguard"],
    ["safeguard verified summary", "how many there are, and where"],
  ]);

  const importing = verified
    .command("import")
    .argument(
      "<file>",
      "one number a line, or CSV with the columns to (or number) and verified_at; - for standard input",
    )
    .description(
      "Import numbers that were verified before. What is no number or too old is counted and shown; the rest is taken. Importing twice does no harm.",
    )
    .option("--check", "read the file and say what would be imported; exit with code 3 if a line is bad")
    .action((file: string, _: unknown, command: Command) =>
      inSession<ImportFlags, void>(cli, command, async ({ client, account, flags }) => {
        const input = file === "-" ? terminal.input : await openFile(file);
        const take = flags.check === true ? await checker() : importer(client, account);
        const result = await importLines(terminal, input, take, flags.check === true);
        answer(terminal, flags, result, resultText);
        if (result.checkedOnly && result.badLines > 0) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(importing, [
    ["safeguard verified import numbers.txt", "one number a line: verified long enough ago to be trusted now"],
    ["safeguard verified import users.csv --check", "what would be imported, and which lines are bad"],
    [
      "psql -c 'copy (select phone as number, verified_at from users) to stdout csv header' | safeguard verified import -",
      "from a database",
    ],
  ]);

  const summary = verified
    .command("summary")
    .description("Count the verified numbers by destination.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = "/v1/verified-numbers/summary";
        const shown = await client.request({ method: "GET", path, account }, verifiedSummaryView);
        answer(terminal, flags, shown, ({ count, firstDay, lastDay, banned, destinations }) =>
          [
            count === 0
              ? "No verified numbers."
              : `${count} verified numbers: the first on ${firstDay}, the latest on ${lastDay}.`,
            ...(banned === 0 ? [] : [`${banned} banned.`]),
            ...(destinations.length === 0
              ? []
              : [
                  "",
                  table(
                    terminal,
                    ["DESTINATION", "NUMBERS"],
                    destinations.map((one) => [one.destination, one.count]),
                  ),
                ]),
          ].join("\n"),
        );
      }),
    );
  withExamples(summary, [["safeguard verified summary --json", "for another program"]]);

  const remove = verified
    .command("remove")
    .argument("<number>", "in international form")
    .description("Forget what is known of a number's verifications (and that it was banned): it is a new number then.")
    .action((number: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = "/v1/verified-numbers/remove";
        const removed = await client.request({ method: "POST", path, account, body: { number } }, verifiedRemovedView);
        answer(terminal, flags, removed, (shown) => `${shown.removed} is a new number from now on.`);
      }),
    );
  withExamples(remove, [["safeguard verified remove +31612345678", "the number has another owner now"]]);
}

/** Takes some lines; says how many numbers it took, and which lines it did not. */
type Take = (
  lines: readonly VerifiedLine[],
) => Promise<{ readonly imported: number; readonly refused: readonly { index: number; message: string }[] }>;

function importer(client: ApiClient, account: string | undefined): Take {
  return (lines) =>
    client.request(
      { method: "POST", path: "/v1/verified-numbers", account, body: { numbers: lines.map(({ entry }) => entry) } },
      verifiedImportView,
    );
}

async function checker(): Promise<Take> {
  const { readVerifiedEntry } = await import("../../gateway/feedback/verified-entry.ts");
  const now = Date.now();
  return async (lines) => {
    const numbers = new Set<string>();
    const refused: { index: number; message: string }[] = [];
    for (const [index, { entry }] of lines.entries()) {
      const read = readVerifiedEntry(entry, now);
      if (read.ok) numbers.add(read.number.to);
      else refused.push({ index, ...read });
    }
    return { imported: numbers.size, refused };
  };
}

async function importLines(
  terminal: Terminal,
  input: Readable,
  take: Take,
  checkedOnly: boolean,
): Promise<ImportResult> {
  const bad: { line: number; reason: string }[] = [];
  let [lines, numbers, badLines] = [0, 0, 0];
  let piece: VerifiedLine[] = [];
  const takePiece = async (): Promise<void> => {
    const { imported, refused } = await take(piece);
    lines += piece.length;
    numbers += imported;
    badLines += refused.length;
    for (const { index, message } of refused.slice(0, MOST_SHOWN - bad.length)) {
      bad.push({ line: piece[index]?.line ?? 0, reason: message });
    }
    piece = [];
    if (terminal.interactive) terminal.errors.write(`\r${lines.toLocaleString("en")} lines read`);
  };
  for await (const line of readVerifiedLines(input)) {
    if (piece.push(line) >= MAX_VERIFIED) await takePiece();
  }
  if (piece.length > 0) await takePiece();
  if (terminal.interactive && lines > 0) say(terminal, "");
  return { checkedOnly, lines, numbers, badLines, bad };
}

function resultText({ checkedOnly, lines, numbers, badLines, bad }: ImportResult): string {
  const taken = `${numbers} of ${lines} lines ${checkedOnly ? "would be" : "were"} imported as verified numbers.`;
  if (badLines === 0) return taken;
  const more = badLines - bad.length;
  return [
    taken,
    `${badLines} bad ${badLines === 1 ? "line" : "lines"}:`,
    ...bad.map(({ line, reason }) => `  line ${line}: ${harmless(reason)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join("\n");
}

/** Opened before anything is asked, so that a wrong name is said at once. */
async function openFile(file: string): Promise<Readable> {
  const stream = createReadStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        usageFailure(`${file} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`),
      ),
    );
  });
  return stream;
}
