import type { Command } from "commander";
import { flagsOf } from "../action.ts";
import type { Cli } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { type ServeFlags, serve, withServeOptions } from "../serve.ts";

export function addUpCommand(program: Command, cli: Cli): void {
  const up = withServeOptions(program.command("up"))
    .description("Run Safeguard in production. Refuses settings that are not safe.")
    .option("--sandbox", "offer the sandbox provider to test keys")
    .action((_: unknown, command: Command) => {
      const flags = flagsOf<ServeFlags>(command);
      return serve(cli, "production", flags, async () => {
        const { askForCountries, policyForCountries } = await import("../first-countries.ts");
        return flags.countries === undefined ? askForCountries(cli, flags) : policyForCountries(flags.countries);
      });
    });
  withExamples(up, [
    [
      "SAFEGUARD_MASTER_KEY_FILE=/etc/safeguard/master.key safeguard up --countries NL,BE",
      "the first start, behind TLS",
    ],
    ["safeguard up", "every later start"],
    ["safeguard doctor", "what is missing?"],
  ]);
}
