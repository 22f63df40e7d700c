import type { Command } from "commander";
import { type ExplanationView, explanationView } from "../../decisions/explanation-routes.ts";
import type { MessageJson } from "../../gateway/inbound/native/message-body.ts";
import { destinationName } from "../../policies/destination-names.ts";
import { inSession } from "../action.ts";
import type { Cli } from "../cli.ts";
import { EXIT } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { apiId, fateOf, findMessage } from "../find-message.ts";
import { answer, instant, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { type Terminal, tinted } from "../terminal.ts";

export function addExplainCommand(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const explain = program
    .command("explain")
    .argument("<id>", "a decision (dec_…) or message (msg_…), also as clients see it: SM… or 32 hex digits")
    .description(
      "Say why a recorded decision came out as it did, and decide once more to see whether it agrees. Exit code 3 if not.",
    )
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/decisions/${apiId(id)}/explanation`;
        const explanation = await client.request({ method: "GET", path, account }, explanationView);
        const isMessage = explanation.recorded.id.startsWith("msg_");
        const message = isMessage ? await findMessage(client, account, explanation.recorded.id) : undefined;
        answer(terminal, flags, { ...explanation, message: message ?? null }, (shown) =>
          show(terminal, shown, message),
        );
        if (!explanation.agrees) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(explain, [
    ["safeguard explain msg_0123456789abcdef0123456789abcdef", "why was this message blocked?"],
    ["safeguard explain SM0123456789abcdef0123456789abcdef", "the same, by the SID that a Twilio client has"],
    ["safeguard explain dec_0123456789abcdef0123456789abcdef --json", "with every finding, for another program"],
  ]);
}

function show(terminal: Terminal, explanation: ExplanationView, message: MessageJson | undefined): string {
  const { agrees, problem, recorded, recomputed, levels } = explanation;
  const facts: [string, string][] = [
    ["when", instant(recorded.at)],
    ["number", recorded.to],
    ["destination", recorded.candidates.map((code) => `${destinationName(code)} (${code})`).join(", ")],
    ["reason", recorded.reason],
    ...levels.map(({ policy, revision }, index): [string, string] => [
      index === 0 ? "policy" : `above (${index})`,
      revision === 0 ? `${policy}: nothing said` : `${policy}, revision ${revision}`,
    ]),
    ...recorded.findings.map(({ step, action, reason }): [string, string] => [
      `found (${step})`,
      `${action}: ${reason}`,
    ]),
    ...(message === undefined ? [] : fateOf(message)),
    ...recorded.degraded.map((mark): [string, string] => ["decided without", mark.replaceAll("_", " ")]),
  ];
  const byEvidence = recorded.findings.some(({ type }) => type === "detection")
    ? " What detection said was held against the evidence recorded with it."
    : "";
  const conclusion = agrees
    ? tinted(terminal, "green", `Decided once more on what was recorded, it comes to the same.${byEvidence}`)
    : tinted(
        terminal,
        "red",
        problem === null
          ? `Decided once more on what was recorded, it does NOT come to the same: ${recomputed?.sentence ?? "it is a number now"}`
          : `It cannot be decided once more: ${problem}.`,
      );
  return [recorded.sentence, "", table(terminal, ["", ""], facts).trimStart(), "", conclusion].join("\n");
}
