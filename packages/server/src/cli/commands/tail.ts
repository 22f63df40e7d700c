import type { Command } from "commander";
import type { JournalEntryView } from "../../decisions/journal-entry-view.ts";
import { journalPageView } from "../../decisions/journal-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { say } from "../print.ts";
import { harmless, type Terminal, tinted } from "../terminal.ts";

interface TailFlags extends GlobalFlags {
  readonly follow?: boolean;
  readonly lines: string;
}

export function addTailCommand(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const tail = program
    .command("tail")
    .description("Show what happened last: decisions, submissions, deliveries, changes. Numbers are masked.")
    .option("-f, --follow", "go on as it happens, until Ctrl-C")
    .option("-n, --lines <number>", "how many to begin with", "20")
    .action((_: unknown, command: Command) =>
      inSession<TailFlags, void>(cli, command, async ({ client, account, flags }) => {
        if (!/^\d{1,3}$/.test(flags.lines)) throw usageFailure("--lines must be a whole number from 0 to 999.");
        let query = `limit=${flags.lines}`;
        for (;;) {
          const page = await client.request({ method: "GET", path: `/v1/journal?${query}` }, journalPageView);
          for (const entry of page.items) {
            if (account !== undefined && entry.account !== null && entry.account !== account) continue;
            terminal.output.write(`${flags.json === true ? JSON.stringify(entry) : line(terminal, entry)}\n`);
          }
          if (flags.follow !== true) return;
          if (client.way === "opened") {
            say(
              terminal,
              "No server runs here, so nothing more will happen: start one with `safeguard up` or `safeguard dev`.",
            );
            return;
          }
          query = `after=${page.next}&limit=1000&wait=20`;
        }
      }),
    );
  withExamples(tail, [
    ["safeguard tail -f", "watch it happen"],
    ["safeguard tail -n 100 --json | jq .sentence", "the last hundred, one JSON line each"],
  ]);
}

function line(terminal: Terminal, { at, to, id, sentence }: JournalEntryView): string {
  const parts = [
    tinted(terminal, "dim", at.slice(11)),
    to ?? "",
    harmless(sentence),
    tinted(terminal, "dim", id ?? ""),
  ];
  return parts.filter((part) => part !== "").join("  ");
}
