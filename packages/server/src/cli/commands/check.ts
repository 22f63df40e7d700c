import { CHANNELS, type Channel, PURPOSES, type Purpose } from "@safeguard/core";
import { type Command, Option } from "commander";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, say, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { tinted } from "../terminal.ts";

interface CheckFlags extends GlobalFlags {
  readonly policy?: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly at?: string;
  readonly expect?: "allow" | "block";
}

export function addCheckCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const check = program
    .command("check")
    .argument(
      "<number>",
      "the recipient, or - for many: one a line on standard input, one JSON line each on standard output",
    )
    .description(
      "Say whether a message to a number may go out, and why: for one number with what detection says now, for many by the rules alone. Nothing is sent or recorded.",
    )
    .option("--policy <name>", "policy to decide by (default: the account's)")
    .addOption(new Option("--channel <channel>", "how the message travels").choices(CHANNELS).default("sms"))
    .addOption(new Option("--purpose <purpose>", "what the message is for").choices(PURPOSES).default("otp"))
    .option("--at <time>", "decide as at this time, such as 2027-01-31T00:00:00Z (default: now)")
    .addOption(new Option("--expect <action>", "exit with code 3 if the answer is another").choices(["allow", "block"]))
    .action((number: string, _: unknown, command: Command) =>
      inSession<CheckFlags, void>(cli, command, async ({ client, account, flags }) => {
        const [{ loadPolicyLevels }, { numberChecker }] = await Promise.all([
          import("../load-policy-levels.ts"),
          import("../check-number.ts"),
        ]);
        const loaded = await loadPolicyLevels(client, account, flags.policy, instantOf(flags.at));
        const decideNumber = numberChecker({ ...loaded, channel: flags.channel, purpose: flags.purpose });
        if (number === "-") {
          if (flags.expect !== undefined) throw usageFailure("--expect is for one number, not for -.");
          if (terminal.interactive) say(terminal, "Reading numbers, one a line; end with Ctrl-D.");
          const { checkLines } = await import("../check-lines.ts");
          await checkLines(terminal.input, terminal.output, (text) => decideNumber(text).check);
          return;
        }
        const [{ explainCheck }, { askDetection, detectionNow }] = await Promise.all([
          import("../explain-check.ts"),
          import("../ask-detection.ts"),
        ]);
        const checked = decideNumber(number);
        const explanation = explainCheck(checked);
        // At another time nobody knows what detection will have seen.
        const now =
          flags.at === undefined && checked.verdict?.action === "allow"
            ? await askDetection(client, account, { ...flags, policy: loaded.policy, to: checked.check.to ?? number })
            : undefined;
        const { action, reason, sentence } = now ?? { ...checked.check, sentence: explanation.sentence };
        const shown = {
          ...checked.check,
          action,
          reason,
          sentence,
          ...(now !== undefined && { score: now.score, ...(now.would !== undefined && { would: now.would }) }),
        };
        answer(terminal, flags, shown, ({ policyRevision }) =>
          [
            tinted(terminal, action === "allow" ? "green" : "red", sentence),
            "",
            table(
              terminal,
              ["", ""],
              [
                ...explanation.facts.map(([name, value]) => [name, name === "reason" ? reason : value]),
                ...(now === undefined ? [] : [["now", detectionNow(now)]]),
                ["policy", `${loaded.policy}, revision ${policyRevision}`],
              ],
            ).trimStart(),
          ].join("\n"),
        );
        if (flags.expect !== undefined && (action === "allow") !== (flags.expect === "allow")) {
          status.exitCode = EXIT.finding;
        }
      }),
    );
  withExamples(check, [
    ["safeguard check +2348012345678", "one number, in plain text"],
    [
      "safeguard check +2348012345678 --policy marketing --channel voice --json",
      "by another policy, for another program",
    ],
    ["safeguard check - < numbers.txt > decisions.jsonl", "many numbers, one JSON line each in the same order"],
    ["safeguard check +31612345678 --expect allow", "in a test: exit code 3 if it would be blocked"],
  ]);
}

function instantOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw usageFailure(`--at is ${JSON.stringify(text)}; write it as 2027-01-31T00:00:00Z.`);
  return new Date(time).toISOString();
}
