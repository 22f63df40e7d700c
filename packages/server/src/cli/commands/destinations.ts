import { DESTINATIONS } from "@safeguard/core";
import type { Command } from "commander";
import { destinationGroups, destinationName, destinationsNamed } from "../../policies/destination-names.ts";
import { flagsOf } from "../action.ts";
import type { Cli } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";

export function addDestinationCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const destinations = program
    .command("destinations")
    .argument("[names...]", "only these: codes (NG) or groups (africa)")
    .description("List destinations: their codes, calling codes and groups, as policies name them.")
    .action((names: readonly string[], _: unknown, command: Command) => {
      const wanted = names.flatMap((name) => {
        const named = destinationsNamed(name);
        if (!named.ok) throw usageFailure(named.message);
        return named.destinations;
      });
      const groups = destinationGroups();
      const all = DESTINATIONS.filter(({ code }) => names.length === 0 || wanted.includes(code)).map(
        ({ code, callingCode, kind, twins }) => ({
          code,
          name: destinationName(code),
          callingCode: `+${callingCode}`,
          kind,
          groups: groups.filter(([, members]) => members.includes(code)).map(([group]) => group),
          twins,
        }),
      );
      answer(terminal, flagsOf(command), all, (shown) =>
        table(
          terminal,
          ["CODE", "NAME", "CALLING CODE", "GROUPS", "FOLLOWED BY"],
          shown.map((one) => [one.code, one.name, one.callingCode, one.groups.join(" "), one.twins.join(" ")]),
        ),
      );
    });
  withExamples(destinations, [
    ["safeguard destinations africa", "which are in a group?"],
    ["safeguard destinations NL 881 --json", "what is known of these"],
  ]);
}
