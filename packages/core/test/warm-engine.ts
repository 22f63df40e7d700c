import type { EpochMilliseconds } from "../src/brand.ts";
import type { DetectionSettings } from "../src/detection/detection-settings.ts";
import { Engine, type EngineSnapshot } from "../src/engine.ts";
import type { Incident } from "../src/incidents/incident.ts";
import { NUMBERING_TABLE } from "../src/numbering/plan.generated.ts";
import type { PolicyDocument } from "../src/policy/policy-document.ts";
import type { ReplayedMessage } from "../src/replay-traffic.ts";
import type { VerdictAction } from "../src/verdict/verdict.ts";
import { ACCOUNT } from "./message-to.ts";
import { DAY, DAY_ONE, engineWith, HOUR, people, recorded, replayed, type Sent } from "./traffic.ts";

/** Three days of people came before this. */
export const TODAY: number = DAY_ONE + 3 * DAY;
/** In the scenarios the attack begins here, while people go on. */
export const ATTACK: number = TODAY + 2 * HOUR;

let known: EngineSnapshot | undefined;

/** An engine that has seen three days of people, all of whom it let through; from now on under these settings. */
export function warmEngine(detection: DetectionSettings = {}, document: PolicyDocument = {}): Engine {
  known ??= afterThreeDays();
  const engine = Engine.restore(known);
  engine.apply({
    type: "revision_put",
    account: ACCOUNT,
    policy: "default",
    number: 2,
    state: "in_force",
    from: 0 as EpochMilliseconds,
    until: undefined,
    document: { ...document, detection: { mode: "enforce", ...detection } },
    numberingTable: NUMBERING_TABLE,
  });
  return engine;
}

function afterThreeDays(): EngineSnapshot {
  const engine = engineWith();
  const stopped = replayed(engine, recorded(people())).filter(({ action }) => action !== "allow");
  if (stopped.length > 0) throw new Error(`${stopped.length} of the people who came before were stopped`);
  return engine.snapshot();
}

/** The people of the fourth day: new ones, and some who verified on the first day and log in. */
export function peopleToday(completes = 0.8): readonly Sent[] {
  const known = people().filter(({ at, convertedAfter }) => at < DAY_ONE + DAY && convertedAfter !== undefined);
  const logins = known.slice(0, 100).map(
    ({ to, deliveredAfter = 0, convertedAfter = 0 }, index): Sent => ({
      at: TODAY + 10 * HOUR + index * 5 * 60_000,
      to,
      deliveredAfter,
      ...(index % 10 < completes * 10 ? { convertedAfter } : {}),
    }),
  );
  return [...people({ seed: 2, from: TODAY, for: DAY, people: 400, completes }), ...logins];
}

export interface Story {
  readonly people: readonly ReplayedMessage[];
  readonly attack: readonly ReplayedMessage[];
  readonly incidents: readonly Incident[];
}

/** What became of people and an attack beside them. */
export function story(engine: Engine, attack: readonly Sent[], among: readonly Sent[] = peopleToday()): Story {
  const numbers = new Set(attack.map(({ to }) => to));
  const words = replayed(engine, recorded(among, attack));
  const isOfAttack = ({ recorded: { message } }: ReplayedMessage): boolean => numbers.has(message.recipient.e164);
  return {
    people: words.filter((word) => !isOfAttack(word)),
    attack: words.filter(isOfAttack),
    incidents: engine.detectionOf(ACCOUNT).incidents.list(),
  };
}

/** How many of these ended in one of the actions. */
export function count(words: readonly ReplayedMessage[], ...actions: readonly VerdictAction[]): number {
  return words.filter(({ action }) => actions.includes(action)).length;
}

/** How often each reason was given. */
export function reasons(words: readonly ReplayedMessage[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verdict } of words) counts[verdict.reason] = (counts[verdict.reason] ?? 0) + 1;
  return counts;
}

/** The prefixes of all ranges of all incidents. */
export function rangesOf(incidents: readonly Incident[]): readonly string[] {
  return incidents.flatMap(({ ranges }) =>
    ranges.map(({ scope }) =>
      scope.type === "block" ? `${scope.prefix}/${scope.size}` : `${scope.destination}/${scope.size}`,
    ),
  );
}
