import { setTimeout as wait } from "node:timers/promises";
import { type Command, Option } from "commander";
import { z } from "zod";
import { CUSTOMER_SHOWN, CUSTOMER_SORTS } from "../../customers/customer-lines.ts";
import { customerIncidentView, customerView } from "../../customers/customer-routes.ts";
import { BASELINE_PARTS } from "../../rollouts/baseline.ts";
import { rolloutTargetView, rolloutView, targetPreviewView } from "../../rollouts/rollout-view.ts";
import { inSession } from "../action.ts";
import type { ApiClient } from "../api-client.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, say, table } from "../print.ts";
import { reasonFor } from "../reason.ts";
import { resolveAccount } from "../resolve-account.ts";

type Rollout = z.output<typeof rolloutView>;

interface BaselineFlags extends GlobalFlags {
  readonly from?: string;
  readonly part?: readonly string[];
  readonly to?: readonly string[];
  readonly first?: readonly string[];
  readonly stages?: string;
  readonly reason?: string;
}

const LOOK_MS = 200;

export function addCustomerCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const customers = program
    .command("customers")
    .description("The accounts below one: how they stand, what goes on, and a baseline policy for them in stages.");
  withExamples(customers, [["safeguard customers list --account Platform", "what each has at risk"]]);

  const list = customers
    .command("list")
    .description("List the accounts below, what needs a person first.")
    .addOption(new Option("--show <which>", "only these").choices(CUSTOMER_SHOWN).default("all"))
    .addOption(new Option("--sort <by>", "in this order").choices(CUSTOMER_SORTS).default("at_risk"))
    .action((_: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly show: string; readonly sort: string }, void>(
        cli,
        command,
        async ({ client, account, flags }) => {
          const path = `/v1/customers?show=${flags.show}&sort=${flags.sort}`;
          const all = await everyItem(client, { method: "GET", path, account }, customerView);
          answer(terminal, flags, all, (shown) =>
            table(
              terminal,
              ["ID", "NAME", "AT RISK/H", "INCIDENTS", "FEEDBACK", "POLICY", "MESSAGES", "BLOCKED", "STATE"],
              shown.map(({ incidents, policy, usage, ...one }) => [
                ...[one.id, one.name, moneyOf(incidents?.atRiskPerHour ?? []), String(incidents?.ongoing ?? "")],
                ...[one.feedback ?? "", policy === null ? "" : policy.open.join(", ") || policy.listMode],
                ...[String(usage?.messages ?? ""), String(usage?.blocked ?? ""), one.suspended ? "suspended" : ""],
              ]),
            ),
          );
        },
      ),
    );
  withExamples(list, [["safeguard customers list --show open_policy", "whose policy lets everything pass"]]);

  const incidents = customers
    .command("incidents")
    .description("List what goes on in all of them, the dearest first.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const request = { method: "GET", path: "/v1/customers/incidents", account } as const;
        const all = await everyItem(client, request, customerIncidentView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ACCOUNT", "NUMBER", "STATE", "DESTINATIONS", "AT RISK/H", "LAST SEEN"],
            shown.map(({ accountName, number, state, destinations, money, lastSeenAt }) => [
              ...[accountName, String(number), state, destinations.join(" ")],
              ...[money.atRiskPerHour === null ? "" : moneyOf([money.atRiskPerHour]), instant(lastSeenAt)],
            ]),
          ),
        );
      }),
    );
  withExamples(incidents, [["safeguard customers incidents --json", "for another program"]]);

  const preview = withBaseline(customers.command("preview"))
    .description("Say for each account what a baseline would change, and change nothing.")
    .action((_: unknown, command: Command) =>
      inSession<BaselineFlags, void>(cli, command, async ({ client, account, flags }) => {
        const body = await baselineFrom(client, flags);
        const previewPage = z.object({ items: z.array(targetPreviewView), next: z.string().nullable() });
        const all: z.output<typeof targetPreviewView>[] = [];
        let path: string | undefined = "/v1/rollouts/preview";
        while (path !== undefined) {
          const page: z.output<typeof previewPage> = await client.request(
            { method: "POST", path, account, body },
            previewPage,
          );
          all.push(...page.items);
          path = page.next === null ? undefined : `/v1/rollouts/preview?cursor=${encodeURIComponent(page.next)}`;
        }
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ACCOUNT", "CHANGES", "LOOSENS", "WOULD STOP", "VERIFIED", "WOULD OPEN", "NOTE"],
            shown.map(({ name, changed, loosens, waits, keptIn, stopped, opened }) => [
              ...[name, String(changed), loosens ? "yes" : "no", String(stopped?.messages ?? "")],
              ...[String(stopped?.verified ?? ""), String(opened?.messages ?? "")],
              keptIn !== null ? `kept in ${keptIn}` : waits ? "waits for a second person" : "",
            ]),
          ),
        );
      }),
    );
  withExamples(preview, [
    ["safeguard customers preview --from 'Model shop' --part destinations", "of one account, for all others"],
  ]);

  const prepare = withBaseline(customers.command("prepare"))
    .description("Prepare a roll-out of a baseline; nobody has it before `customers next`.")
    .option("--first <account...>", "these get it first, as a stage of their own")
    .option("--stages <shares>", "per cent of the accounts that have it after each stage", "5,25,100")
    .option("-m, --reason <text>", "why; shown in each account's history")
    .action((_: unknown, command: Command) =>
      inSession<BaselineFlags, void>(cli, command, async ({ client, account, flags }) => {
        const body = {
          ...(await baselineFrom(client, flags)),
          first: await idsOf(client, flags.first ?? []),
          stages: sharesFrom(flags.stages ?? ""),
          reason: await reasonFor(cli, flags),
        };
        const made = await client.request({ method: "POST", path: "/v1/rollouts", account, body }, rolloutView);
        answer(terminal, flags, made, wordsOf);
        say(terminal, `Begin it: safeguard customers next ${made.id}`);
      }),
    );
  withExamples(prepare, [
    ["safeguard customers prepare --from 'Model shop' --stages 5,25,100 --reason 'winter'", "three stages"],
  ]);

  const rollouts = customers
    .command("rollouts")
    .description("List the roll-outs, newest first.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/rollouts", account }, rolloutView);
        answer(terminal, flags, all, (shown) => shown.map(wordsOf).join("\n") || "Nothing has been rolled out yet.");
      }),
    );
  withExamples(rollouts, [["safeguard customers rollouts --json", "for another program"]]);

  const status = customers
    .command("rollout")
    .argument("<id>", "rol_…")
    .description("Say which accounts have it, and what became of the others.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/rollouts/${encodeURIComponent(id)}/accounts`;
        const all = await everyItem(client, { method: "GET", path, account }, rolloutTargetView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ACCOUNT", "STAGE", "OUTCOME", "REVISIONS", "UNDONE", "NOTE"],
            shown.map(({ name, stage, applied, undone }) => [
              ...[name, String(stage), applied?.outcome ?? "not yet", applied?.revisions.join(" ") ?? ""],
              ...[undone?.outcome ?? "", applied?.problem ?? applied?.proposal ?? ""],
            ]),
          ),
        );
      }),
    );
  withExamples(status, [["safeguard customers rollout rol_4f1x…", "who has it"]]);

  const next = customers
    .command("next")
    .argument("<id>", "rol_…")
    .description("Begin the next stage, and wait until it is done. Cut off, it goes on by itself.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/rollouts/${encodeURIComponent(id)}`;
        const before = await client.request({ method: "GET", path, account }, rolloutView);
        const stage = before.stages.filter(({ begunAt }) => begunAt !== null).length + 1;
        await client.request({ method: "POST", path: `${path}/stages`, account, body: { stage } }, rolloutView);
        answer(terminal, flags, await whenDone(client, path, account), wordsOf);
      }),
    );
  withExamples(next, [["safeguard customers next rol_4f1x…", "the first stage, then the second …"]]);

  for (const [verb, meaning, example] of [
    ["stop", "Stop a roll-out: nobody else gets it, and who has it keeps it.", "wrong list"],
    ["undo", "Give back what they had to those that have it; what was changed since stays.", "too early"],
  ] as const) {
    const act = customers
      .command(verb)
      .argument("<id>", "rol_…")
      .description(meaning)
      .option("-m, --reason <text>", "why; kept in the audit trail")
      .action((id: string, _: unknown, command: Command) =>
        inSession<GlobalFlags & { readonly reason?: string }, void>(
          cli,
          command,
          async ({ client, account, flags }) => {
            const path = `/v1/rollouts/${encodeURIComponent(id)}`;
            const body = { reason: await reasonFor(cli, flags) };
            await client.request({ method: "POST", path: `${path}/${verb}`, account, body }, rolloutView);
            answer(terminal, flags, await whenDone(client, path, account), wordsOf);
          },
        ),
      );
    withExamples(act, [[`safeguard customers ${verb} rol_4f1x… --reason '${example}'`, "with the reason"]]);
  }
}

