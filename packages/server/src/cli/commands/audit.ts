import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { auditExportView, auditVerificationView } from "../../audit/audit-routes.ts";
import type { AuditRow } from "../../audit/audit-row.ts";
import { auditRowView, exportedRowView } from "../../audit/audit-view.ts";
import { type FoundRow, verifyChain } from "../../audit/verify-chain.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, say, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";

export function addAuditCommands(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const audit = program.command("audit").description("Every change: who, what, before and after, why, from where.");
  withExamples(audit, [
    ["safeguard audit list", "what was changed lately"],
    ["safeguard audit verify", "was anything altered afterwards?"],
  ]);

  const list = audit
    .command("list")
    .description("List the changes, newest first; with --account those of an account and below it.")
    .option("--from <time>", "from then on, such as 2027-01-31T00:00:00Z")
    .option("--until <time>", "before then")
    .option("--limit <count>", "how many at most", "100")
    .action((_: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly from?: string; readonly until?: string; readonly limit: string }, void>(
        cli,
        command,
        async ({ client, account, flags }) => {
          const limit = Number(flags.limit);
          if (!Number.isInteger(limit) || limit < 1) {
            throw usageFailure(`--limit is ${JSON.stringify(flags.limit)}; it must be a whole number from 1 on.`);
          }
          const query = new URLSearchParams();
          if (flags.from !== undefined) query.set("from", flags.from);
          if (flags.until !== undefined) query.set("until", flags.until);
          const path = `/v1/audit${query.size === 0 ? "" : `?${query}`}`;
          const rows = await everyItem(client, { method: "GET", path, account }, auditRowView, limit);
          answer(terminal, flags, rows, (shown) =>
            table(
              terminal,
              ["ROW", "TIME", "WHO", "FROM", "ACTION", "WHAT", "REASON"],
              shown.map((row) => [
                row.number,
                instant(row.at),
                row.who?.person ?? row.who?.name ?? "(erased)",
                row.address ?? "",
                row.action.replaceAll("_", " "),
                row.what?.id ?? "",
                row.reason ?? "",
              ]),
            ),
          );
        },
      ),
    );
  withExamples(list, [["safeguard audit list --from 2027-01-01T00:00:00Z --json", "with before and after"]]);

  const verify = audit
    .command("verify")
    .description("Check that no row was altered, or name the first that was. Exit code 3 if one was.")
    .option("--file <file>", "check an exported trail instead, without a server")
    .option("--expect <number:hash>", "a head that was noted before: tells rows that are missing at the end")
    .action((_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalFlags & { readonly file?: string; readonly expect?: string }>();
      const report = (result: Verification): void => {
        if (!result.ok) status.exitCode = EXIT.finding;
        answer(terminal, flags, result, wordsOf);
      };
      if (flags.file !== undefined) {
        return verifyFile(flags.file, flags.expect).then(report);
      }
      return inSession(cli, command, async ({ client }) => {
        const query = flags.expect === undefined ? "" : `?expect=${encodeURIComponent(flags.expect)}`;
        report(await client.request({ method: "GET", path: `/v1/audit/verify${query}` }, auditVerificationView));
      });
    });
  withExamples(verify, [
    ["safeguard audit verify", "the trail of the running server"],
    ["safeguard audit verify --file trail.jsonl", "an export, anywhere"],
  ]);

  const exports = audit
    .command("export")
    .argument("<file>", "where to; must not be there yet")
    .description("Write the whole trail to a file of JSON lines, in the order of its chain.")
    .option("--whole", "with what the rows say, whole numbers and all; this is itself audited")
    .action((file: string, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly whole?: boolean }, void>(cli, command, async ({ client, flags }) => {
        const handle = await open(file, "wx", 0o600);
        let rows = 0;
        try {
          for (let after: string | null = "0"; after !== null; ) {
            const path: string = `/v1/audit/export?after=${after}&whole=${flags.whole === true}`;
            const page: { items: readonly unknown[]; next: string | null } = await client.request(
              { method: "GET", path },
              auditExportView,
            );
            await handle.write(page.items.map((row) => `${JSON.stringify(row)}\n`).join(""));
            rows += page.items.length;
            after = page.next;
          }
        } finally {
          await handle.close();
        }
        answer(terminal, flags, { file, rows }, (shown) => `${shown.rows} rows are in ${shown.file}.`);
        if (flags.whole !== true) say(terminal, "Without what they say: only that none was altered can be checked.");
      }),
    );
  withExamples(exports, [["safeguard audit export trail.jsonl --whole", "to keep elsewhere, with what the rows say"]]);
}

type Verification = (typeof auditVerificationView)["_output"];

function wordsOf({ ok, rows, withoutContent, head, brokenAt, problem }: Verification): string {
  if (!ok) return `Row ${brokenAt} is the first that is not as it was written: ${problem}.`;
  const lines = [
    `${rows} rows are as they were written${withoutContent === 0 ? "" : ` (${withoutContent} without content)`}.`,
  ];
  if (head !== null && rows > 0)
    lines.push(`Note the head elsewhere, and expect it later: --expect ${head.number}:${head.hash}`);
  return lines.join("\n");
}

async function verifyFile(file: string, expect: string | undefined): Promise<Verification> {
  await mustBeExport(file);
  const [number = "", hash = ""] = (expect ?? "").split(":");
  const expected = expect === undefined ? [] : [{ number: Number(number), hash }];
  const result = await verifyChain(rowsOfFile(file), expected);
  return result.ok
    ? { ...result, brokenAt: null, problem: null }
    : { ...result, rows: result.brokenAt - 1, withoutContent: 0, head: null };
}

/** A file without a single row of a trail was not altered: it never was one. */
async function mustBeExport(file: string): Promise<void> {
  let lines = 0;
  for await (const { row } of rowsOfFile(file)) {
    lines++;
    if (row !== undefined) return;
    if (lines >= LINES_LOOKED_AT) break;
  }
  throw usageFailure(
    lines === 0
      ? `${file} is empty: it holds no audit trail. One is written by: safeguard audit export FILE`
      : `${file} is no exported audit trail: no line of it is a row of one. One is written by: safeguard audit export FILE`,
  );
}

const LINES_LOOKED_AT = 1000;

async function* rowsOfFile(file: string): AsyncIterable<FoundRow> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === "") continue;
    number++;
    const read = readRow(line);
    yield read === undefined ? { number } : { number: read.number, row: read };
  }
}

function readRow(line: string): AuditRow | undefined {
  try {
    return exportedRowView.parse(JSON.parse(line)) as AuditRow;
  } catch {
    return undefined;
  }
}
