import { resolve } from "node:path";
import type { Command } from "commander";
import type { BackupProgress } from "../../store/backup/make-backup.ts";
import type { BackupManifest } from "../../store/backup/manifest.ts";
import { flagsOf } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { configOf } from "../connect.ts";
import { answer } from "../print.ts";
import { ProgressLine } from "../progress-line.ts";
import { VERSION } from "../version.ts";

/** `backup` and `restore`: of the embedded store, from and into the data folder of this machine. */
export function addBackupCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const backup = program
    .command("backup")
    .argument("<folder>", "where to; empty or not there yet")
    .description(
      "Copy everything that is kept, as of one moment, also while the server runs. Enciphered as it is; without the master key.",
    )
    .action(async (folder: string, _: unknown, command: Command) => {
      const flags = flagsOf<GlobalFlags>(command);
      const { makeBackup } = await import("../../store/backup/make-backup.ts");
      const directory = embeddedDirectory(cli, flags, "pg_dump --format=custom --file=safeguard.dump DATABASE");
      const manifest = await withProgress(cli, (show) => makeBackup(directory, resolve(folder), VERSION, show));
      answer(terminal, flags, { folder: resolve(folder), ...manifest }, (made) =>
        [
          `${megabytes(manifest)} in ${made.folder}: everything up to record ${made.sequence}, ${made.at}.`,
          "The master key is not in it. Keep a copy of that elsewhere: without it nothing here can be read.",
        ].join("\n"),
      );
    });
  withExamples(backup, [
    ["safeguard backup /backups/2027-01-31", "while the server runs"],
    ["safeguard backup /backups/2027-01-31 --json", "in a script: what was copied, with sizes and hashes"],
  ]);

  const restore = program
    .command("restore")
    .argument("<folder>", "a backup that `safeguard backup` made")
    .description(
      "Put a backup into an empty data folder, after checking every byte of it. What waited in it is not sent until you say so.",
    )
    .action(async (folder: string, _: unknown, command: Command) => {
      const flags = flagsOf<GlobalFlags>(command);
      const { restoreBackup } = await import("../../store/backup/restore-backup.ts");
      const directory = embeddedDirectory(cli, flags, "pg_restore --dbname=DATABASE safeguard.dump");
      const manifest = await withProgress(cli, (show) => restoreBackup(resolve(folder), directory, show));
      answer(terminal, flags, { folder: directory, ...manifest }, () =>
        [
          `The store of ${manifest.at}, up to record ${manifest.sequence}, is in ${directory}.`,
          "Start it with the master key that it was made under. What waited in it then (messages, webhooks) is not sent, since it may",
          "have been sent after the backup: look at `safeguard sending`, and let it go with `safeguard sending resume`.",
        ].join("\n"),
      );
    });
  withExamples(restore, [
    [
      "safeguard restore /backups/2027-01-31 --data /var/lib/safeguard",
      "into an empty data folder, with no server on it",
    ],
  ]);
}

function embeddedDirectory(cli: Cli, flags: GlobalFlags, instead: string): string {
  if (flags.url !== undefined)
    throw usageFailure("Backups are made and restored on the machine that has the data folder, not over --url.");
  const { dataDirectory, database } = configOf(cli, flags);
  if (database !== undefined) {
    throw new CommandFailed("Everything is kept in PostgreSQL, and its own tools copy it as of one moment.", {
      hints: [
        `Run: ${instead}`,
        "A database that was put back is recognised at the next start: docs/guide/backup.md tells how.",
      ],
    });
  }
  return dataDirectory;
}

async function withProgress(
  { terminal }: Cli,
  work: (show: (progress: BackupProgress) => void) => Promise<BackupManifest>,
): Promise<BackupManifest> {
  const line = new ProgressLine(terminal);
  try {
    return await work(({ step, file, bytes, of }) =>
      line.show(() => {
        const part = of === 0 ? 100 : Math.min(100, Math.floor((bytes / of) * 100));
        return `${step === "copy" ? "Copying" : "Checking"} ${file}: ${part} %`;
      }),
    );
  } finally {
    line.clear();
  }
}

function megabytes({ files }: BackupManifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
