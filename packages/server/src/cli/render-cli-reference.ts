import type { Command } from "commander";
import { examplesOf } from "./command-help.ts";

/** docs/reference/cli.md: every command with its examples, arguments and options, from the definitions themselves. */
export function renderCliReference(program: Command): string {
  const lines = [
    "# Command line",
    "",
    "Generated from the definitions of the commands: change those, not this page.",
    "",
    "In a clone, run it as `npx safeguard …` from the root. A command talks to the server at `--url`, else to the one that",
    "holds the data folder, else it opens the data folder itself.",
    "",
    "Answers go to standard output, everything else to standard error. Exit codes: 0 done; 1 error; 2 the command line is",
    "not right; 3 done, and what was found is not as it should be (a decision that does not agree with its record, a provider",
    "that does not answer, `--expect` that does not hold).",
    "",
    "Every command has these options:",
    "",
    ...optionLines(program),
    "",
  ];
  for (const command of commandsOf(program)) lines.push(...commandLines(command, program));
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Commands in the order of the help; one with subcommands comes before them. */
function commandsOf(parent: Command): readonly Command[] {
  return parent.commands
    .filter((command) => command.name() !== "help")
    .flatMap((command) => [command, ...commandsOf(command)]);
}

function commandLines(command: Command, program: Command): readonly string[] {
  const usage = command.createHelp().commandUsage(command);
  const hasOptions = optionLines(command).length > 0;
  return [
    `## ${pathOf(command, program)}`,
    "",
    command.description(),
    "",
    "```sh",
    ...examplesOf(command).flatMap(({ command: text, meaning }) => [`# ${meaning}`, text]),
    "```",
    "",
    ...(command.commands.length > 0 ? [] : [`Usage: \`${usage}\``, ""]),
    ...command.registeredArguments.map((argument) => `- \`${argument.name()}\`: ${argument.description}`),
    ...optionLines(command),
    ...(hasOptions || command.registeredArguments.length > 0 ? [""] : []),
  ];
}

function optionLines(command: Command): readonly string[] {
  return command.options.map(({ flags, description, defaultValue, argChoices }) => {
    const choices =
      argChoices === undefined ? "" : ` One of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}.`;
    const standard =
      defaultValue === undefined || typeof defaultValue === "boolean" ? "" : ` Default \`${String(defaultValue)}\`.`;
    return `- \`${flags}\`: ${description}.${choices}${standard}`.replace(/\.\.(?= |$)/, ".");
  });
}

function pathOf(command: Command, program: Command): string {
  return command.parent === null || command === program
    ? command.name()
    : `${pathOf(command.parent, program)} ${command.name()}`;
}
