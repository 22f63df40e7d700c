import type { Command } from "commander";
import { type ExplanationView, explanationView } from "../../decisions/explanation-routes.ts";
import { inSession } from "../action.ts";
import type { Cli } from "../cli.ts";
import { EXIT } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, instant, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { type Terminal, tinted } from "../terminal.ts";

export function addExplainCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const explain = program
    .command("explain")
    .argument("<id>", "a decision (dec_…) or message (msg_…)")
    .description(
      "Say why a recorded decision came out as it did, and decide once more to see whether it agrees. Exit code 3 if not.",
    )
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/decisions/${encodeURIComponent(id)}/explanation`;
        const explanation = await client.request({ method: "GET", path, account }, explanationView);
        answer(terminal, flags, explanation, (shown) => show(terminal, shown));
        if (!explanation.agrees) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(explain, [
    ["safeguard explain msg_0123456789abcdef0123456789abcdef", "why was this message blocked?"],
    ["safeguard explain dec_0123456789abcdef0123456789abcdef --json", "with every finding, for another program"],
  ]);
}

function show(terminal: Terminal, { agrees, problem, recorded, recomputed, levels }: ExplanationView): string {
  const facts: [string, string][] = [
    ["when", instant(recorded.at)],
    ["number", recorded.to],
    ["destination", recorded.destination ?? recorded.candidates.join(", ")],
    ["reason", recorded.reason],
    ...levels.map(({ policy, revision }, index): [string, string] => [
      index === 0 ? "policy" : `above (${index})`,
      revision === 0 ? `${policy}: nothing said` : `${policy}, revision ${revision}`,
    ]),
    ...recorded.findings.map(({ step, action, reason }): [string, string] => [
      `found (${step})`,
      `${action}: ${reason}`,
    ]),
    ...recorded.degraded.map((mark): [string, string] => ["decided without", mark.replaceAll("_", " ")]),
  ];
  const conclusion = agrees
    ? tinted(terminal, "green", "Decided once more on what was recorded, it comes to the same.")
    : tinted(
        terminal,
        "red",
        problem === null
          ? `Decided once more on what was recorded, it does NOT come to the same: ${recomputed?.sentence ?? "it is a number now"}`
          : `It cannot be decided once more: ${problem}.`,
      );
  return [recorded.sentence, "", table(terminal, ["", ""], facts).trimStart(), "", conclusion].join("\n");
}
