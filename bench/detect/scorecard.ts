import { DETECTION_PRESETS, PRESETS } from "@safeguard/core";
import { BASELINES, CANDIDATES, MAIN_CANDIDATE, OUR_CANDIDATES } from "./candidates.ts";
import { type Costs, type GoalResult, goalsOf, ifSolved, partKept } from "./goals.ts";
import { type Extent, SCENARIOS } from "./scenarios.ts";
import type { Share, Spread, StopShares, Summary } from "./summary.ts";

/** A run of the bench, with what is needed to judge it. */
export interface Scorecard {
  readonly date: string;
  readonly seeds: "tuning" | "reporting";
  readonly extent: Extent;
  /** Of the sources of detection, and of the simulator. */
  readonly parameters: string;
  readonly traffic: string;
  /** Of the repository when it was run; with a plus sign where files had changed since. */
  readonly commit: string;
  readonly machine: string;
  readonly minutes: number;
  readonly goals: readonly GoalResult[];
  readonly summaries: readonly Summary[];
  readonly costs: Costs;
}

export function scorecardOf(
  about: Omit<Scorecard, "goals" | "summaries" | "costs">,
  summaries: readonly Summary[],
  costs: Costs,
): Scorecard {
  return { ...about, goals: goalsOf(summaries, costs), summaries, costs };
}

/** The scorecard as Markdown. Tables without a row are left out. */
export function scorecardText(card: Scorecard): string {
  const { summaries } = card;
  return `${[
    head(card),
    section(`Goals, for ${MAIN_CANDIDATE.name}`, goals(card.goals)),
    section("Legitimate messages stopped: every candidate, hard weeks", candidatesIn(summaries, "standard")),
    section("The same by stress event: share stopped (and challenged)", byEvent(summaries)),
    section(`Legitimate messages in every variant, ${MAIN_CANDIDATE.name}`, variants(summaries, MAIN_CANDIDATE.name)),
    ...BASELINES.map(({ name }) => section(`Variants, ${name}`, variants(summaries, name))),
    section("Random worlds", randomWorlds(summaries)),
    section("Attack messages let through: ours", attacksOfOurs(summaries)),
    section(
      "Attack messages let through: median of every candidate, baselines on the first worlds only",
      attacksOfAll(summaries),
    ),
    section("Money let through, US dollars: median (p99)", money(summaries)),
    section("First stop, and legitimate traffic of the attacked destinations", firstStops(summaries)),
    section("After the attack", reopening(summaries)),
    section("Cost", costTable(card.costs)),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function head({ date, seeds, extent, parameters, traffic, commit, machine, minutes, summaries }: Scorecard): string {
  const legitimate = summaries.filter(
    ({ candidate, attack }) => candidate === MAIN_CANDIDATE.name && attack === undefined,
  );
  const messages = legitimate.reduce((total, summary) => total + summary.legitimate.counts.total, 0);
  const use =
    seeds === "reporting"
      ? "Reporting seeds (from 1,000 on): run once for each change of parameters, and not used to choose any."
      : "Tuning seeds (1 to 999): parameters were chosen on them, so this is not to be reported.";
  return `# Detection scorecard

Made by \`npm run bench:detect\`; do not edit. ${date}, ${extent} run of ${minutes.toFixed(0)} minutes, ${machine}. Parameters \`${parameters}\`, simulator \`${traffic}\`, commit ${commit}.

${use} ${whole(messages)} legitimate messages without attack for ${MAIN_CANDIDATE.name}. *Stopped*: blocked, or held and never released. *Challenged*: asked to prove themselves first; counted as not sent to attackers unless a column says otherwise. 95 %: one-sided upper bound over worlds (what one world stops together counts as one), never below the binomial one of Clopper and Pearson. p99 and maximum are over worlds.`;
}

function goals(results: readonly GoalResult[]): Table {
  return {
    columns: ["goal", "measured", "on", ""],
    rows: results
      .filter(({ met }) => met !== undefined)
      .map(({ goal, measured, basis, met }) => [goal, measured, basis, met ? "met" : "**missed**"]),
  };
}

function candidatesIn(summaries: readonly Summary[], scenario: string): Table {
  return {
    columns: [
      "candidate",
      "worlds",
      "messages",
      "blocked",
      "held in vain",
      "stopped",
      "95 %",
      "challenged",
      "95 %",
      "waited",
      "verified numbers stopped + challenged",
      "incidents without attack, per week",
    ],
    rows: summaries
      .filter((each) => each.scenario === scenario)
      .sort(byCandidate)
      .map((summary) => [
        summary.candidate,
        String(summary.seeds.length),
        whole(summary.legitimate.counts.total),
        ...stopCells(summary.legitimate),
        shareText(summary.waited),
        `${summary.verified.stopped.hits} + ${summary.verified.challenged.hits} of ${whole(summary.verified.counts.total)}`,
        summary.falseIncidentsPerWorld.toFixed(1),
      ]),
  };
}

