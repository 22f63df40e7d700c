import type { Command } from "commander";
import { flagsOf } from "../action.ts";
import type { Cli } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { type ServeFlags, serve, withServeOptions } from "../serve.ts";

export function addDevCommand(program: Command, cli: Cli): void {
  const dev = withServeOptions(program.command("dev"))
    .description(
      "Try Safeguard: gateway, API and its reference on one port, with a sandbox provider that sends nothing.",
    )
    .action((_: unknown, command: Command) => {
      const flags = flagsOf<ServeFlags>(command);
      return serve(cli, "dev", flags, async () => {
        if (flags.countries !== undefined)
          return (await import("../first-countries.ts")).policyForCountries(flags.countries);
        const result = (await import("../../policies/first-policy.ts")).firstPolicy();
        if (!result.ok) throw new Error(result.problems.join("; "));
        return { policy: result.document };
      });
    });
  withExamples(dev, [
    ["safeguard dev", "everything on http://127.0.0.1:8080, its data in ./data"],
    ["safeguard dev --port 9000 --data /tmp/try --countries NL,BE", "elsewhere, with an allow list"],
  ]);
}
