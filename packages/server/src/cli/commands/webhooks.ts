import type { Command } from "commander";
import { pageView } from "../../api/page.ts";
import { deliveryView } from "../../webhooks/delivery-view.ts";
import { receiversView, replayedView } from "../../webhooks/webhook-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";

interface DeliveryFlags extends GlobalFlags {
  readonly state?: string;
  readonly limit: string;
}

interface ReplayFlags extends GlobalFlags {
  readonly failedSince?: string;
}

const NO_SERVERS = [
  "No server is told anything yet.",
  "What becomes of messages: safeguard accounts set ACCOUNT reports.webhookUrl=https://example.com/reports",
  "Alerts: safeguard alerts set FILE, with a channel such as {id: ops, type: webhook, url: https://example.com/alerts}",
].join("\n");

export function addWebhookCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const webhooks = program.command("webhooks").description("What customers' servers are told, and how that goes.");
  withExamples(webhooks, [
    ["safeguard webhooks list", "which servers, and which are paused"],
    ["safeguard webhooks deliveries --state failed", "what was given up"],
    ["safeguard webhooks replay --failed-since 2026-11-22T00:00:00Z", "tell it once more"],
  ]);

  const list = webhooks
    .command("list")
    .description("List the servers that webhooks go to.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const { items } = await client.request({ method: "GET", path: "/v1/webhooks", account }, receiversView);
        answer(terminal, flags, items, (shown) =>
          shown.length === 0
            ? NO_SERVERS
            : table(
                terminal,
                ["SERVER", "PAUSED SINCE"],
                shown.map((one) => [one.receiver, one.pausedSince ?? ""]),
              ),
        );
      }),
    );
  withExamples(list, [["safeguard webhooks list", "which servers, and which are paused"]]);

  const deliveries = webhooks
    .command("deliveries")
    .description("List what was told, or is to be told, newest first.")
    .option("--state <state>", "only waiting, taken or failed ones")
    .option("--limit <count>", "how many at most", "50")
    .action((_: unknown, command: Command) =>
      inSession<DeliveryFlags, void>(cli, command, async ({ client, account, flags }) => {
        const query = new URLSearchParams({ limit: flags.limit, ...(flags.state && { state: flags.state }) });
        const page = pageView(deliveryView, "WebhookDeliveryPage");
        const path = `/v1/webhooks/deliveries?${query}`;
        const { items } = await client.request({ method: "GET", path, account }, page);
        answer(terminal, flags, items, (shown) =>
          shown.length === 0
            ? `Nothing${flags.state === undefined ? "" : ` ${flags.state}`} to show: no webhook was queued in the last 30 days. Which servers there are: safeguard webhooks list`
            : table(
                terminal,
                ["DELIVERY", "QUEUED", "WHAT", "TO", "STATE", "TRIES", "LAST"],
                shown.map((one) => [
                  one.delivery,
                  one.queuedAt,
                  one.type,
                  one.receiver,
                  one.state,
                  String(one.attempts),
                  one.lastError ?? (one.lastStatus === null ? "" : String(one.lastStatus)),
                ]),
              ),
        );
      }),
    );
  withExamples(deliveries, [["safeguard webhooks deliveries --state failed", "what was given up"]]);

  const replay = webhooks
    .command("replay")
    .argument("[delivery]", "one delivery, by the id in the list")
    .description("Tell one thing once more, or everything that was given up since a time.")
    .option("--failed-since <time>", "everything that was queued then or later, and given up")
    .action((delivery: string | undefined, _: unknown, command: Command) =>
      inSession<ReplayFlags, void>(cli, command, async ({ client, account, flags }) => {
        const since = flags.failedSince;
        if ((delivery === undefined) === (since === undefined)) {
          throw usageFailure("Say which delivery, or --failed-since and a time.");
        }
        if (delivery !== undefined) {
          const path = `/v1/webhooks/deliveries/${encodeURIComponent(delivery)}/replay`;
          const again = await client.request({ method: "POST", path, account }, deliveryView);
          answer(
            terminal,
            flags,
            again,
            (one) => `${one.type} is told to ${one.receiver} once more (${one.delivery}).`,
          );
          return;
        }
        const request = { method: "POST", path: "/v1/webhooks/replay", account, body: { since } } as const;
        const done = await client.request(request, replayedView);
        answer(terminal, flags, done, ({ replayed }) => `Told once more: ${replayed}.`);
      }),
    );
  withExamples(replay, [
    ["safeguard webhooks replay --failed-since 2026-11-22T00:00:00Z", "everything that was given up since"],
  ]);

  const resume = webhooks
    .command("resume")
    .argument("<server>", "as the list names it")
    .description("Tell a paused server again.")
    .action((receiver: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const request = { method: "POST", path: "/v1/webhooks/resume", account, body: { receiver } } as const;
        const { items } = await client.request(request, receiversView);
        answer(
          terminal,
          flags,
          items,
          () => `${receiver} is told again. What it missed: safeguard webhooks replay --failed-since …`,
        );
      }),
    );
  withExamples(resume, [["safeguard webhooks resume https://example.com", "after it was mended"]]);
}
