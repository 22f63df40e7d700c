import { type Command, Option } from "commander";
import { z } from "zod";
import { keyView } from "../../accounts/key-body.ts";
import { ROLES } from "../../accounts/permissions.ts";
import { memberView } from "../../members/member-body.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, say, table } from "../print.ts";
import { addSignInCommands } from "./members-sign-in.ts";

const personalKeyView = keyView.extend({ secret: z.string() });

export function addMemberCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const members = program.command("members").description("Persons in an account, each with a role.");
  withExamples(members, [
    ["safeguard members add ann@example.com --name Ann --role operator", "somebody who runs it"],
    ["safeguard members invite mem_4f1x…", "a link by which somebody comes into the console"],
    ["safeguard members list", "who may do what"],
  ]);

  const list = members
    .command("list")
    .description("List the account's members, oldest first.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/members", account }, memberView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["ID", "NAME", "E-MAIL", "ROLE", "SECOND FACTOR", "SINCE"],
            shown.map((one) => [one.id, one.name, one.email, one.role, one.secondFactor, instant(one.createdAt)]),
          ),
        );
      }),
    );
  withExamples(list, [["safeguard members list --json", "for another program"]]);

  const add = members
    .command("add")
    .argument("<email>", "tells who it is, in every account")
    .description("Make a person a member of the account.")
    .requiredOption("--name <name>", "what the person is called")
    .addOption(new Option("--role <role>", "what the person may do").choices(ROLES).makeOptionMandatory())
    .action((email: string, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly name: string; readonly role: string }, void>(
        cli,
        command,
        async ({ client, account, flags }) => {
          const body = { email, name: flags.name, role: flags.role };
          const made = await client.request({ method: "POST", path: "/v1/members", account, body }, memberView);
          answer(terminal, flags, made, (shown) => `${shown.id} (${shown.name}) is ${shown.role}.`);
          say(terminal, `To the console: safeguard members invite ${made.id}`);
          say(terminal, `To the API, by a key: safeguard members key ${made.id} NAME`);
        },
      ),
    );
  withExamples(add, [
    ["safeguard members add ann@example.com --name Ann --role analyst", "looks, and judges incidents"],
  ]);

  const role = members
    .command("role")
    .argument("<id>", "the member, such as mem_…")
    .argument("<role>", ROLES.join(", "))
    .description("Give a member another role; it holds from the next request on.")
    .action((id: string, wanted: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/members/${encodeURIComponent(id)}`;
        const made = await client.request({ method: "PATCH", path, account, body: { role: wanted } }, memberView);
        answer(terminal, flags, made, (shown) => `${shown.id} (${shown.name}) is ${shown.role}.`);
      }),
    );
  withExamples(role, [["safeguard members role mem_4f1x… owner", "may do everything"]]);

  const remove = members
    .command("remove")
    .argument("<id>", "the member, such as mem_…")
    .description("Take a person's rights in the account, and refuse its keys for ever.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/members/${encodeURIComponent(id)}`;
        const gone = await client.request({ method: "DELETE", path, account }, memberView);
        answer(terminal, flags, gone, (shown) => `${shown.id} (${shown.name}) is no member any more.`);
      }),
    );
  withExamples(remove, [["safeguard members remove mem_4f1x…", "somebody who left"]]);

  const key = members
    .command("key")
    .argument("<id>", "the member, such as mem_…")
    .argument("<name>", "what the key is for")
    .description(
      "Make a personal access key: it may do what the role of its person permits. Its secret is shown this once.",
    )
    .option("--test", "reaches only the sandbox")
    .option("--expires <time>", "refused from then on, such as 2027-01-31T00:00:00Z")
    .action((id: string, name: string, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly test?: boolean; readonly expires?: string }, void>(
        cli,
        command,
        async ({ client, account, flags }) => {
          const path = `/v1/members/${encodeURIComponent(id)}/keys`;
          const body = {
            name,
            mode: flags.test === true ? "test" : "live",
            ...(flags.expires !== undefined && { expiresAt: flags.expires }),
          };
          const made = await client.request({ method: "POST", path, account, body }, personalKeyView);
          answer(terminal, flags, made, (shown) => `key     ${shown.id} (${shown.name})\nsecret  ${shown.secret}`);
          say(terminal, "This secret is shown only now.");
        },
      ),
    );
  withExamples(key, [["safeguard members key mem_4f1x… laptop --expires 2027-01-31T00:00:00Z", "for a while"]]);

  addSignInCommands(members, cli);
}
