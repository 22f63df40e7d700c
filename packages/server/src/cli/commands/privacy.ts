import { open } from "node:fs/promises";
import type { Command } from "commander";
import { type NumberExport, numberExportView } from "../../privacy/number-export.ts";
import { numberErasedView } from "../../privacy/privacy-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, say, table } from "../print.ts";
import type { Terminal } from "../terminal.ts";

interface ExportFlags extends GlobalFlags {
  readonly reason?: string;
  readonly output?: string;
}

interface EraseFlags extends GlobalFlags {
  readonly reason?: string;
  readonly yes?: boolean;
}

const REASON = "-m, --reason <text>";

export function addPrivacyCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const privacy = program.command("privacy").description("What is kept of a person's number: take it out, erase it.");
  withExamples(privacy, [
    ["safeguard privacy export +31612345678 -o anna.json", "for the person who asks what is kept"],
    ["safeguard privacy erase +31612345678 --reason 'request 2027-14'", "for the person who wants to be forgotten"],
  ]);

  const exports = privacy
    .command("export")
    .argument("<number>", "in international form")
    .description(
      "Take out all that is kept of a number, as JSON, with every place that was looked through; in every account, or with --account in one. In the audit trail, without the number.",
    )
    .option("-o, --output <file>", "where to; must not be there yet (default: the terminal)")
    .option(REASON, "why, such as the number of the request")
    .action((number: string, _: unknown, command: Command) =>
      inSession<ExportFlags, void>(cli, command, async ({ client, account, flags }) => {
        const file = flags.output === undefined ? undefined : await openNew(flags.output);
        try {
          const body = { number, ...(flags.reason !== undefined && { reason: flags.reason }) };
          const request = { method: "POST", path: "/v1/privacy/export", account, body } as const;
          const all = await client.request(request, numberExportView);
          const text = `${JSON.stringify(all, null, 2)}\n`;
          if (file === undefined) terminal.output.write(text);
          else {
            await file.writeFile(text);
            const short = { file: flags.output, lookedAt: all.lookedAt, notLookedAt: all.notLookedAt };
            answer(terminal, flags, short, () => manifestText(terminal, all, flags.output ?? ""));
          }
        } finally {
          await file?.close();
        }
      }),
    );
  withExamples(exports, [
    ["safeguard privacy export +31612345678 -o anna.json", "to a file that only you can read"],
    ["safeguard privacy export +31612345678 --account Shop", "only what that account has"],
  ]);

  const erase = privacy
    .command("erase")
    .argument("<number>", "in international form")
    .description(
      "Erase a number in every account, or with --account in one. Counts and money stay, of nobody; rules that an account wrote stay, and are named. It cannot be undone.",
    )
    .option(REASON, "why, such as the number of the request")
    .option("-y, --yes", "do not ask whether it is meant")
    .action((number: string, _: unknown, command: Command) =>
      inSession<EraseFlags, void>(cli, command, async ({ client, account, flags }) => {
        if (flags.yes !== true) await confirmed(terminal, flags, number, flags.account);
        const body = { number, ...(flags.reason !== undefined && { reason: flags.reason }) };
        const request = { method: "POST", path: "/v1/privacy/erase", account, body } as const;
        const erased = await client.request(request, numberErasedView);
        answer(terminal, flags, erased, ({ range, records, verifiedNumbers, kept }) => {
          const count = Object.values(records).reduce((sum, one) => sum + one, 0);
          const lines = [
            count === 0 && verifiedNumbers === 0
              ? "Nothing was kept of it."
              : `Erased: ${count} records${verifiedNumbers === 0 ? "" : ", and as a verified number"}. In its place stands ${range}.`,
            ...kept.map((one) => `Still named by a rule of: ${one}`),
            ...(kept.length === 0 ? [] : ["Rules stay. Where one is not needed any more, remove it from the policy."]),
            "Backups, and what the provider and the clients keep, are not reached from here.",
          ];
          return lines.join("\n");
        });
      }),
    );
  withExamples(erase, [
    ["safeguard privacy erase +31612345678", "asks first"],
    ["safeguard privacy erase +31612345678 --yes --reason 'request 2027-14'", "from a script"],
  ]);
}

async function confirmed(
  terminal: Terminal,
  flags: EraseFlags,
  number: string,
  account: string | undefined,
): Promise<void> {
  const where = account === undefined ? "every account" : `the account ${account}`;
  if (!terminal.interactive || !flags.input) {
    throw usageFailure(`This erases ${number} in ${where}, and cannot be undone.`, "Say --yes if it is meant.");
  }
  const { confirm } = await import("@clack/prompts");
  const isMeant = await confirm({
    message: `Erase ${number} in ${where}? This cannot be undone.`,
    initialValue: false,
    input: terminal.input,
    output: terminal.errors,
  });
  // (a cancelled question gives a symbol)
  if (isMeant !== true) throw new CommandFailed("Nothing was erased.");
}

function manifestText(terminal: Terminal, all: NumberExport, file: string): string {
  const found = all.lookedAt.filter((one) => one.found > 0);
  const empty = all.lookedAt.filter((one) => one.found === 0).map(({ place }) => place);
  say(terminal, `All of it is in ${file}. It holds a whole number: keep it where only its owner can read it.`);
  return [
    table(
      terminal,
      ["PLACE", "FOUND"],
      found.map(({ place, found: count }) => [place, count]),
    ),
    ...(empty.length === 0 ? [] : ["", `Nothing in: ${empty.join(", ")}.`]),
  ].join("\n");
}

/** Nobody else reads it, and nothing is overwritten. */
async function openNew(path: string) {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageFailure(`${path} cannot be written: ${code === "EEXIST" ? "it is there already" : message}.`);
  }
}