function withBaseline(command: Command): Command {
  return command
    .option("--from <account>", "whose default policy is the baseline (default: the account's own)")
    .addOption(
      new Option("--part <part...>", "what of it; the rest stays each account's own")
        .choices(BASELINE_PARTS)
        .default(["destinations"]),
    )
    .option("--to <account...>", "which accounts, by id or name (default: all below)");
}

async function baselineFrom(client: ApiClient, { from, part = [], to }: BaselineFlags) {
  const source = await resolveAccount(client, from);
  return {
    source: source === undefined ? {} : { account: source },
    parts: [...part],
    ...(to !== undefined && { accounts: await idsOf(client, to) }),
  };
}

async function idsOf(client: ApiClient, named: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of named) ids.push((await resolveAccount(client, name)) ?? name);
  return ids;
}

function sharesFrom(text: string): readonly number[] {
  const shares = text.split(",").map(Number);
  if (shares.every((share) => share > 0 && share <= 100)) return shares;
  throw usageFailure(`--stages ${text} is no list of per cents; write it as 5,25,100.`);
}

async function whenDone(client: ApiClient, path: string, account: string | undefined): Promise<Rollout> {
  for (;;) {
    const rollout = await client.request({ method: "GET", path, account }, rolloutView);
    if (rollout.state !== "running" && rollout.state !== "undoing") return rollout;
    await wait(LOOK_MS);
  }
}

function wordsOf({ id, state, reason, targets, stages, applied, undone }: Rollout): string {
  const done = stages.at(-1)?.done ?? 0;
  const counts = Object.entries(state === "undone" ? undone : applied)
    .filter(([, count]) => count > 0)
    .map(([how, count]) => `${count} ${how.replaceAll("_", " ")}`);
  const sizes = stages.map((stage) => stage.targets).join(", ");
  return `${id} ${state}: ${done} of ${targets} accounts (stages of ${sizes})${counts.length === 0 ? "" : `: ${counts.join(", ")}`}. ${reason}`;
}

function moneyOf(amounts: readonly { readonly amount: string; readonly currency: string }[]): string {
  return amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(" + ");
}
