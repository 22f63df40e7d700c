import { basename } from "node:path";
import type { Command } from "commander";
import { comparisonView } from "../../policies/compare-revisions.ts";
import { foldCodes } from "../../policies/destination-names.ts";
import { type PolicyView, policyView } from "../../policies/get-policy.ts";
import { policySummaryView } from "../../policies/list-policies.ts";
import { documentOfView, type PolicyDocumentView, viewOfDocument } from "../../policies/policy-body.ts";
import type { PolicyFile } from "../../policies/read-policy-file.ts";
import { revisionWithDocumentView, savedPolicyView } from "../../policies/revision-view.ts";
import { writePolicyFile } from "../../policies/write-policy-file.ts";
import { inSession } from "../action.ts";
import type { ApiClient } from "../api-client.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { CommandFailed, EXIT } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { defaultPolicy } from "../load-policy-levels.ts";
import { answer, instant, say } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { readPolicy } from "../read-policy.ts";
import { reasonFor } from "../reason.ts";
import { resolveAccount } from "../resolve-account.ts";
import { showChanges } from "../show-changes.ts";
import { waitingWords } from "./policy-changes.ts";

interface ApplyFlags extends GlobalFlags {
  readonly reason?: string;
  readonly draft?: boolean;
  readonly from?: string;
  readonly until?: string;
  readonly base?: string;
  readonly managedBy?: string;
  readonly managed: boolean;
  readonly force?: boolean;
}

