import type { Command } from "commander";
import { flagsOf } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { configOf } from "../connect.ts";
import { answer } from "../print.ts";
import { readServerFile } from "../server-file.ts";

const NEW_KEY = "SAFEGUARD_NEW_MASTER_KEY";

/** `master-key`: what locks everything that is kept. On the machine that has the data folder, with no server on it. */
export function addMasterKeyCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const masterKey = program.command("master-key").description("The key that locks everything that is kept.");
  const replace = masterKey
    .command("replace")
    .description(
      `Lock everything that is kept with another master key (${NEW_KEY}), while no server runs. Nothing is enciphered anew; the one before opens it no more.`,
    )
    .action(async (_: unknown, command: Command) => {
      const flags = flagsOf<GlobalFlags>(command);
      if (flags.url !== undefined)
        throw usageFailure("The master key is replaced on the machine that has the data folder, not over --url.");
      const config = configOf(cli, flags);
      const { dataDirectory: directory, database, masterKey: configured } = config;
      if (readServerFile(directory) !== undefined) {
        throw new CommandFailed(`A server runs on ${directory}.`, {
          hints: ["Stop it first: it holds the key that is replaced."],
        });
      }
      const text = terminal.environment.get(NEW_KEY);
      if (text === undefined) {
        throw usageFailure(
          "There is no new master key.",
          `Make one with \`openssl rand -base64 32 > next.key\`, and set ${NEW_KEY}_FILE=next.key. A key is never given as a flag, where others can read it.`,
        );
      }
      const { loadMasterKey, parseMasterKey } = await import("../../store/master-key.ts");
      const { openStore } = await import("../../store/open-store.ts");
      const next = parseMasterKey(text, NEW_KEY);
      const present = loadMasterKey({ directory, configured, create: false });
      if (Buffer.from(present).equals(next)) throw usageFailure("The new master key is the one that there is.");
      let fault: unknown;
      const store = await openStore({
        ...{ directory, database, masterKey: present, create: false },
        onFault: (error) => {
          fault = error;
        },
      });
      try {
        await store.replaceMasterKey(next);
      } finally {
        await store.close();
      }
      if (fault !== undefined) throw fault;
      const where = configured === undefined ? `${directory}/master.key (mode 0600)` : "SAFEGUARD_MASTER_KEY";
      answer(terminal, flags, { replaced: true }, () =>
        [
          "Everything that is kept is locked with the new master key, and with no other.",
          `Put it into ${where} before the next start, and keep a copy apart from the data and its backups.`,
          "Backups from before are opened with the one before: keep it as long as them, and destroy it with them.",
        ].join("\n"),
      );
    });
  withExamples(replace, [
    ["openssl rand -base64 32 > /etc/safeguard/next.key", "make it, for its owner's eyes only"],
    [`${NEW_KEY}_FILE=/etc/safeguard/next.key safeguard master-key replace`, "with the server stopped"],
    ["mv /etc/safeguard/next.key /etc/safeguard/master.key", "and start the server again"],
  ]);
}
