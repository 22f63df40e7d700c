import type { Command } from "commander";
import { type DetectionStatus, detectionStatusView } from "../../incidents/detection-status.ts";
import { inSession } from "../action.ts";
import type { Cli } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import { answer, instant, table } from "../print.ts";
import { harmless, type Terminal, tinted } from "../terminal.ts";

const FEEDBACK: Readonly<Record<DetectionStatus["feedback"]["state"], string>> = {
  reported: "Outcomes arrive.",
  unknown: "Whether outcomes arrive is not known yet.",
  missing: "No outcomes arrive: nobody is blocked for unanswered codes.",
};
const MOST_SHOWN = 20;

export function addDetectionCommand(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const detection = program
    .command("detection")
    .description("Say how detection stands: what it may do, whether outcomes arrive, what it watches and contains.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const status = await client.request({ method: "GET", path: "/v1/detection", account }, detectionStatusView);
        answer(terminal, flags, status, (shown) => statusText(terminal, shown));
      }),
    );
  withExamples(detection, [
    ["safeguard detection", "does it act, and does it hear what becomes of messages?"],
    ["safeguard detection --json", "for another program"],
  ]);
}

/** How detection stands, for people: the plain sentences first. */
export function statusText(terminal: Terminal, status: DetectionStatus): string {
  const { settings, feedback, lockdown, bypass, contained, watched, lessons, alerts } = status;
  const since = feedback.since === null ? "" : ` Noticed ${instant(feedback.since)}.`;
  const tone = feedback.state === "missing" ? "yellow" : undefined;
  const heard = `${FEEDBACK[feedback.state]}${since}`;
  const blocks: (string | undefined)[] = [
    [
      `Detection is in ${settings.mode}.`,
      lockdown === null ? undefined : tinted(terminal, "red", harmless(switchText("Lockdown", lockdown))),
      bypass === null ? undefined : tinted(terminal, "red", harmless(switchText("Bypass", bypass))),
      tone === undefined ? heard : tinted(terminal, tone, heard),
      feedback.lastVerifiedAt === null
        ? undefined
        : `The latest verification was reported ${instant(feedback.lastVerifiedAt)}.`,
    ]
      .filter((line) => line !== undefined)
      .join("\n"),
    listOf(
      terminal,
      ["CONTAINED", "INCIDENT", "BY", "UNTIL"],
      contained.map(({ range, incident, by, action, until }) => [
        range,
        incident ?? "",
        `${by}: ${action}`,
        until === null ? "it ends" : instant(until),
      ]),
    ),
    listOf(
      terminal,
      ["WATCHED", "INCIDENT", "SINCE", "BECAUSE"],
      watched.map(({ range, incident, since: from, sentence }) => [range, incident ?? "", instant(from), sentence]),
    ),
    listOf(
      terminal,
      ["LET BE", "AFTER INCIDENT", "UNTIL"],
      lessons.map(({ range, incident, until }) => [range, incident, instant(until)]),
    ),
    listOf(
      terminal,
      ["ALERT", "SINCE", ""],
      alerts.map(({ code, raisedAt, sentence }) => [code.replaceAll("_", " "), instant(raisedAt), sentence]),
    ),
  ];
  return blocks.filter((block) => block !== undefined).join("\n\n");
}

function switchText(name: string, { until, reason, by }: NonNullable<DetectionStatus["lockdown"]>): string {
  const who = by === null ? "" : `, by ${by}`;
  return `${name} until ${instant(until)}${who}${reason === null ? "" : `: ${reason}`}.`;
}

function listOf(
  terminal: Terminal,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string | undefined {
  if (rows.length === 0) return undefined;
  const more = rows.length - MOST_SHOWN;
  const shown = table(terminal, columns, rows.slice(0, MOST_SHOWN));
  return more > 0 ? `${shown}\nand ${more} more` : shown;
}
