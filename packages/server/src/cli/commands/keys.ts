import { type Command, Option } from "commander";
import type { z } from "zod";
import { SCOPES } from "../../accounts/api-key.ts";
import { keyView, mintedKeyView } from "../../accounts/key-body.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, say, table } from "../print.ts";
import { reasonFor } from "../reason.ts";

type Key = z.output<typeof keyView>;
type MintedKey = z.output<typeof mintedKeyView>;

/** What a program that sends needs. */
const SENDING = ["messages:send", "messages:read", "decisions:write"];

interface CreateFlags extends GlobalFlags {
  readonly test?: boolean;
  readonly scope?: string[];
  readonly network?: string[];
  readonly policy?: string;
  readonly mayChoose?: string[];
  readonly purpose?: string;
  readonly expires?: string;
}

export function addKeyCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const keys = program.command("keys").description("Keys with which programs call: make, list, replace, revoke.");
  withExamples(keys, [
    ["safeguard keys create 'web shop'", "a key for sending"],
    ["safeguard keys list", "which keys are there"],
  ]);

  const create = keys
    .command("create")
    .argument("<name>", "what the key is for")
    .description("Make a key. Its secrets are shown this once.")
    .option("--test", "reaches only the sandbox")
    .addOption(new Option("--scope <scope...>", `what it may do (default: ${SENDING.join(" ")})`).choices(SCOPES))
    .option("--network <cidr...>", "networks that its clients must come from (default: any)")
    .option("--policy <name>", "policy for messages that name none")
    .option("--may-choose <policy...>", "policies that a message may name")
    .addOption(
      new Option("--purpose <purpose>", "of messages that name none").choices(["otp", "notification", "marketing"]),
    )
    .option("--expires <time>", "refused from then on, such as 2027-01-31T00:00:00Z")
    .action((name: string, _: unknown, command: Command) =>
      inSession<CreateFlags, void>(cli, command, async ({ client, account, flags }) => {
        const key = await client.request(
          {
            method: "POST",
            path: "/v1/keys",
            account,
            body: {
              name,
              mode: flags.test === true ? "test" : "live",
              scopes: flags.scope ?? SENDING,
              ...(flags.network && { networks: flags.network }),
              ...(flags.policy !== undefined && { policy: flags.policy }),
              ...(flags.mayChoose && { mayChoosePolicies: flags.mayChoose }),
              ...(flags.purpose !== undefined && { purpose: flags.purpose }),
              ...(flags.expires !== undefined && { expiresAt: flags.expires }),
            },
          },
          mintedKeyView,
        );
        answer(terminal, flags, key, secretsOf);
        say(terminal, "These secrets are shown only now: keep them where your programs find them.");
      }),
    );
  withExamples(create, [
    ["safeguard keys create 'web shop'", "a key for sending"],
    [
      "safeguard keys create ci --test --expires 2027-01-31T00:00:00Z",
      "a key that reaches only the sandbox, for a while",
    ],
    ["safeguard keys create console --scope policies:read policies:write usage:read", "a key that manages policies"],
  ]);

  const list = keys
    .command("list")
    .description("List the account's keys, oldest first.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/keys", account }, keyView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ID", "NAME", "MODE", "SECRET", "STATE", "SCOPES OR PERSON"],
            shown.map((key) => [
              key.id,
              key.name,
              key.mode,
              `…${key.hint}`,
              stateOf(key),
              key.person ?? key.scopes.join(" "),
            ]),
          ),
        );
      }),
    );
  withExamples(list, [["safeguard keys list --json", "for another program"]]);

  const revoke = keys
    .command("revoke")
    .argument("<id>", "the key, such as key_…")
    .description("Refuse a key from now on, for ever.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/keys/${encodeURIComponent(id)}`;
        const key = await client.request({ method: "DELETE", path, account }, keyView);
        answer(terminal, flags, key, (shown) => `${shown.id} (${shown.name}) is revoked.`);
      }),
    );
  withExamples(revoke, [["safeguard keys revoke key_4f1x…", "a key that leaked"]]);

  for (const [verb, meaning, done] of [
    ["suspend", "Refuse a key from the next request on, until it is resumed.", "is suspended"],
    ["resume", "Let a suspended key in again.", "is good again"],
  ] as const) {
    const command = keys
      .command(verb)
      .argument("<id>", "the key, such as key_…")
      .description(meaning)
      .option("-m, --reason <text>", "why; kept in the audit trail")
      .action((id: string, _: unknown, invoked: Command) =>
        inSession<GlobalFlags & { readonly reason?: string }, void>(
          cli,
          invoked,
          async ({ client, account, flags }) => {
            const path = `/v1/keys/${encodeURIComponent(id)}/${verb}`;
            const body = { reason: await reasonFor(cli, flags) };
            const key = await client.request({ method: "POST", path, account, body }, keyView);
            answer(terminal, flags, key, (shown) => `${shown.id} (${shown.name}) ${done}.`);
          },
        ),
      );
    withExamples(command, [[`safeguard keys ${verb} key_4f1x… --reason 'seen in a log'`, meaning.split(",")[0] ?? ""]]);
  }

  const reroll = keys
    .command("reroll")
    .argument("<id>", "the key, such as key_…")
    .description("Give a key new secrets. The old ones stay good for the overlap.")
    .option("--overlap <hours>", "how long the old secrets stay good", "24")
    .action((id: string, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly overlap: string }, void>(cli, command, async ({ client, account, flags }) => {
        const hours = Number(flags.overlap);
        if (flags.overlap.trim() === "" || !(hours >= 0 && hours <= 720)) {
          throw usageFailure(`--overlap is ${JSON.stringify(flags.overlap)}; it must be hours from 0 to 720.`);
        }
        const path = `/v1/keys/${encodeURIComponent(id)}/reroll`;
        const body = { overlapSeconds: Math.round(hours * 3600) };
        const key = await client.request({ method: "POST", path, account, body }, mintedKeyView);
        answer(terminal, flags, key, secretsOf);
        const until = key.oldSecretsUntil;
        say(
          terminal,
          until === null ? "The old secrets are refused now." : `The old secrets are good until ${instant(until)}.`,
        );
      }),
    );
  withExamples(reroll, [["safeguard keys reroll key_4f1x… --overlap 48", "two days to change the programs"]]);
}

function secretsOf(key: MintedKey): string {
  return [
    `key            ${key.id} (${key.name}, ${key.mode})`,
    `secret         ${key.secret}`,
    `product token  ${key.productToken}   (CM.com clients)`,
    `account SID    ${key.twilioSid}   (Twilio clients)`,
    `auth token     ${key.authToken}   (Twilio clients)`,
  ].join("\n");
}

function stateOf(key: Key): string {
  if (key.revokedAt === null && key.suspendedAt !== null) return `suspended ${instant(key.suspendedAt)}`;
  if (key.revokedAt !== null) return `revoked ${instant(key.revokedAt)}`;
  return key.expiresAt === null ? "good" : `expires ${instant(key.expiresAt)}`;
}
