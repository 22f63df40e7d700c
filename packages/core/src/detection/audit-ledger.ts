import type { DetectionAudit } from "./detection-settings.ts";

const DAY_MS = 86_400_000;
/** Shares of legitimate messages among the stopped ones that are tested, from 0 to 0.98. */
const STEPS = 50;
/** A share is ruled out when the bets against it have multiplied by this: wrong at most once in twenty accounts, whenever looked at. */
const RULED_OUT = Math.log(20);
/** Legitimate messages that may have been stopped beyond the budget before anything is concluded. */
const RESERVE = 20;
/** So many times the budget, and detection only tells. */
const FAR_BEYOND = 5;
/** Of what is ruled out a quarter is bet each time. */
const BET = 0.5;

/** How far detection may go by what the audit releases show. */
export type Enforcement = "block" | "challenge" | "tell";

/**
 * Measures how many of the messages that detection alone stops are legitimate: a recorded draw releases a few of them, and
 * what becomes of those is an unbiased sample. A betting confidence sequence (Waudby-Smith and Ramdas 2024) gives a lower
 * bound for the legitimate share that holds at every moment. When the stopped messages times that bound exceed the
 * false-block budget, enforcement steps down by itself. A faked completion of a release only makes it more permissive.
 */
export class AuditLedger {
  #day = 0;
  #releasedToday = 0;
  released = 0;
  answered = 0;
  /** Stopped by detection alone, and let through and completed: what the budget is a share of. */
  stopped = 0;
  legitimate = 0;
  readonly #bets: Float64Array = new Float64Array(STEPS);

  /** Is this message one of those that are released? `draw`: from 0 to 1, recorded with the message. */
  mayRelease(audit: DetectionAudit | undefined, draw: number | undefined, at: number): boolean {
    if (audit === undefined || draw === undefined || draw >= audit.share) return false;
    const day = Math.floor(at / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#releasedToday = 0;
    }
    if (this.#releasedToday >= audit.maximumPerDay) return false;
    this.#releasedToday++;
    this.released++;
    return true;
  }

  /** What became of a released message. */
  observe(completed: boolean): void {
    if (completed) this.answered++;
    for (let step = 0; step < STEPS; step++) {
      const share = step / STEPS;
      this.#bets[step] = (this.#bets[step] ?? 0) + Math.log1p(BET * ((completed ? 1 : 0) - share));
    }
  }

  /** At least this share of what is stopped is legitimate. */
  get legitimateShare(): number {
    let least = 0;
    for (let step = 0; step < STEPS; step++) if ((this.#bets[step] ?? 0) >= RULED_OUT) least = (step + 1) / STEPS;
    return least;
  }

  /** How far detection may go under this budget. */
  enforcement(falseBlockBudget: number): Enforcement {
    const share = this.legitimateShare;
    if (share === 0) return "block";
    const spent = share * this.stopped - RESERVE;
    const budget = falseBlockBudget * (this.legitimate + this.stopped);
    if (spent <= budget) return "block";
    return spent <= FAR_BEYOND * (budget + RESERVE) ? "challenge" : "tell";
  }

  snapshot(): readonly number[] {
    return [this.#day, this.#releasedToday, this.released, this.answered, this.stopped, this.legitimate, ...this.#bets];
  }

  static restore([
    day = 0,
    today = 0,
    released = 0,
    answered = 0,
    stopped = 0,
    legitimate = 0,
    ...bets
  ]: readonly number[]): AuditLedger {
    const ledger = new AuditLedger();
    ledger.#day = day;
    ledger.#releasedToday = today;
    Object.assign(ledger, { released, answered, stopped, legitimate });
    ledger.#bets.set(bets);
    return ledger;
  }
}