/** `policy get`, `diff` and `apply`: the policy as a file. */
export function addPolicyFileCommands(policy: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const get = policy
    .command("get")
    .argument("[policy]", "its name (default: the account's default policy)")
    .description("Write the policy as a commented YAML file (or JSON) to standard output.")
    .option("--revision <number>", "another revision than the one that decides now")
    .action((name: string | undefined, _: unknown, command: Command) =>
      inSession<GlobalFlags & { readonly revision?: string }, void>(
        cli,
        command,
        async ({ client, account, flags }) => {
          const path = `/v1/policies/${encodeURIComponent(name ?? (await defaultPolicy(client, account)))}`;
          if (flags.revision !== undefined) {
            const revisionPath = `${path}/revisions/${encodeURIComponent(flags.revision)}`;
            const revision = await client.request(
              { method: "GET", path: revisionPath, account },
              revisionWithDocumentView,
            );
            answer(terminal, flags, revision, (shown) => fileOf(client, { ...shown, account, revision: shown }));
            return;
          }
          const view = await client.request({ method: "GET", path, account }, policyView);
          answer(terminal, flags, view, (shown) => fileOf(client, { ...shown, account }));
          if (view.managedBy !== null) say(terminal, `This policy is kept in ${view.managedBy}: change it there.`);
        },
      ),
    );
  withExamples(get, [
    ["safeguard policy get > policy.yaml", "the account's default policy as a file"],
    ["safeguard policy get marketing --revision 3", "what revision 3 of another policy said"],
    ["safeguard policy get --json", "with what the accounts above say, too"],
  ]);

  const diff = policy
    .command("diff")
    .argument("[file]", "a policy file, or - for standard input; without it two revisions are compared")
    .description("Show what a file would change, or what a revision changed.")
    .option("--policy <name>", "policy whose revisions are compared (default: the account's default policy)")
    .option("--from <number>", "earlier revision (default: the one before --to)")
    .option("--to <number>", "later revision (default: the latest)")
    .option("--exit-code", "exit with code 3 if anything differs")
    .action((file: string | undefined, _: unknown, command: Command) =>
      inSession<DiffFlags, void>(cli, command, async ({ client, account, flags }) => {
        const comparison =
          file === undefined
            ? await compareRevisions(client, account, flags)
            : await preview(client, await loadFile(cli, file, client, account, flags.policy));
        answer(terminal, flags, comparison, (shown) => showChanges(terminal, shown));
        if (flags.exitCode === true && comparison.changes.length > 0) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(diff, [
    ["safeguard policy diff policy.yaml", "what would applying this file change?"],
    ["safeguard policy diff", "what did the latest revision change?"],
    ["safeguard policy diff --from 3 --to 7 --json", "two revisions, for another program"],
  ]);

  const apply = policy
    .command("apply")
    .argument("<file>", "a policy file, or - for standard input")
    .description("Bring a policy file into force, as a new revision. Without changes nothing is made.")
    .option("-m, --reason <text>", "why; kept in the history")
    .option("--policy <name>", "apply it to this policy (default: the one that the file names)")
    .option("--draft", "make a draft, which holds nothing until `policy restore`")
    .option("--from <time>", "in force from then on (default: now)")
    .option("--until <time>", "until then; after that the revision before it decides again")
    .option("--base <number>", "refuse if the latest revision is another")
    .option("--managed-by <name>", "who keeps the policy (default: the file's name)")
    .option("--no-managed", "leave the policy to be changed elsewhere, too")
    .option("--force", "apply it although another file keeps the policy")
    .action((file: string, _: unknown, command: Command) =>
      inSession<ApplyFlags & { readonly policy?: string }, void>(cli, command, async ({ client, account, flags }) => {
        // At a terminal the reason is asked for when the changes have been seen.
        const given = terminal.interactive ? undefined : await reasonFor(cli, flags);
        const loaded = await loadFile(cli, file, client, account, flags.policy);
        const comparison = await preview(client, loaded);
        const latest = await latestRevision(client, loaded);
        const waits = flags.draft === true || flags.from !== undefined || flags.until !== undefined;
        if (comparison.changes.length === 0 && !waits && latest.holdsForEver) {
          answer(
            terminal,
            flags,
            { changes: [], revision: null },
            () => `Nothing differs from ${loaded.policy} as it is: no revision was made.`,
          );
          return;
        }
        const manager = flags.managed ? (flags.managedBy ?? (file === "-" ? undefined : basename(file))) : undefined;
        refuseForeignManager(loaded.policy, latest.managedBy, manager, flags);
        say(terminal, showChanges(terminal, comparison));
        const revision = await client.request(
          {
            method: "PUT",
            path: `/v1/policies/${encodeURIComponent(loaded.policy)}`,
            account: loaded.account,
            body: {
              document: viewOfDocument(loaded.document),
              reason: given ?? (await reasonFor(cli, flags)),
              state: flags.draft === true ? "draft" : "in_force",
              ...(flags.from !== undefined && { from: flags.from }),
              ...(flags.until !== undefined && { until: flags.until }),
              baseRevision: flags.base === undefined ? latest.number : Number(flags.base),
              ...(manager !== undefined && { managedBy: manager }),
              ...(flags.force === true && { force: true }),
            },
          },
          savedPolicyView,
        );
        const { withoutEffect, ...saved } = revision;
        answer(terminal, flags, { changes: comparison.changes, revision: saved, withoutEffect }, () =>
          [
            flags.draft === true
              ? `${loaded.policy}: revision ${saved.number} is a draft; \`${restoreCommand(loaded, saved.number)}\` brings it into force.`
              : saved.state === "pending_approval"
                ? waitingWords(loaded.policy, saved.number)
                : `${loaded.policy}: revision ${saved.number} is in force${saved.decides ? "" : ` from ${instant(saved.from)}`}.`,
            ...withoutEffect.map(({ message }) => `But ${message}.`),
          ].join("\n"),
        );
      }),
    );
  withExamples(apply, [
    ["safeguard policy apply policy.yaml --reason 'new markets'", "in force on the next decision"],
    [
      "safeguard policy apply sale.yaml -m 'summer sale' --from 2027-07-01T00:00:00Z --until 2027-07-15T00:00:00Z",
      "for two weeks",
    ],
    ["cat policy.yaml | safeguard policy apply - --reason 'from CI' --managed-by git", "from another program"],
  ]);
}

/** Before the changes are shown: what cannot be applied need not be read. The server says the same. */
function refuseForeignManager(
  policy: string,
  keeper: string | null,
  manager: string | undefined,
  { draft, force }: ApplyFlags,
): void {
  if (draft === true || force === true || keeper === null || keeper === manager) return;
  throw new CommandFailed(`${policy} is kept in ${keeper}: change it there and apply it.`, {
    hints: ["To apply this all the same, and take the policy away from there, give --force."],
  });
}

function restoreCommand({ policy, account }: LoadedFile, number: number): string {
  const forAccount = account === undefined ? "" : ` --account ${account}`;
  return `safeguard policy restore ${number} --policy ${policy}${forAccount} --reason WHY`;
}

interface DiffFlags extends GlobalFlags {
  readonly policy?: string;
  readonly from?: string;
  readonly to?: string;
  readonly exitCode?: boolean;
}

interface ShownPolicy {
  readonly policy: string;
  readonly account: string | undefined;
  readonly document: PolicyDocumentView;
  readonly revision: { readonly number: number; readonly createdAt: string; readonly reason: string } | null;
  readonly above?: PolicyView["above"];
}

/** What an account above does not let this one undo, in comments. */
function lockedAbove({ document: { locked = [], destinations = {} } }: PolicyView["above"][number]): readonly string[] {
  const blocked = Object.keys(destinations).filter((code) => destinations[code]?.action === "block");
  return [
    ...(locked.length === 0 ? [] : [`Locked by an account above, may only be tightened here: ${locked.join(", ")}.`]),
    ...(blocked.length === 0
      ? []
      : [`Blocked by an account above, cannot be allowed here: ${foldCodes(blocked).join(", ")}.`]),
  ];
}

function fileOf({ address }: ApiClient, { policy, account, document, revision, above = [] }: ShownPolicy): string {
  const heading = [
    revision === null
      ? "The account has said nothing in this policy yet."
      : `Revision ${revision.number}, ${instant(revision.createdAt)}: ${revision.reason}`,
    ...above.flatMap(lockedAbove),
  ];
  return writePolicyFile(
    { policy, account, document: documentOfView(document) },
    { heading, ...(address !== undefined && { schema: `${address}/v1/schemas/policy.json` }) },
  );
}

async function compareRevisions(client: ApiClient, account: string | undefined, { policy, from, to }: DiffFlags) {
  const name = policy ?? (await defaultPolicy(client, account));
  const query = new URLSearchParams({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  const path = `/v1/policies/${encodeURIComponent(name)}/diff?${query}`;
  return client.request({ method: "GET", path, account }, comparisonView);
}

interface LoadedFile extends PolicyFile {
  readonly account: string | undefined;
}

function preview(client: ApiClient, { policy, account, document }: LoadedFile) {
  const path = `/v1/policies/${encodeURIComponent(policy)}/preview`;
  return client.request(
    { method: "POST", path, account, body: { document: viewOfDocument(document) } },
    comparisonView,
  );
}

/** What the changes were compared with; a change that comes between is then refused. 0: the policy is new. */
async function latestRevision(client: ApiClient, { account, policy }: LoadedFile) {
  const policies = await everyItem(client, { method: "GET", path: "/v1/policies", account }, policySummaryView);
  const known = policies.find((one) => one.policy === policy);
  if (known === undefined || known.latestRevision === 0) return { number: 0, holdsForEver: false, managedBy: null };
  const path = `/v1/policies/${encodeURIComponent(policy)}`;
  const {
    latestRevision: number,
    revision,
    managedBy,
  } = await client.request({ method: "GET", path, account }, policyView);
  const holdsForEver = revision !== null && revision.number === number && revision.until === null;
  return { number, holdsForEver, managedBy };
}

/** Reads a policy file. `--account` and `--policy` win over what it names. */
async function loadFile(
  cli: Cli,
  file: string,
  client: ApiClient,
  account: string | undefined,
  policy: string | undefined,
): Promise<LoadedFile> {
  const read = await readPolicy(file, cli.terminal);
  return {
    ...read,
    account: account ?? (await resolveAccount(client, read.account)),
    policy: policy ?? read.policy,
  };
}
