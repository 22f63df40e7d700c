import {
  DETECTION_FIELDS,
  DETECTION_MODES,
  DETECTION_PRESETS,
  PURPOSES,
  WHEN_FAILED,
  WHEN_OUTCOMES_MISSING,
} from "@safeguard/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { EffectiveDetectionView } from "../../policies/detection-body.ts";
import { policyView } from "../../policies/get-policy.ts";
import { inSession, type Session } from "../action.ts";
import type { Cli } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { defaultPolicy } from "../load-policy-levels.ts";
import { answer, table } from "../print.ts";
import { type ChangeFlags, change, changeCommand } from "./policy-changes.ts";

interface DetectionFlags extends ChangeFlags {
  readonly mode?: string;
  readonly purpose?: Readonly<Record<string, string>>;
  readonly preset?: string;
  readonly budget?: number;
  readonly threshold?: number;
  readonly hold?: number;
  readonly whenFailed?: string;
  readonly whenOutcomesMissing?: string;
  readonly reset?: boolean;
}

/** `policy detection`: shows what detection may do, or changes it and leaves the rest of the policy as it is. */
export function addPolicyDetectionCommand(policy: Command, cli: Cli): void {
  const command = changeCommand(policy, "detection", "Say what detection may do; without options, show it.")
    .addOption(new Option("--mode <mode>", "the most that it may do").choices(DETECTION_MODES))
    .option(
      "--purpose <purpose=mode>",
      "the most for one purpose, such as marketing=monitor; may be repeated",
      purposes,
    )
    .addOption(new Option("--preset <preset>", "a false-block budget by name").choices(DETECTION_PRESETS))
    .option("--budget <share>", "share of legitimate messages that may be stopped by mistake, such as 0.00001", number)
    .option("--threshold <score>", "risk score from which it acts, 1 to 100", number)
    .option("--hold <seconds>", "longest wait of a held message, 0 to 60", number)
    .addOption(
      new Option("--when-failed <choice>", "what becomes of a message that detection failed on").choices(WHEN_FAILED),
    )
    .addOption(
      new Option(
        "--when-outcomes-missing <choice>",
        "what becomes of new numbers while no outcomes are reported",
      ).choices(WHEN_OUTCOMES_MISSING),
    )
    .option("--reset", "take all of the account's own detection settings away")
    .action((_: unknown, invoked: Command) =>
      inSession<DetectionFlags, void>(cli, invoked, async (session) => {
        const wanted = changeOf(session.flags);
        if (Object.keys(wanted).length > 0) await change(cli, session, "detection", wanted);
        else await show(cli, session);
      }),
    );
  withExamples(command, [
    ["safeguard policy detection", "what may detection do?"],
    ["safeguard policy detection --mode enforce -m 'a week of monitoring looked right'", "stop attacks from now on"],
    [
      "safeguard policy detection --preset careful --purpose marketing=monitor -m 'sale'",
      "a smaller budget, and look closer",
    ],
  ]);
}

/** The body of the change; empty: nothing is to be changed. */
function changeOf(flags: DetectionFlags): object {
  const { mode, purpose, preset, budget, threshold, hold, whenFailed, whenOutcomesMissing, reset } = flags;
  const said = {
    ...(mode !== undefined && { mode }),
    ...(purpose !== undefined && { purposes: purpose }),
    ...(preset !== undefined && { preset }),
    ...(budget !== undefined && { falseBlockBudget: budget }),
    ...(threshold !== undefined && { scoreThreshold: threshold }),
    ...(hold !== undefined && { holdSeconds: hold }),
    ...(whenFailed !== undefined && { whenFailed }),
    ...(whenOutcomesMissing !== undefined && { whenOutcomesMissing }),
  };
  if (reset !== true) return said;
  if (Object.keys(said).length > 0) throw usageFailure("--reset takes all settings away: give it alone.");
  return Object.fromEntries(DETECTION_FIELDS.map((field) => [field, null]));
}

async function show(cli: Cli, { client, account, flags }: Session<DetectionFlags>): Promise<void> {
  if (flags.reason !== undefined)
    throw usageFailure("There is nothing to change: say --mode, --preset or another option.");
  const name = flags.policy ?? (await defaultPolicy(client, account));
  const path = `/v1/policies/${encodeURIComponent(name)}`;
  const { detection } = await client.request({ method: "GET", path, account }, policyView);
  answer(cli.terminal, flags, { policy: name, ...detection }, () =>
    table(cli.terminal, ["", ""], factsOf(detection).concat([["policy", name]])).trimStart(),
  );
}

function factsOf({
  mode,
  purposes: byPurpose,
  falseBlockBudget,
  scoreThreshold,
  holdSeconds,
  audit,
  shareEvidence,
  whenFailed,
  whenOutcomesMissing,
}: EffectiveDetectionView): readonly (readonly [name: string, value: string])[] {
  const oneIn = Math.round(1 / falseBlockBudget).toLocaleString("en");
  return [
    ["mode", mode],
    ["purposes", PURPOSES.map((purpose) => `${purpose} ${byPurpose[purpose]}`).join(", ")],
    ["false-block budget", `${falseBlockBudget} (one in ${oneIn} legitimate messages)`],
    ["acts from score", String(scoreThreshold)],
    ["holds", holdSeconds === 0 ? "never" : `up to ${holdSeconds} s`],
    ["audit", audit === null ? "none" : `releases ${audit.share}, at most ${audit.maximumPerDay} a day`],
    ["evidence", shareEvidence ? "shared with other accounts" : "not shared"],
    ["when it fails", whenFailed.replaceAll("_", " ")],
    ["without outcomes", whenOutcomesMissing.replaceAll("_", " ")],
  ];
}

function purposes(text: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [purpose = "", mode = "", ...more] = text.split("=");
  const isKnown = PURPOSES.some((each) => each === purpose) && DETECTION_MODES.some((each) => each === mode);
  if (isKnown && more.length === 0) return { ...earlier, [purpose]: mode };
  throw new InvalidArgumentError(
    `Write a purpose (${PURPOSES.join(", ")}), = and a mode (${DETECTION_MODES.join(", ")}), such as otp=enforce.`,
  );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
