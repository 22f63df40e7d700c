import type { Command } from "commander";
import { policyChangeView } from "../../policies/revision-view.ts";
import { inSession, type Session } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { defaultPolicy } from "../load-policy-levels.ts";
import { answer } from "../print.ts";
import { reasonFor } from "../reason.ts";

export interface ChangeFlags extends GlobalFlags {
  readonly policy?: string;
  readonly reason?: string;
  readonly force?: boolean;
}

interface ExceptionFlags extends ChangeFlags {
  readonly until?: string;
  readonly note?: string;
  readonly evenIfDestinationBlocked?: boolean;
}

/** `policy block | allow | reset` and `policy trust | bar | forget`: one thing changed, the rest left as it is. */
export function addPolicyChangeCommands(policy: Command, cli: Cli): void {
  for (const [verb, meaning, example] of [
    ["block", "Block destinations.", ["safeguard policy block NG PK --reason 'pumping since Monday'", "two countries"]],
    [
      "allow",
      "Allow destinations; detection may still act.",
      ["safeguard policy allow NL european_union -m 'new markets'", "a country and a group"],
    ],
    [
      "reset",
      "Take destinations' rules away: the list mode, or the account above, holds again.",
      ["safeguard policy reset NG -m 'over'", "no rule of its own any more"],
    ],
  ] as const) {
    const command = changeCommand(policy, verb, meaning)
      .argument("<destination...>", "ISO codes (NG), non-geographic codes (870) or groups (africa)")
      .action((destinations: readonly string[], _: unknown, invoked: Command) =>
        inSession<ChangeFlags, void>(cli, invoked, (session) =>
          change(cli, session, "destinations", { [verb]: destinations }),
        ),
      );
    withExamples(command, [example]);
  }

  const trust = exceptionCommand(policy, "trust", "Trust numbers: detection does not look at them.")
    .option("--even-if-destination-blocked", "let them pass a blocked destination, range or number type, too")
    .action((ranges: readonly string[], _: unknown, invoked: Command) =>
      inSession<ExceptionFlags, void>(cli, invoked, (session) => {
        const even = session.flags.evenIfDestinationBlocked === true ? { evenIfDestinationBlocked: true } : {};
        return change(cli, session, "exceptions", { add: exceptions(ranges, "trusted", session.flags, even) });
      }),
    );
  withExamples(trust, [
    [
      "safeguard policy trust +2348012345678 --even-if-destination-blocked -m 'our agent in Lagos'",
      "one number in a blocked country",
    ],
    [
      "safeguard policy trust +316123456xx --until 2027-01-31T00:00:00Z -m 'test phones'",
      "a hundred numbers, for a while",
    ],
  ]);
  const bar = exceptionCommand(policy, "bar", "Bar numbers: nothing is sent to them.").action(
    (ranges: readonly string[], _: unknown, invoked: Command) =>
      inSession<ExceptionFlags, void>(cli, invoked, (session) =>
        change(cli, session, "exceptions", { add: exceptions(ranges, "barred", session.flags, {}) }),
      ),
  );
  withExamples(bar, [["safeguard policy bar +31612345678 -m 'asked us to stop'", "one number"]]);
  const forget = changeCommand(policy, "forget", "Take the exceptions of numbers away.")
    .argument("<range...>", "numbers or ranges, as they were trusted or barred")
    .action((remove: readonly string[], _: unknown, invoked: Command) =>
      inSession<ChangeFlags, void>(cli, invoked, (session) => change(cli, session, "exceptions", { remove })),
    );
  withExamples(forget, [["safeguard policy forget +31612345678 -m 'a mistake'", "neither trusted nor barred"]]);
}

/** A command that changes a policy, with the options that all of them have. */
export function changeCommand(policy: Command, verb: string, meaning: string): Command {
  return policy
    .command(verb)
    .description(meaning)
    .option("-m, --reason <text>", "why; kept in the history")
    .option("--policy <name>", "policy to change (default: the account's default policy)")
    .option("--force", "change it although a file keeps it, and take it away from that file");
}

function exceptionCommand(policy: Command, verb: string, meaning: string): Command {
  return changeCommand(policy, verb, meaning)
    .argument("<range...>", "numbers (+31612345678) or ranges with x for any digit (+316123456xx)")
    .option("--until <time>", "from then on it does not exist; required for a trusted range")
    .option("--note <text>", "what it is for; kept with the exception");
}

function exceptions(
  ranges: readonly string[],
  kind: "trusted" | "barred",
  { until, note }: ExceptionFlags,
  more: object,
) {
  return ranges.map((range) => ({
    range,
    kind,
    ...(until !== undefined && { until }),
    ...(note !== undefined && { note }),
    ...more,
  }));
}

/** Asks for the change, and says which revisions it made. */
export async function change(
  cli: Cli,
  { client, account, flags }: Session<ChangeFlags>,
  what: "destinations" | "exceptions" | "detection" | "limits",
  body: object,
): Promise<void> {
  const name = flags.policy ?? (await defaultPolicy(client, account));
  const reason = await reasonFor(cli, flags);
  const made = await client.request(
    {
      method: "POST",
      path: `/v1/policies/${encodeURIComponent(name)}/${what}`,
      account,
      body: { ...body, reason, ...(flags.force === true && { force: true }) },
    },
    policyChangeView,
  );
  answer(cli.terminal, flags, made, ({ revisions, copiedFrom, withoutEffect }) => {
    const numbers = revisions.map(({ number }) => number).join(", ");
    const lines = [
      revisions.length === 0
        ? `${name}: it is so already.`
        : revisions.some(({ state }) => state === "pending_approval")
          ? waitingWords(name, revisions[0]?.number ?? 0)
          : revisions.length === 1
            ? `${name}: revision ${numbers} is in force.`
            : `${name}: revisions ${numbers} were made, because others wait for their time or end.`,
      ...(copiedFrom === null
        ? []
        : [`It starts as a copy of ${copiedFrom.policy}, revision ${copiedFrom.revision}, which decided until now.`]),
      ...withoutEffect.map(({ message }) => `But ${message}.`),
    ];
    return lines.join("\n");
  });
}

/** What is said of a change that loosens, where the account wants a second pair of eyes. */
export function waitingWords(policy: string, number: number): string {
  return `${policy}: revision ${number} loosens, and waits until somebody else approves it (safeguard approvals approve ${number} --policy ${policy}).`;
}
