import type { Command } from "commander";
import { flagsOf } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import type { CheckState } from "../doctor-checks.ts";
import { answer } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { harmless, type Tone, tinted } from "../terminal.ts";

const MARKS: Readonly<Record<CheckState, readonly [mark: string, tone: Tone]>> = {
  good: ["ok", "green"],
  note: ["--", "dim"],
  warning: ["!!", "yellow"],
  bad: ["NO", "red"],
};

export function addDoctorCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const doctor = program
    .command("doctor")
    .description(
      "Look whether everything is in order: settings, data folder, clock, providers, routes. Exit code 3 if not; what only production needs (--) does not count.",
    )
    .action(async (_: unknown, command: Command) => {
      const { runChecks } = await import("../doctor-checks.ts");
      const flags = flagsOf<GlobalFlags>(command);
      const checks = await runChecks(cli, flags);
      answer(terminal, flags, checks, (shown) =>
        shown
          .flatMap(({ name, state, detail, remedy }) => {
            const [mark, tone] = MARKS[state];
            const head = `${tinted(terminal, tone, mark)}  ${name}: ${harmless(detail)}`;
            return remedy === undefined ? [head] : [head, `    → ${harmless(remedy)}`];
          })
          .join("\n"),
      );
      if (checks.some(({ state }) => state === "warning" || state === "bad")) status.exitCode = EXIT.finding;
    });
  withExamples(doctor, [
    ["safeguard doctor", "before going live, and whenever something is odd"],
    ["safeguard doctor --json", "for a monitor"],
  ]);
}
