import type { Attempt, Candidate, CandidatePlan, Hear, Setting } from "../candidate.ts";
import { TimeQueue } from "../time-queue.ts";

/** What a published rule says of one account's one-time codes. It answers at once, and never waits or challenges. */
export interface Rule {
  /** Called for every attempt, in the order of time. */
  decide(attempt: Attempt): "allow" | "block";
  /** Something that it allowed was completed. In the order of time, between the attempts. */
  completed?(attempt: Attempt, at: number): void;
}

/** A candidate of a rule, each account by itself. Only one-time codes are judged: other messages pass. */
export function ruleCandidate(
  name: string,
  intent: string,
  rule: (setting: Setting, account: string) => Rule,
): CandidatePlan {
  return {
    name,
    intent,
    begin: (hear, setting) => new RuleCandidate((account) => rule(setting, account), hear),
  };
}

class RuleCandidate<A extends Attempt> implements Candidate<A> {
  readonly #rules: Map<string, Rule> = new Map();
  readonly #ruleFor: (account: string) => Rule;
  readonly #hear: Hear<A>;
  readonly #completions: TimeQueue<A> = new TimeQueue();

  constructor(ruleFor: (account: string) => Rule, hear: Hear<A>) {
    this.#ruleFor = ruleFor;
    this.#hear = hear;
  }

  add(attempt: A): void {
    const { time, account, purpose, convertedAt } = attempt.row;
    this.#complete(time);
    const action = purpose === "otp" ? this.#ruleOf(account).decide(attempt) : "allow";
    if (action === "allow" && convertedAt !== undefined) this.#completions.push(convertedAt, attempt);
    this.#hear({ attempt, action, at: time, verdict: undefined, incident: undefined });
  }

  /** What comes back after the last attempt changes nothing. */
  finish(): void {}

  #complete(until: number): void {
    for (let at = this.#completions.nextAt; at <= until; at = this.#completions.nextAt) {
      const attempt = this.#completions.pop();
      if (attempt !== undefined) this.#ruleOf(attempt.row.account).completed?.(attempt, at);
    }
  }

  #ruleOf(account: string): Rule {
    let rule = this.#rules.get(account);
    if (rule === undefined) {
      rule = this.#ruleFor(account);
      this.#rules.set(account, rule);
    }
    return rule;
  }
}
