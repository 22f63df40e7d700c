import type { Command } from "commander";
import { actProposalView } from "../../approvals/act-routes.ts";
import { proposalResultView, proposalView } from "../../policies/proposal-routes.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { defaultPolicy } from "../load-policy-levels.ts";
import { answer, instant } from "../print.ts";
import { reasonFor } from "../reason.ts";
import { showChanges } from "../show-changes.ts";

type DecisionFlags = GlobalFlags & { readonly policy?: string; readonly reason?: string };

export function addApprovalCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const approvals = program
    .command("approvals")
    .description(
      "Changes that loosen, and wait for a second person (accounts set ACCOUNT fourEyes.expiresAfterHours=72).",
    );
  withExamples(approvals, [["safeguard approvals list", "what waits"]]);

  const list = approvals
    .command("list")
    .description("List what waits for approval, newest first, with what it would change.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/approvals", account }, proposalView);
        const acts = await everyItem(client, { method: "GET", path: "/v1/approvals/acts", account }, actProposalView);
        answer(terminal, flags, [...all, ...acts], () =>
          all.length + acts.length === 0
            ? "Nothing waits for approval."
            : all
                .map(({ policy, number, revisions: [first], comparison }) =>
                  [
                    `${policy} ${number}: ${first?.reason ?? ""}`,
                    `proposed by ${first?.author.name ?? ""}, void after ${instant(first?.proposal?.expiresAt ?? "")}`,
                    showChanges(terminal, comparison),
                  ].join("\n"),
                )
                .concat(
                  acts.map(({ id, what, reason, author, expiresAt }) =>
                    [
                      `${id}: ${what}${reason === null ? "" : ` (${reason})`}`,
                      `proposed by ${author}, void after ${instant(expiresAt)}`,
                    ].join("\n"),
                  ),
                )
                .join("\n\n"),
        );
      }),
    );
  withExamples(list, [["safeguard approvals list --json", "for another program"]]);

  for (const [verb, meaning, done, example] of [
    ["approve", "Bring what another has proposed into force.", "is approved", "agreed with Ann"],
    ["reject", "Reject what was proposed.", "is rejected", "Nigeria stays closed"],
    ["withdraw", "Withdraw what you have proposed yourself.", "is withdrawn", "not needed any more"],
  ] as const) {
    const command = approvals
      .command(verb)
      .argument("<proposal>", "its revision's number, or its id (prp_…)")
      .description(meaning)
      .option("-m, --reason <text>", "why; kept in the history")
      .option("--policy <name>", "its policy (default: the account's default policy)")
      .action((number: string, _: unknown, invoked: Command) =>
        inSession<DecisionFlags, void>(cli, invoked, async ({ client, account, flags }) => {
          if (number.startsWith("prp_")) {
            const path = `/v1/approvals/acts/${encodeURIComponent(number)}/${verb}`;
            const body = { reason: await reasonFor(cli, flags) };
            const decided = await client.request({ method: "POST", path, account, body }, actProposalView);
            answer(terminal, flags, decided, ({ id, what }) => `${id} ${done}: ${what}.`);
            return;
          }
          const policy = flags.policy ?? (await defaultPolicy(client, account));
          const path = `/v1/policies/${encodeURIComponent(policy)}/revisions/${encodeURIComponent(number)}/${verb}`;
          const body = { reason: await reasonFor(cli, flags) };
          const result = await client.request({ method: "POST", path, account, body }, proposalResultView);
          answer(terminal, flags, result, ({ revisions }) => {
            const made = verb === "approve" ? `: revision ${revisions.map((one) => one.number).join(", ")}` : "";
            return `${policy}: proposal ${number} ${done}${made}.`;
          });
        }),
      );
    withExamples(command, [
      [`safeguard approvals ${verb} 7 --reason '${example}'`, "revision 7 of the default policy"],
    ]);
  }
}
