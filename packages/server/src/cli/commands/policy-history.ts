import type { Command } from "commander";
import { policySummaryView } from "../../policies/list-policies.ts";
import { numberingView } from "../../policies/numbering-changes.ts";
import {
  policyChangeView,
  type RevisionView,
  revisionView,
  revisionWithDocumentView,
} from "../../policies/revision-view.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { defaultPolicy } from "../load-policy-levels.ts";
import { answer, instant, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { reasonFor } from "../reason.ts";
import { waitingWords } from "./policy-changes.ts";

interface HistoryFlags extends GlobalFlags {
  readonly policy?: string;
}

interface RestoreFlags extends HistoryFlags {
  readonly reason?: string;
  readonly from?: string;
  readonly until?: string;
  readonly force?: boolean;
}

interface DoctorFlags extends HistoryFlags {
  readonly confirm?: boolean;
  readonly reason?: string;
}

/** `policy list | history | restore | doctor`. */
export function addPolicyHistoryCommands(policy: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const list = policy
    .command("list")
    .description("List the account's policies.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const all = await everyItem(client, { method: "GET", path: "/v1/policies", account }, policySummaryView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["POLICY", "REVISION", "LIST MODE", "KEPT IN", "CHANGED"],
            shown.map((one) => [
              one.default ? `${one.policy} (default)` : one.policy,
              one.revision === 0 ? "none" : String(one.revision),
              one.listMode ?? "as above it",
              one.managedBy ?? "",
              one.changedAt === null ? "" : instant(one.changedAt),
            ]),
          ),
        );
      }),
    );
  withExamples(list, [["safeguard policy list", "which policies are there"]]);

  const history = policy
    .command("history")
    .argument("[policy]", "its name (default: the account's default policy)")
    .description("List the revisions, newest first: who, when, why.")
    .action((name: string | undefined, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/policies/${encodeURIComponent(name ?? (await defaultPolicy(client, account)))}/revisions`;
        const all = await everyItem(client, { method: "GET", path, account }, revisionView);
        answer(terminal, flags, all, (shown) =>
          table(
            terminal,
            ["REVISION", "STATE", "MADE", "BY", "KEPT IN", "REASON"],
            shown.map((one) => [
              one.number,
              stateOf(one),
              instant(one.createdAt),
              one.author.name,
              one.managedBy ?? "",
              one.reason,
            ]),
          ),
        );
      }),
    );
  withExamples(history, [["safeguard policy history", "what was changed, by whom, and why"]]);

  const restore = policy
    .command("restore")
    .argument("<number>", "the revision")
    .description("Make a new revision with the content of an earlier one, or of a draft.")
    .option("-m, --reason <text>", "why; kept in the history")
    .option("--policy <name>", "its policy (default: the account's default policy)")
    .option("--from <time>", "in force from then on (default: now)")
    .option("--until <time>", "until then; after that the revision before it decides again")
    .option("--force", "restore it although a file keeps the policy, or a draft although it would undo a later change")
    .action((number: string, _: unknown, command: Command) =>
      inSession<RestoreFlags, void>(cli, command, async ({ client, account, flags }) => {
        const name = flags.policy ?? (await defaultPolicy(client, account));
        const body = {
          reason: await reasonFor(cli, flags),
          ...(flags.from !== undefined && { from: flags.from }),
          ...(flags.until !== undefined && { until: flags.until }),
          ...(flags.force === true && { force: true }),
        };
        const path = `/v1/policies/${encodeURIComponent(name)}/revisions/${encodeURIComponent(number)}`;
        const { state } = await client.request({ method: "GET", path, account }, revisionView);
        const verb = state === "draft" ? "activate" : "restore";
        const made = await client.request(
          { method: "POST", path: `${path}/${verb}`, account, body },
          revisionWithDocumentView,
        );
        answer(terminal, flags, made, (shown) =>
          shown.state === "pending_approval"
            ? waitingWords(name, shown.number)
            : `${name}: revision ${shown.number} says what revision ${number} said, from ${instant(shown.from)}.`,
        );
      }),
    );
  withExamples(restore, [
    ["safeguard policy restore 3 --reason 'back to before the sale'", "what revision 3 said, from now on"],
  ]);

  const doctor = policy
    .command("doctor")
    .description(
      "List numbers that a new numbering table moved since the policies were written. Exit code 3 if there are any.",
    )
    .option("--policy <name>", "only this policy (default: all of the account's)")
    .option("--confirm", "let the new table decide alone (until then the stricter reading holds)")
    .option("-m, --reason <text>", "why, with --confirm; kept in the history")
    .action((_: unknown, command: Command) =>
      inSession<DoctorFlags, void>(cli, command, async ({ client, account, flags }) => {
        const names =
          flags.policy === undefined
            ? (await everyItem(client, { method: "GET", path: "/v1/policies", account }, policySummaryView)).map(
                (one) => one.policy,
              )
            : [flags.policy];
        const pathOf = (name: string): string => `/v1/policies/${encodeURIComponent(name)}/numbering`;
        if (flags.confirm === true) {
          const reason = await reasonFor(cli, flags);
          for (const name of names) {
            await client.request({ method: "POST", path: pathOf(name), account, body: { reason } }, policyChangeView);
          }
        }
        const found = await Promise.all(
          names.map((name) => client.request({ method: "GET", path: pathOf(name), account }, numberingView)),
        );
        const moved = found.filter(({ known, changes }) => !known || changes.length > 0);
        answer(terminal, flags, found, () =>
          moved.length === 0
            ? "Every policy is read by the present numbering table."
            : moved
                .map(({ policy: name, known, changes }) =>
                  [
                    known
                      ? `${name}: ${changes.length} sets of numbers moved; the stricter reading of both tables holds.`
                      : `${name}: written under a numbering table that is not known here any more.`,
                    table(
                      terminal,
                      ["NUMBERS", "WAS", "IS"],
                      changes.map(({ numbers, before, after }) => [numbers, reading(before), reading(after)]),
                    ),
                  ].join("\n"),
                )
                .concat("Look whether your rules still say what you mean, then: safeguard policy doctor --confirm")
                .join("\n\n"),
        );
        if (moved.length > 0) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(doctor, [
    ["safeguard policy doctor", "what did the update of Safeguard change?"],
    ["safeguard policy doctor --confirm --reason 'looked at it'", "the new table alone decides"],
  ]);
}

function reading({
  candidates,
  type,
  valid,
}: {
  readonly candidates: readonly string[];
  readonly type: string;
  readonly valid: boolean;
}) {
  return `${candidates.join("/")} ${type}${valid ? "" : " (not assigned)"}`;
}

function stateOf({ state, decides, from, until, proposal }: RevisionView): string {
  if (decides) return until === null ? "in force" : `in force until ${instant(until)}`;
  if (proposal !== null && proposal.state !== "open") return `proposal ${proposal.state}`;
  if (state !== "in_force") return state.replace("_", " ");
  return Date.parse(from) > Date.now() ? `from ${instant(from)}` : "past";
}
