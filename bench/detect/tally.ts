import type { LastWord } from "./candidate.ts";
import type { LabelledAttempt } from "./labelled-attempt.ts";
import { AFTER_ATTACK } from "./people-after-attack.ts";
import {
  type AttackResult,
  type Counts,
  count,
  noCounts,
  type ReopeningResult,
  type WorldResult,
} from "./world-result.ts";

const DAY = 24 * 3_600_000;
const MINUTE = 60_000;

/** Counts what one candidate makes of one world. */
export class Tally {
  readonly #legitimate = noCounts();
  readonly #events: Record<string, Counts> = {};
  readonly #verified = noCounts();
  readonly #attacked = noCounts();
  readonly #attack = noCounts();
  readonly #leakedByCountry = new Map<string, number>();
  /** Incident to whether an attack message is in it. */
  readonly #incidents = new Map<string, boolean>();
  /** Numbers whose first verification was stopped: when they verified after all. */
  readonly #spoiled = new Map<string, number>();
  readonly #afterAttack: { readonly at: number; readonly passed: boolean }[] = [];
  #leakedMoney = 0;
  #challengedMoney = 0;
  #preparation = 0;
  #verifiedLimited = 0;
  #waited = 0;
  #longestWait = 0;
  #attackFrom = Number.POSITIVE_INFINITY;
  #attackUntil = Number.NEGATIVE_INFINITY;
  #firstStop: { messages: number; seconds: number } | undefined;

  hear(word: LastWord<LabelledAttempt>): void {
    const { attempt, action, incident } = word;
    const { row, measured } = attempt;
    const isAttack = row.label.kind === "attack";
    const wasVerified = this.#wasVerified(attempt, action === "allow");
    if (incident !== undefined && (measured || isAttack)) {
      this.#incidents.set(incident, isAttack || this.#incidents.get(incident) === true);
    }
    if (isAttack) this.#hearAttack(word);
    else if (measured) this.#hearLegitimate(word, wasVerified);
  }

  result(
    about: Pick<WorldResult, "scenario" | "candidate" | "seed" | "botsSolve" | "outcomesMissedAfter">,
  ): WorldResult {
    return {
      ...about,
      legitimate: this.#legitimate,
      events: this.#events,
      verified: this.#verified,
      verifiedLimited: this.#verifiedLimited,
      attacked: this.#attacked,
      waited: this.#waited,
      longestWait: this.#longestWait,
      incidents: this.#incidents.size,
      falseIncidents: [...this.#incidents.values()].filter((hasAttack) => !hasAttack).length,
      attack: this.#attackResult(),
      reopening: this.#reopening(),
    };
  }

  #hearLegitimate({ attempt, action, at, verdict }: LastWord<LabelledAttempt>, wasVerified: boolean): void {
    const { row } = attempt;
    const event = row.label.kind === "legitimate" ? row.label.event : undefined;
    if (event === AFTER_ATTACK) {
      this.#afterAttack.push({ at: row.time, passed: action === "allow" });
      return;
    }
    count(this.#legitimate, action);
    const name = event ?? "ordinary";
    let counts = this.#events[name];
    if (counts === undefined) {
      counts = noCounts();
      this.#events[name] = counts;
    }
    count(counts, action);
    const isLimited = action !== "allow" && verdict?.reason === "number_unanswered";
    if (wasVerified && isLimited) this.#verifiedLimited += 1;
    else if (wasVerified) count(this.#verified, action);
    if (attempt.attacked) count(this.#attacked, action);
    if (action === "allow" && at > row.time) {
      this.#waited += 1;
      this.#longestWait = Math.max(this.#longestWait, (at - row.time) / 1_000);
    }
  }

  #hearAttack({ attempt, action, at }: LastWord<LabelledAttempt>): void {
    const { row, recipient, attackNumber } = attempt;
    if (attackNumber === 0) {
      if (action === "allow") this.#preparation += 1;
      return;
    }
    count(this.#attack, action);
    this.#attackFrom = Math.min(this.#attackFrom, row.time);
    this.#attackUntil = Math.max(this.#attackUntil, row.time);
    const [country] = recipient.candidates;
    const leaked = this.#leakedByCountry.get(country) ?? 0;
    this.#leakedByCountry.set(country, leaked + (action === "allow" ? 1 : 0));
    if (action === "allow") this.#leakedMoney += row.price;
    else {
      if (action === "challenge") this.#challengedMoney += row.price;
      // Those that were held have their last word after later ones.
      if (attackNumber < (this.#firstStop?.messages ?? Number.POSITIVE_INFINITY)) {
        this.#firstStop = { messages: attackNumber, seconds: (at - this.#attackFrom) / 1_000 };
      }
    }
  }

  /** Did the number verify more than a day ago, for all that this candidate let through? */
  #wasVerified({ row, verifiedSince, verifies }: LabelledAttempt, passed: boolean): boolean {
    if (verifiedSince === undefined) return false;
    let since = verifiedSince;
    if (this.#spoiled.size > 0 || (verifies && !passed)) {
      const key = `${row.account} ${row.to}`;
      since = this.#spoiled.get(key) ?? verifiedSince;
      if (verifies && !passed) this.#spoiled.set(key, Number.POSITIVE_INFINITY);
      else if (passed && row.convertedAt !== undefined && row.convertedAt < since && this.#spoiled.has(key)) {
        this.#spoiled.set(key, row.convertedAt);
      }
    }
    return since <= row.time - DAY;
  }

  #attackResult(): AttackResult | undefined {
    if (this.#attack.total === 0) return undefined;
    return {
      counts: this.#attack,
      leakedMoney: this.#leakedMoney,
      challengedMoney: this.#challengedMoney,
      countries: this.#leakedByCountry.size,
      leakedInWorstCountry: Math.max(...this.#leakedByCountry.values()),
      preparation: this.#preparation,
      firstStop: this.#firstStop,
    };
  }

  #reopening(): ReopeningResult | undefined {
    const people = this.#afterAttack.sort((a, b) => a.at - b.at);
    if (people.length === 0) return undefined;
    const minutes = (at: number | undefined): number | undefined =>
      at === undefined ? undefined : (at - this.#attackUntil) / MINUTE;
    const lastStop = people.findLastIndex(({ passed }) => !passed);
    return {
      people: people.length,
      stopped: people.filter(({ passed }) => !passed).length,
      firstAfter: minutes(people.find(({ passed }) => passed)?.at),
      openAfter: minutes(people[lastStop + 1]?.at),
    };
  }
}
