import type { Command } from "commander";
import type { z } from "zod";
import { accountPatchBody, accountView, savedAccountView } from "../../accounts/account-body.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, say, table } from "../print.ts";
import { reasonFor } from "../reason.ts";
import { resolveAccount, severalAccounts } from "../resolve-account.ts";

type Account = z.output<typeof accountView>;

export function addAccountCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const accounts = program.command("accounts").description("Accounts and their settings.");
  withExamples(accounts, [
    ["safeguard accounts list", "which accounts are there"],
    ["safeguard accounts set 'Web shop' networks=192.0.2.0/24", "restrict where its clients come from"],
  ]);

  const list = accounts
    .command("list")
    .description("List the accounts, oldest first.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/accounts" }, accountView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ID", "NAME", "PARENT", "POLICY", "CURRENCY", "CREATED"],
            shown.map((one) => [
              one.id,
              one.name,
              one.parent ?? "",
              one.defaultPolicy,
              one.currency,
              instant(one.createdAt),
            ]),
          ),
        );
      }),
    );
  withExamples(list, [["safeguard accounts list --json", "for another program"]]);

  const create = accounts
    .command("create")
    .argument("<name>", "its name")
    .description("Make an account, below another one if --parent names it.")
    .option("--parent <account>", "account above it: its policies bind the new one")
    .option("--currency <code>", "ISO 4217 (default: the parent's, else EUR)")
    .action((name: string, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly parent?: string; readonly currency?: string }, void>(
        cli,
        command,
        async ({ client, flags }) => {
          const parent = await resolveAccount(client, flags.parent ?? flags.account);
          const body = {
            name,
            ...(parent !== undefined && { parent }),
            ...(flags.currency !== undefined && { currency: flags.currency }),
          };
          const made = await client.request({ method: "POST", path: "/v1/accounts", body }, savedAccountView);
          answer(terminal, flags, made, settingsOf);
          say(terminal, `Make its first key: safeguard keys create NAME --account ${made.id}`);
        },
      ),
    );
  withExamples(create, [["safeguard accounts create 'Web shop' --parent acc_1x…", "an account below another"]]);

  const show = accounts
    .command("show")
    .argument("[account]", "its id or name (default: the only one)")
    .description("Show an account's settings.")
    .action((named: string | undefined, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const id = (await resolveAccount(client, named)) ?? account ?? (await onlyAccount(client));
        const path = `/v1/accounts/${encodeURIComponent(id)}`;
        answer(terminal, flags, await client.request({ method: "GET", path }, accountView), settingsOf);
      }),
    );
  withExamples(show, [["safeguard accounts show 'Web shop'", "by its name"]]);

  for (const [verb, meaning, done] of [
    ["suspend", "Refuse an account, and those below it, from the next request on.", "is suspended"],
    ["resume", "Let a suspended account in again.", "is good again"],
  ] as const) {
    const command = accounts
      .command(verb)
      .argument("<account>", "its id or name")
      .description(meaning)
      .option("-m, --reason <text>", "why; kept in the audit trail")
      .action((named: string, _: unknown, invoked: Command) =>
        inSession<GlobalFlags & { readonly reason?: string }, void>(cli, invoked, async ({ client, flags }) => {
          const id = (await resolveAccount(client, named)) ?? named;
          const path = `/v1/accounts/${encodeURIComponent(id)}/${verb}`;
          const body = { reason: await reasonFor(cli, flags) };
          const saved = await client.request({ method: "POST", path, body }, accountView);
          answer(terminal, flags, saved, (shown) => `${shown.id} (${shown.name}) ${done}.`);
        }),
      );
    withExamples(command, [[`safeguard accounts ${verb} 'Web shop' --reason 'a key leaked'`, "at once"]]);
  }

  const set = accounts
    .command("set")
    .argument("<account>", "its id or name")
    .argument("<setting=value...>", `what to change: ${Object.keys(accountPatchBody.shape).join(", ")}`)
    .description("Change settings. Lists are separated by commas; an empty value takes a setting away.")
    .action((named: string, settings: readonly string[], _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, flags }) => {
        const body = settingsFrom(settings);
        const id = (await resolveAccount(client, named)) ?? named;
        const path = `/v1/accounts/${encodeURIComponent(id)}`;
        const saved = await client.request({ method: "PATCH", path, body }, savedAccountView);
        answer(terminal, flags, saved, settingsOf);
        if (saved.webhookSecret !== undefined) {
          say(terminal, "The webhook secret is shown only now: keep it where your webhook checks signatures.");
        }
      }),
    );
  withExamples(set, [
    ["safeguard accounts set 'Web shop' networks=192.0.2.0/24,2001:db8::/32", "where its clients come from"],
    ["safeguard accounts set 'Web shop' answers.cm.destination=reject", "tell CM.com clients of a block at once"],
    ["safeguard accounts set 'Web shop' senderPolicies.SHOP=marketing", "a policy for one sender ID"],
    ["safeguard accounts set 'Web shop' declaredChannels=", "take a setting away"],
  ]);
}

async function onlyAccount(client: Parameters<typeof resolveAccount>[0]): Promise<string> {
  const all = await everyItem(client, { method: "GET", path: "/v1/accounts" }, accountView);
  const [only] = all;
  if (only !== undefined && all.length === 1) return only.id;
  throw await severalAccounts(client);
}

/** Settings that are numbers. */
const NUMBERS = new Set(["expiresAfterHours"]);

const LISTS = new Set(["networks", "declaredChannels"]);

/** `answers.cm.destination=reject` → `{ answers: { cm: { destination: "reject" } } }`. The API checks names and values. */
export function settingsFrom(words: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals < 1) throw usageFailure(`${JSON.stringify(word)} is no setting; write it as networks=192.0.2.0/24.`);
    const path = word.slice(0, equals).split(".");
    let place = settings;
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(place, part) || !isObject(place[part])) place[part] = {};
      const inner = place[part];
      if (isObject(inner)) place = inner;
    }
    place[path.at(-1) ?? ""] = settingValue(path[0] ?? "", path.at(-1) ?? "", word.slice(equals + 1));
  }
  return settings;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function settingValue(setting: string, last: string, text: string): unknown {
  if (setting === "networks") return text === "" ? [] : text.split(",");
  if (text === "") return null;
  if (LISTS.has(setting)) return text.split(",");
  if (NUMBERS.has(last) && Number.isFinite(Number(text))) return Number(text);
  return text === "true" ? true : text === "false" ? false : text;
}

function settingsOf(account: Account & { readonly webhookSecret?: string | undefined }): string {
  const lines = flatten("", account).map(([name, value]): [string, string] => [name, value]);
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join("\n");
}

function flatten(prefix: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return [[prefix, value.join(", ")]];
  if (!isObject(value)) return [[prefix, value === null || value === undefined ? "" : String(value)]];
  return Object.entries(value).flatMap(([name, part]) => flatten(prefix === "" ? name : `${prefix}.${name}`, part));
}
