import { Argument, type Command, Option } from "commander";
import { z } from "zod";
import { messageView } from "../../gateway/inbound/native/message-body.ts";
import { destinationName } from "../../policies/destination-names.ts";
import { SETTLED_OUTCOMES } from "../../store/journal-record.ts";
import { MESSAGE_STATUSES } from "../../store/store.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { apiId, fateOf, findMessage } from "../find-message.ts";
import { answer, instant, table } from "../print.ts";

interface ListFlags extends GlobalFlags {
  readonly limit: string;
  readonly to?: string;
  readonly status?: string;
}

interface SettleFlags extends GlobalFlags {
  readonly reason: string;
}

const page = z.object({ items: z.array(messageView) });

export function addMessageCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const messages = program
    .command("messages")
    .description("Messages that were sent or stopped, and what became of them.");
  withExamples(messages, [
    ["safeguard messages list", "the latest"],
    ["safeguard messages show SM0123456789abcdef0123456789abcdef", "one, by the SID that a Twilio client has"],
  ]);

  const list = messages
    .command("list")
    .description("List the account's messages, newest first.")
    .option("--limit <number>", "how many at most", "20")
    .option("--to <number>", "only those to this recipient")
    .addOption(new Option("--status <status>", "only those in this state").choices(MESSAGE_STATUSES))
    .action((_: unknown, command: Command) =>
      inSession<ListFlags, void>(cli, command, async ({ client, account, flags }) => {
        if (!/^[1-9]\d{0,2}$/.test(flags.limit)) throw usageFailure("--limit must be a whole number from 1 to 999.");
        const body = {
          limit: Number(flags.limit),
          ...(flags.to !== undefined && { to: flags.to }),
          ...(flags.status !== undefined && { status: flags.status }),
        };
        const { items } = await client.request({ method: "POST", path: "/v1/messages/search", account, body }, page);
        answer(terminal, flags, items, (shown) =>
          shown.length === 0
            ? "There are none."
            : table(
                terminal,
                ["ID", "WHEN", "TO", "FROM", "STATUS", "PROVIDER", "REASON"],
                shown.map((one) => [
                  one.id,
                  instant(one.at),
                  one.to,
                  one.from,
                  one.status.replaceAll("_", " "),
                  one.provider ?? "",
                  one.reason,
                ]),
              ),
        );
      }),
    );
  withExamples(list, [
    ["safeguard messages list --to +31612345678", "what happened to this number's messages?"],
    ["safeguard messages list --status queued", "what waits for its turn"],
    ["safeguard messages list --status in_doubt --json", "which may or may not have been sent, for another program"],
  ]);

  const show = messages
    .command("show")
    .argument("<id>", "the message: msg_…, or as clients see it, SM… or 32 hex digits")
    .description("Show a message and what became of it. `safeguard explain` tells why.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const message = await findMessage(client, account, apiId(id));
        if (message === undefined) throw new CommandFailed(`There is no message ${id}.`);
        answer(terminal, flags, message, (shown) =>
          table(
            terminal,
            ["", ""],
            [
              ["id", shown.id],
              ["when", instant(shown.at)],
              ["to", shown.to],
              ["destination", shown.candidates.map((code) => `${destinationName(code)} (${code})`).join(", ")],
              ["from", shown.from],
              ...(shown.reference === null ? [] : [["reference", shown.reference]]),
              ...fateOf(shown),
              ["decision", shown.sentence],
            ],
          ).trimStart(),
        );
      }),
    );
  withExamples(show, [["safeguard messages show msg_0123456789abcdef0123456789abcdef", "one message"]]);

  const cancel = messages
    .command("cancel")
    .argument("<id>", "the message, as for `show`")
    .description("Cancel a message that waits (queued, scheduled or held): it is not sent any more.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/messages/${apiId(id)}/cancel`;
        const canceled = await client.request({ method: "POST", path, account }, messageView);
        answer(terminal, flags, canceled, ({ id: shown, status }) => `${shown} is ${status}.`);
      }),
    );
  withExamples(cancel, [
    ["safeguard messages cancel msg_0123456789abcdef0123456789abcdef", "it is not to go out after all"],
  ]);

  const settle = messages
    .command("settle")
    .argument("<id>", "the message, as for `show`")
    .addArgument(new Argument("<outcome>", "what you found out").choices(SETTLED_OUTCOMES))
    .requiredOption("--reason <text>", "how you know; kept in the audit trail")
    .description("Say what became of a message in doubt. Nothing is sent by it.")
    .action((id: string, outcome: string, _: unknown, command: Command) =>
      inSession<SettleFlags, void>(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/messages/${apiId(id)}/settle`;
        const body = { outcome, reason: flags.reason };
        const settled = await client.request({ method: "POST", path, account, body }, messageView);
        answer(terminal, flags, settled, ({ id: shown, status }) => `${shown} is ${status}.`);
      }),
    );
  withExamples(settle, [
    [
      'safeguard messages settle msg_0123456789abcdef0123456789abcdef sent --reason "it stands in the provider\'s log"',
      "the provider has it",
    ],
  ]);
}
