import type { Command } from "commander";
import { type LimitsUse, limitsUseView } from "../../limits/limit-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";

interface LimitFlags extends GlobalFlags {
  readonly policy?: string;
}

export function addLimitsCommand(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const limits = program
    .command("limits")
    .description("Show the ceilings that hold, and how much of them is used.")
    .option("--policy <name>", "of this policy (default: the account's default)")
    .action((_: unknown, command: Command) =>
      inSession<LimitFlags, void>(cli, command, async ({ client, account, flags }) => {
        const query = new URLSearchParams(flags.policy === undefined ? {} : { policy: flags.policy });
        const shown = await client.request({ method: "GET", path: `/v1/limits?${query}`, account }, limitsUseView);
        answer(terminal, flags, shown, ({ policy, limits: uses }) =>
          uses.length === 0
            ? `The policy ${policy} has no ceilings. They stand in its file under limits: (safeguard policy get).`
            : table(terminal, ["CEILING", "PER", "WINDOW", "USED", "MOST", "LEFT", "LESS AT", ""], uses.map(rowOf)),
        );
      }),
    );
  withExamples(limits, [
    ["safeguard limits", "use of each ceiling of the default policy"],
    ["safeguard limits --policy otp --json", "of another policy, for a program"],
  ]);
}

function rowOf(limit: LimitsUse["limits"][number]): string[] {
  const { name, per, window, level, used, most, remaining, currency, resetsAt, keys, crowded, destinations } = limit;
  if (level > 0)
    return [name, per, window, "-", "-", "-", "-", level === 1 ? "of the account above" : `${level} above`];
  const amount = (value: number | null): string => [value ?? "-", ...(currency === null ? [] : [currency])].join(" ");
  const [fullest] = destinations;
  const remarks = [
    ...(fullest === undefined ? [] : [`fullest: ${fullest.destination}`]),
    ...(fullest === undefined && per !== "account" ? [`${keys} counted`] : []),
    ...(crowded ? ["CROWDED: some are counted together"] : []),
  ];
  return [name, per, window, amount(used), amount(most), amount(remaining), resetsAt ?? "-", remarks.join("; ")];
}
