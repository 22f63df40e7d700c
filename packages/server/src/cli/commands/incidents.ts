import { type Command, Option } from "commander";
import { containedView, incidentDetailView, rangeContainedView } from "../../incidents/incident-detail.ts";
import { incidentView } from "../../incidents/incident-view.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { everyItem } from "../every-item.ts";
import { answer, instant, table } from "../print.ts";
import { reasonFor } from "../reason.ts";
import { attemptsText, incidentText } from "../show-incident.ts";
import { spanSeconds } from "../span.ts";
import { harmless } from "../terminal.ts";

interface ListFlags extends GlobalFlags {
  readonly state: string;
}

interface ActFlags extends GlobalFlags {
  readonly reason?: string;
}

interface RangeFlags extends ActFlags {
  readonly range?: string;
}

interface ContainFlags extends RangeFlags {
  readonly for?: number;
  readonly dryRun?: boolean;
}

/** Words on an incident: name, meaning, what is said when it is done, example. */
const WORDS = [
  [
    "acknowledge",
    "Say that somebody looks after it.",
    "is acknowledged",
    ["safeguard incidents acknowledge 3 -m 'on it'", "others see that you look"],
  ],
  [
    "close",
    "It is over: release it, and close it.",
    "is closed",
    ["safeguard incidents close 3 -m 'the form has a captcha now'", "what comes later is a new incident"],
  ],
  [
    "false-alarm",
    "It was no attack: release and close it, and let its ranges be for 30 days (many new blocks at once for 7).",
    "was a false alarm: its ranges are let be for a while (see `safeguard detection`)",
    ["safeguard incidents false-alarm 3 -m 'our launch in Dushanbe'", "detection learns from it"],
  ],
  [
    "undo-false-alarm",
    "Take back what a false alarm taught: detection looks at its ranges again.",
    "teaches nothing any more",
    ["safeguard incidents undo-false-alarm 3 -m 'it was an attack after all'", "detection looks there again"],
  ],
] as const;