function byEvent(summaries: readonly Summary[]): Table {
  const standard = summaries.filter(({ scenario }) => scenario === "standard").sort(byCandidate);
  const main = standard.find(({ candidate }) => candidate === MAIN_CANDIDATE.name) ?? standard[0];
  const events = Object.keys(main?.events ?? {});
  return {
    columns: ["event", "messages", ...standard.map(({ candidate }) => candidate)],
    rows: events.map((event) => [
      event,
      whole(main?.events[event]?.counts.total ?? 0),
      ...standard.map((summary) => {
        const shares = summary.events[event];
        if (shares === undefined) return "";
        const challenged = shares.challenged.hits > 0 ? ` (${shareText(shares.challenged.share)})` : "";
        return `${shareText(shares.stopped.share)}${challenged}`;
      }),
    ]),
  };
}

function variants(summaries: readonly Summary[], candidate: string): Table {
  const rows = inOrder(summaries, "legitimate").filter((each) => each.candidate === candidate);
  return {
    columns: [
      "variant",
      "worlds",
      "messages",
      "blocked",
      "held in vain",
      "stopped",
      "95 %",
      "challenged",
      "95 %",
      "verified stopped + challenged",
      "outcomes missed after",
    ],
    rows: rows.map((summary) => [
      summary.scenario,
      String(summary.seeds.length),
      whole(summary.legitimate.counts.total),
      ...stopCells(summary.legitimate),
      `${summary.verified.stopped.hits} + ${summary.verified.challenged.hits}`,
      Number.isFinite(summary.outcomesMissedAfter) ? `${summary.outcomesMissedAfter.toFixed(1)} min` : "",
    ]),
  };
}

function randomWorlds(summaries: readonly Summary[]): Table {
  const worlds = summaries.filter(({ scenario }) => scenario === "random").sort(byCandidate);
  return {
    columns: [
      "candidate",
      "worlds",
      "messages",
      "stopped",
      "95 %",
      "challenged",
      "worlds in which the budget was kept",
    ],
    rows: worlds.map((summary) => {
      const preset = DETECTION_PRESETS.find((name) => summary.candidate === `ours ${name}`) ?? "balanced";
      const budget = PRESETS[preset].falseBlockBudget;
      const { counts, stopped, challenged } = summary.legitimate;
      return [
        summary.candidate,
        String(summary.seeds.length),
        whole(counts.total),
        shareText(stopped.share),
        shareText(stopped.upper),
        shareText(challenged.share),
        `${(100 * partKept(summary, budget)).toFixed(1)} % (${budget.toExponential(0)})`,
      ];
    }),
  };
}

function attacksOfOurs(summaries: readonly Summary[]): Table {
  const rows = inOrder(summaries, "attack").filter(
    ({ candidate, botsSolve }) => !botsSolve && OUR_CANDIDATES.some(({ name }) => name === candidate),
  );
  return {
    columns: [
      "attack",
      "candidate",
      "worlds",
      "messages",
      "let through: median",
      "p99",
      "maximum",
      "bots meet every challenge (challenged = sent): median",
      "p99",
      "per country",
      "while it prepared",
    ],
    rows: rows.map((summary) => {
      const { attack } = summary;
      const solved = ifSolved(summaries, summary)?.attack?.leakedIfSolved;
      return [
        summary.scenario,
        summary.candidate,
        String(summary.seeds.length),
        whole(attack?.asked ?? 0),
        ...(attack === undefined ? ["", "", ""] : spreadCells(attack.leaked)),
        number(solved?.median),
        number(solved?.p99),
        (attack?.countries ?? 0) > 1 ? (attack?.leakedPerCountry.median.toFixed(1) ?? "") : "",
        attack?.preparation ? String(attack.preparation) : "",
      ];
    }),
  };
}

function attacksOfAll(summaries: readonly Summary[]): Table {
  const rows = inOrder(summaries, "attack").filter(({ botsSolve }) => !botsSolve);
  const present = CANDIDATES.filter(({ name }) => rows.some(({ candidate }) => candidate === name));
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  return {
    columns: ["attack", "messages", ...present.map(({ name }) => name)],
    rows: scenarios.map((scenario) => {
      const own = rows.filter((each) => each.scenario === scenario);
      return [
        scenario,
        whole(own[0]?.attack?.asked ?? 0),
        ...present.map(({ name }) => number(own.find(({ candidate }) => candidate === name)?.attack?.leaked.median)),
      ];
    }),
  };
}

