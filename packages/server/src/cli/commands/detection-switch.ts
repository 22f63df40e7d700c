import type { Command } from "commander";
import { detectionStatusView } from "../../incidents/detection-status.ts";
import { inSession, type Session } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, instant } from "../print.ts";
import { reasonFor } from "../reason.ts";
import { spanSeconds } from "../span.ts";

interface SwitchFlags extends GlobalFlags {
  readonly for?: number;
  readonly end?: boolean;
  readonly reason?: string;
}

interface DetectionSwitchWords {
  readonly name: "lockdown" | "bypass";
  readonly description: string;
  readonly span: string;
  /** Said when it holds. */
  readonly holds: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

/** `lockdown` and `bypass`: on for a bounded time, or ended. */
export function addDetectionSwitch(program: Command, cli: Cli, words: DetectionSwitchWords): void {
  const command = program
    .command(words.name)
    .description(words.description)
    .option("--for <time>", words.span, spanSeconds)
    .option("--end", "end it now")
    .option("-m, --reason <text>", "why; kept in the record")
    .action((_: unknown, invoked: Command) =>
      inSession<SwitchFlags, void>(cli, invoked, (session) => turn(cli, session, words)),
    );
  withExamples(command, words.examples);
}

async function turn(
  cli: Cli,
  { client, account, flags }: Session<SwitchFlags>,
  { name, holds }: DetectionSwitchWords,
): Promise<void> {
  if (flags.end === true && flags.for !== undefined) throw usageFailure("Say --for or --end, not both.");
  if (flags.end !== true && flags.for === undefined) throw usageFailure("Say for how long with --for, or --end.");
  const reason = await reasonFor(cli, flags);
  const path = `/v1/detection/${name}`;
  const status = await client.request(
    flags.end === true
      ? { method: "DELETE", path: `${path}?${new URLSearchParams({ reason })}`, account }
      : { method: "POST", path, account, body: { reason, forSeconds: flags.for } },
    detectionStatusView,
  );
  const until = status[name]?.until;
  answer(cli.terminal, flags, status, () =>
    until === undefined ? `The ${name} has ended.` : `${holds} until ${instant(until)}.`,
  );
}
