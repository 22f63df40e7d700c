import type { Command } from "commander";
import { type SendingView, sendingView } from "../../sending/sending-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { answer, instant } from "../print.ts";
import { reasonFor } from "../reason.ts";

interface ResumeFlags extends GlobalFlags {
  readonly reason?: string;
}

/** `sending`: whether what waited in the store may be sent, and the word that it may. */
export function addSendingCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const sending = program
    .command("sending")
    .description("Show whether what waits is sent; in a store that was restored or copied it is not, until you say so.")
    .action((_: unknown, command: Command) =>
      inSession<GlobalFlags, void>(cli, command, async ({ client, flags }) => {
        const shown = await client.request({ method: "GET", path: "/v1/sending" }, sendingView);
        answer(terminal, flags, shown, wordsOf);
      }),
    );
  const resume = sending
    .command("resume")
    .description("Send what waited in a restored store. Only when nothing else goes on from the same data.")
    .option("-m, --reason <text>", "why; kept in the record")
    .action((_: unknown, command: Command) =>
      inSession<ResumeFlags, void>(cli, command, async ({ client, flags }) => {
        const reason = await reasonFor(cli, flags);
        const request = { method: "POST", path: "/v1/sending/resume", body: { reason } } as const;
        answer(terminal, flags, await client.request(request, sendingView), wordsOf);
      }),
    );
  withExamples(sending, [
    ["safeguard sending", "after a restore: how much waits, and why it is held back"],
    ["safeguard sending resume -m 'the old machine is gone'", "let it go"],
  ]);
  withExamples(resume, [["safeguard sending resume -m 'the old machine is gone'", "what waited is sent"]]);
}

function wordsOf({ restored }: SendingView): string {
  if (restored === null) return "Everything that waits is sent when its time comes.";
  const { why, since, messages, notices } = restored;
  return [
    `HELD since ${instant(since)}, because ${why}:`,
    `  ${messages} messages and ${notices} notices wait from before, and are not sent. What comes in anew is.`,
    "  Some of it may have been sent since, from where the backup or copy was taken. When nothing goes on there:",
    "  safeguard sending resume -m 'why'",
  ].join("\n");
}