function money(summaries: readonly Summary[]): Table {
  const rows = inOrder(summaries, "attack").filter(({ botsSolve }) => !botsSolve);
  const present = CANDIDATES.filter(({ name }) => rows.some(({ candidate }) => candidate === name));
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  return {
    columns: ["attack", ...present.map(({ name }) => name)],
    rows: scenarios.map((scenario) => [
      scenario,
      ...present.map(({ name }) => {
        const own = rows.find((each) => each.scenario === scenario && each.candidate === name)?.attack?.money;
        return own === undefined ? "" : `${own.median.toFixed(2)} (${own.p99.toFixed(2)})`;
      }),
    ]),
  };
}

function firstStops(summaries: readonly Summary[]): Table {
  const rows = inOrder(summaries, "attack").filter(
    ({ candidate, botsSolve }) => !botsSolve && candidate === MAIN_CANDIDATE.name,
  );
  return {
    columns: [
      "attack",
      "first stop at its message: median",
      "p99",
      "after seconds: median",
      "p99",
      "worlds without a stop",
      "legitimate messages of attacked destinations",
      "blocked",
      "held in vain",
      "challenged",
      "sent",
      "incidents without attack, per world",
    ],
    rows: rows.map(({ scenario, attack, attacked, falseIncidentsPerWorld }) => {
      const { counts } = attacked;
      const sent = counts.total - counts.block - counts.hold - counts.challenge;
      return [
        scenario,
        number(attack?.firstStopMessages.median),
        number(attack?.firstStopMessages.p99),
        number(attack?.firstStopSeconds.median),
        number(attack?.firstStopSeconds.p99),
        String(attack?.neverStopped ?? ""),
        whole(counts.total),
        String(counts.block),
        String(counts.hold),
        String(counts.challenge),
        counts.total === 0 ? "" : `${((100 * sent) / counts.total).toFixed(2)} %`,
        falseIncidentsPerWorld.toFixed(1),
      ];
    }),
  };
}

function reopening(summaries: readonly Summary[]): Table {
  const rows = inOrder(summaries, "reopening").filter(({ botsSolve }) => !botsSolve);
  return {
    columns: [
      "scenario",
      "candidate",
      "worlds",
      "first person let through after minutes: median",
      "maximum",
      "everybody from minute: median",
      "maximum",
      "people stopped before: median",
      "maximum",
    ],
    rows: rows.map(({ scenario, candidate, seeds, reopening: ends }) => [
      scenario,
      candidate,
      String(seeds.length),
      ...[ends?.firstAfter, ends?.openAfter, ends?.peopleStopped].flatMap((each) => [
        number(each?.median),
        number(each?.maximum),
      ]),
    ]),
  };
}

function costTable({ candidates }: Costs): Table {
  return {
    columns: [
      "candidate",
      "CPU µs for a message with its outcomes, replay included",
      "verdict alone: mean µs",
      "p99 µs",
      "state after ten days, MB",
    ],
    rows: candidates.map(({ candidate, message, verdict, state }) => [
      candidate,
      message.toFixed(2),
      verdict?.mean.toFixed(2) ?? "",
      verdict?.p99.toFixed(1) ?? "",
      state.toFixed(0),
    ]),
  };
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function section(title: string, { columns, rows }: Table): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [`## ${title}`, "", line(columns), line(rule), ...rows.map(line)].join("\n");
}

function inOrder(summaries: readonly Summary[], kind: string): readonly Summary[] {
  const names = SCENARIOS.filter((scenario) => scenario.kind === kind).map(({ name }) => name);
  return summaries
    .filter(({ scenario }) => names.includes(scenario))
    .sort((a, b) => names.indexOf(a.scenario) - names.indexOf(b.scenario) || byCandidate(a, b));
}

function byCandidate(a: Summary, b: Summary): number {
  const place = ({ candidate }: Summary): number => CANDIDATES.findIndex(({ name }) => name === candidate);
  return place(a) - place(b);
}

/** Blocked, held in vain, share stopped with its bound, share challenged with its bound. */
function stopCells({ counts, stopped, challenged }: StopShares): readonly string[] {
  return [whole(counts.block), whole(counts.hold), ...shareCells(stopped), ...shareCells(challenged)];
}

function shareCells({ share, upper }: Share): readonly string[] {
  return [shareText(share), shareText(upper)];
}

function spreadCells({ median, p99, maximum }: Spread): readonly string[] {
  return [number(median), number(p99), number(maximum)];
}

function shareText(value: number): string {
  if (value === 0) return "0";
  if (value < 0.001) return value.toExponential(1);
  return `${value < 0.1 ? (100 * value).toPrecision(2) : (100 * value).toFixed(0)} %`;
}

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return "never";
  return Number.isInteger(value) ? whole(value) : value.toFixed(1);
}

function whole(value: number): string {
  return value.toLocaleString("en");
}