export function addIncidentCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const incidents = program
    .command("incidents")
    .description("Attacks that detection found: what they were, what was done, and what you do about them.");
  withExamples(incidents, [
    ["safeguard incidents list", "what goes on, and what went on"],
    ["safeguard incidents show 3", "one, with its evidence in a sentence"],
    ["safeguard incidents contain 3 --for 2h -m 'pumping'", "stop new numbers of its ranges, in monitor, too"],
  ]);

  const list = incidents
    .command("list")
    .description("List the account's incidents, newest first.")
    .addOption(
      new Option("--state <state>", "only those; ongoing: open, acknowledged or contained")
        .choices(["all", "ongoing", "open", "acknowledged", "contained", "closed", "false_alarm"])
        .default("all"),
    )
    .action((_: unknown, command: Command) =>
      inSession<ListFlags, void>(cli, command, async ({ client, account, flags }) => {
        const path = `/v1/incidents?state=${flags.state}`;
        const items = await everyItem(client, { method: "GET", path, account }, incidentView);
        answer(terminal, flags, items, (shown) =>
          shown.length === 0
            ? "There are none."
            : table(
                terminal,
                ["NUMBER", "STATE", "OPENED", "WHERE", "ATTEMPTS", "AT RISK AN HOUR"],
                shown.map(({ number, state, openedAt, ranges, destinations, counts, money }) => [
                  number,
                  state.replaceAll("_", " "),
                  instant(openedAt),
                  ranges.length === 1
                    ? (ranges[0]?.range ?? "")
                    : `${ranges.length} ranges in ${destinations.join(", ")}`,
                  attemptsText(counts),
                  money.atRiskPerHour === null ? "" : `${money.atRiskPerHour.amount} ${money.atRiskPerHour.currency}`,
                ]),
              ),
        );
      }),
    );
  withExamples(list, [
    ["safeguard incidents list --state ongoing", "what is not over"],
    ["safeguard incidents list --json", "for another program"],
  ]);

  const show = incidents
    .command("show")
    .argument("<number>", "of the incident", incidentNumber)
    .description("Show an incident: why, since when, which ranges, what it cost, who else is there, what happened.")
    .action((number: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const incident = await client.request(
          { method: "GET", path: `/v1/incidents/${number}`, account },
          incidentDetailView,
        );
        answer(terminal, flags, incident, (shown) => incidentText(terminal, shown));
      }),
    );
  withExamples(show, [["safeguard incidents show 3", "the third incident of the account"]]);

  const contain = incidents
    .command("contain")
    .argument("[number]", "of the incident", incidentNumber)
    .option("-m, --reason <text>", "why; kept in the record")
    .description(
      "Stop new numbers of an incident's ranges, or of a range that you name, for a while, in monitor, too. Verified numbers still get messages.",
    )
    .option("--range <range>", "instead of an incident's: such as +99200123xxxx, an x for each open digit")
    .option("--for <time>", "such as 2h; at most 7d (default: 24h)", spanSeconds)
    .option("--dry-run", "only say what it would do")
    .action((number: string | undefined, _: unknown, command: Command) =>
      inSession<ContainFlags, void>(cli, command, async ({ client, account, flags }) => {
        oneOf(number, flags.range);
        const dryRun = flags.dryRun === true;
        const reason = dryRun ? (flags.reason ?? "dry run") : await reasonFor(cli, flags);
        const body = { reason, ...(flags.for !== undefined && { forSeconds: flags.for }), dryRun };
        if (flags.range !== undefined) {
          const request = { method: "POST", path: "/v1/detection/ranges", account } as const;
          const held = await client.request({ ...request, body: { ...body, range: flags.range } }, rangeContainedView);
          answer(terminal, flags, held, ({ contained, range, until, sentence }) =>
            contained
              ? `${range} is contained until ${instant(until ?? "")}. ${sentence}`
              : `Until ${instant(until ?? "")}: ${sentence}\nNothing was done.`,
          );
          return;
        }
        const done = await client.request(
          { method: "POST", path: `/v1/incidents/${number}/contain`, account, body },
          containedView,
        );
        answer(terminal, flags, done, ({ contained, until, sentence, ranges }) =>
          contained
            ? `Incident ${number} is contained until ${instant(until)}: no new number in ${harmless(ranges.join(", "))} gets a message.`
            : `Until ${instant(until)}: ${harmless(sentence)}\nNothing was done.`,
        );
      }),
    );
  withExamples(contain, [
    ["safeguard incidents contain 3 --dry-run", "what would it do, and to whom else?"],
    ["safeguard incidents contain 3 --for 2h -m 'pumping'", "do it, for two hours"],
    ["safeguard incidents contain --range +99200123xxxx --for 2h -m 'seen elsewhere'", "a range without an incident"],
  ]);

  const release = incidents
    .command("release")
    .argument("[number]", "of the incident", incidentNumber)
    .option("--range <range>", "instead of an incident's: such as +99200123xxxx")
    .option("-m, --reason <text>", "why; kept in the record")
    .description(
      "Let new numbers of an incident's ranges, or of a range that you name, get messages again. Where the attack goes on, detection finds it again.",
    )
    .action((number: string | undefined, _: unknown, command: Command) =>
      inSession<RangeFlags, void>(cli, command, async ({ client, account, flags }) => {
        oneOf(number, flags.range);
        const reason = await reasonFor(cli, flags);
        if (flags.range === undefined) {
          const path = `/v1/incidents/${number}/release`;
          const request = { method: "POST", path, account, body: { reason } } as const;
          const incident = await client.request(request, incidentDetailView);
          answer(terminal, flags, incident, () => `Incident ${number} is released.`);
          return;
        }
        const path = `/v1/detection/ranges?${new URLSearchParams({ range: flags.range, reason })}`;
        const ended = await client.request({ method: "DELETE", path, account }, rangeContainedView);
        answer(terminal, flags, ended, ({ sentence }) => sentence);
      }),
    );
  withExamples(release, [
    ["safeguard incidents release 3 -m 'a campaign of ours'", "nothing of it is contained any more"],
    ["safeguard incidents release --range +99200123xxxx -m 'over'", "what was contained without an incident"],
  ]);

  for (const [word, meaning, done, example] of WORDS) {
    const command = acting(incidents, word)
      .description(meaning)
      .action((number: string, _: unknown, invoked: Command) =>
        inSession<ActFlags, void>(cli, invoked, async ({ client, account, flags }) => {
          const body = { reason: await reasonFor(cli, flags) };
          const path = `/v1/incidents/${number}/${word}`;
          const incident = await client.request({ method: "POST", path, account, body }, incidentDetailView);
          answer(terminal, flags, incident, () => `Incident ${number} ${done}.`);
        }),
      );
    withExamples(command, [example]);
  }
}

function acting(incidents: Command, name: string): Command {
  return incidents
    .command(name)
    .argument("<number>", "of the incident", incidentNumber)
    .option("-m, --reason <text>", "why; kept in the record");
}

function oneOf(number: string | undefined, range: string | undefined): void {
  if ((number === undefined) === (range === undefined)) {
    throw usageFailure("Name an incident by its number, or a range with --range: one of them.");
  }
}

function incidentNumber(text: string): string {
  if (/^[1-9]\d{0,8}$/.test(text)) return text;
  throw usageFailure(`"${text.slice(0, 40)}" is no incident's number.`, "`safeguard incidents list` shows them.");
}
