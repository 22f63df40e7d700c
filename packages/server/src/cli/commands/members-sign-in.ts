import type { Command } from "commander";
import type { z } from "zod";
import { pathView } from "../../sign-in/sign-in-body.ts";
import { flagsOf, inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { withClient } from "../connect.ts";
import { answer, instant, say } from "../print.ts";

/** `members invite`, `reset-password` and `sign-out`: how people come into the console, and out of it. */
export function addSignInCommands(members: Command, cli: Cli): void {
  const { terminal } = cli;
  const show = (flags: GlobalFlags, made: z.output<typeof pathView>, address: string | undefined): void => {
    const link = made.url ?? `${address ?? ""}${made.path}`;
    answer(terminal, flags, { ...made, url: made.url ?? (address === undefined ? null : link) }, () => link);
    say(terminal, `Good once, until ${instant(made.until)}. Whoever has the link can use it: hand it over safely.`);
    if (made.url === null && address === undefined) say(terminal, "Put the address of your server before it.");
  };

  const invite = members
    .command("invite")
    .argument("<id>", "the member, such as mem_…")
    .description("Make a link by which a member chooses a password for the console; good for a week.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/members/${encodeURIComponent(id)}/invitation`;
        show(flags, await client.request({ method: "POST", path, account }, pathView), client.address);
      }),
    );
  withExamples(invite, [["safeguard members invite mem_4f1x…", "prints the link to send to the person"]]);

  const reset = members
    .command("reset-password")
    .argument("<email>", "with which the person signs in")
    .description(
      "Make a link by which a person sets a new password; good for an hour. Used, it ends the person's sessions. For the operator alone.",
    )
    .option("--remove-second-factor", "when the link is used, take the second factor away: it was lost with its codes")
    .action((email: string, _: unknown, command: Command) => {
      const flags = flagsOf<GlobalFlags & { readonly removeSecondFactor?: boolean }>(command);
      return withClient(cli, flags, async (client) => {
        const body = { email, removeSecondFactor: flags.removeSecondFactor === true };
        const request = { method: "POST", path: "/v1/sign-in/reset-link", body } as const;
        show(flags, await client.request(request, pathView), client.address);
      });
    });
  withExamples(reset, [
    ["safeguard members reset-password ann@example.com", "a forgotten password"],
    ["safeguard members reset-password ann@example.com --remove-second-factor", "a lost phone, and no recovery code"],
  ]);

  const signOut = members
    .command("sign-out")
    .argument("<email>", "with which the person signs in")
    .description("End every session of a person in the console. For the operator alone.")
    .action((email: string, _: unknown, command: Command) => {
      const flags = flagsOf<GlobalFlags>(command);
      return withClient(cli, flags, async (client) => {
        await client.perform({ method: "POST", path: "/v1/sign-in/sign-out", body: { email } });
        answer(terminal, flags, { email }, () => `${email} is signed in nowhere any more.`);
      });
    });
  withExamples(signOut, [["safeguard members sign-out ann@example.com", "a stolen laptop"]]);
}
