import type { Command } from "commander";
import type { z } from "zod";
import { usageView } from "../../usage/usage-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";

interface UsageFlags extends GlobalFlags {
  readonly from?: string;
  readonly until?: string;
  readonly below?: boolean;
}

type Usage = z.output<typeof usageView>;

export function addUsageCommand(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const usage = program
    .command("usage")
    .description("Count messages and money by day and destination. What was blocked is not billable.")
    .option("--from <day>", "first day, such as 2027-01-01 (default: the first of the month)")
    .option("--until <day>", "last day, included (default: today)")
    .option("--below", "the accounts below this one, too")
    .action((_: unknown, command: Command) =>
      inSession<UsageFlags, void>(cli, command, async ({ client, account, flags }) => {
        const query = new URLSearchParams({
          ...(flags.from !== undefined && { from: flags.from }),
          ...(flags.until !== undefined && { until: flags.until }),
          ...(flags.below === true && { below: "true" }),
        });
        const shown = await client.request({ method: "GET", path: `/v1/usage?${query}`, account }, usageView);
        answer(terminal, flags, shown, ({ from, until, days, total }) =>
          days.length === 0
            ? `Nothing from ${from} to ${until}.`
            : table(
                terminal,
                ["DAY", "DESTINATION", "DECIDED", "BLOCKED", "BILLABLE", "SEGMENTS", "DELIVERED", "SPEND"],
                [...days.map((day) => [day.day, day.destination, ...countsOf(day)]), ["total", "", ...countsOf(total)]],
              ),
        );
      }),
    );
  withExamples(usage, [
    ["safeguard usage", "this month"],
    ["safeguard usage --from 2027-01-01 --until 2027-01-31 --below --json", "January, with the accounts below"],
  ]);
}

function countsOf(counts: Usage["total"]): (string | number)[] {
  const { decided, blocked, billable, billableSegments, delivered, spend } = counts;
  return [
    decided,
    blocked,
    billable,
    billableSegments,
    delivered,
    spend.map(({ amount, currency }) => `${amount} ${currency}`).join(", "),
  ];
}
