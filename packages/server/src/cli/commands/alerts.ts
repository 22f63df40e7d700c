import type { Command } from "commander";
import type { z } from "zod";
import { testedView } from "../../alerts/alert-routes.ts";
import {
  type AlertSettingsView,
  alertSettingsBody,
  alertSettingsView,
  savedAlertSettingsView,
} from "../../alerts/settings-body.ts";
import { alertView } from "../../incidents/alert-view.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, say, table } from "../print.ts";
import { readText } from "../read-text.ts";
import { harmless } from "../terminal.ts";

interface ListFlags extends GlobalFlags {
  readonly all?: boolean;
}

export function addAlertCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const alerts = program.command("alerts").description("What people should know, and where they are told.");
  withExamples(alerts, [
    ["safeguard alerts list", "what is so now"],
    ["safeguard alerts set alerts.yaml", "where alerts go, from a file"],
    ["safeguard alerts test", "send a test to every channel"],
  ]);

  const list = alerts
    .command("list")
    .description("List the alerts that still are so.")
    .option("--all", "also those that are over")
    .action((_: unknown, command: Command) =>
      inSession<ListFlags, void>(cli, command, async ({ client, account, flags }) => {
        const path = flags.all === true ? "/v1/alerts" : "/v1/alerts?state=open";
        const items = await everyItem(client, { method: "GET", path, account }, alertView);
        answer(terminal, flags, items, (shown) =>
          shown.length === 0
            ? "There are no alerts."
            : table(
                terminal,
                ["RAISED", "OVER", "KIND", "WHAT"],
                shown.map((one) => [one.raisedAt, one.resolvedAt ?? "", one.code, harmless(one.sentence)]),
              ),
        );
      }),
    );
  withExamples(list, [["safeguard alerts list --all --json", "everything that was raised, for a program"]]);

  const settings = alerts
    .command("settings")
    .description("Show where alerts go.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const shown = await client.request({ method: "GET", path: "/v1/alerts/settings", account }, alertSettingsView);
        answer(terminal, flags, shown, (chosen) => settingsText(terminal, chosen));
      }),
    );
  withExamples(settings, [["safeguard alerts settings", "channels, quiet time, threshold"]]);

  const set = alerts
    .command("set")
    .argument("<file>", "the settings as YAML or JSON; - for standard input")
    .description("Set where alerts go. The file replaces all settings; a channel that keeps its id keeps its secret.")
    .action((file: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const body = await settingsFile(cli, file);
        const request = { method: "PUT", path: "/v1/alerts/settings", account, body } as const;
        const saved = await client.request(request, savedAlertSettingsView);
        answer(terminal, flags, saved, (chosen) => settingsText(terminal, chosen));
        for (const [channel, secret] of Object.entries(saved.secrets)) {
          say(terminal, `Secret that signs what ${channel} gets, shown only now: ${secret}`);
        }
      }),
    );
  withExamples(set, [["safeguard alerts set alerts.yaml", "from a file"]]);

  const test = alerts
    .command("test")
    .description("Send a test alert to every channel.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const sent = await client.request({ method: "POST", path: "/v1/alerts/test", account }, testedView);
        answer(terminal, flags, sent, ({ channels }) => `A test is on its way to ${channels.join(", ")}.`);
        say(terminal, "Did it arrive? If not: safeguard webhooks deliveries");
      }),
    );
  withExamples(test, [["safeguard alerts test", "to every channel"]]);
}

const ADD_CHANNEL =
  "Say where they go: safeguard alerts set FILE, with a channel such as {id: ops, type: webhook, url: https://example.com/alerts}";

function settingsText(
  terminal: Cli["terminal"],
  { channels, quiet, minimumPerHour, digestAt, muted }: AlertSettingsView,
) {
  const lines = [
    ...(quiet === null ? [] : [`Quiet from ${quiet.from} until ${quiet.until} (${quiet.timeZone}).`]),
    ...(minimumPerHour === null
      ? []
      : [`Incidents from ${minimumPerHour.amount} ${minimumPerHour.currency} an hour are told.`]),
    ...(digestAt === null ? [] : [`Daily digest at ${digestAt}.`]),
    ...(muted.length === 0 ? [] : [`Not told: ${muted.join(", ")}.`]),
  ];
  if (channels.length === 0) return ["Alerts are listed, and told to nobody.", ADD_CHANNEL, ...lines].join("\n");
  const rows = channels.map(({ id, type, url, to, urgentOnly, pausedSince }) => [
    id,
    type,
    url ?? to.join(" "),
    [...(urgentOnly ? ["urgent only"] : []), ...(pausedSince === null ? [] : [`PAUSED since ${pausedSince}`])].join(
      "; ",
    ),
  ]);
  return [table(terminal, ["CHANNEL", "TYPE", "TO", ""], rows), ...lines].join("\n");
}

async function settingsFile(cli: Cli, file: string): Promise<z.input<typeof alertSettingsBody>> {
  const { parse, YAMLParseError } = await import("yaml");
  const text = await readText(file, cli.terminal);
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw usageFailure(`${file} is no YAML: ${error.message.split("\n", 1)[0]}`);
  }
  const checked = alertSettingsBody.safeParse(content);
  if (checked.success) return content as z.input<typeof alertSettingsBody>;
  const [issue] = checked.error.issues;
  throw usageFailure(`${file} holds no alert settings: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}
