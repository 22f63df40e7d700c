/** What is assumed of verified numbers before enough was seen of them. */
const PRIOR_SHARE = 0.75;
const PRIOR_WEIGHT = 20;
const MEMORY = 4_000;
/** The group is down when its answers are this much likelier under half the usual share (nats). */
const DOWN = 4;
/** No matter how long an outage was, a few answers end it. */
const DEEPEST = 7;

/**
 * Do verified numbers complete their verifications as usual? Nobody who pumps can move them. When they fall, it is an
 * outage or an integration that stopped reporting, and unanswered codes prove nothing. A CUSUM of the likelihood ratio of
 * half the usual share against the usual share (Page 1954).
 */
export class ControlGroup {
  #sessions = 0;
  #converted = 0;
  #down = 0;
  /** Since when the group has been doing worse, and the last time that it was down: of when to when codes were sent. */
  #worseSince = 0;
  #outage: readonly [from: number, to: number] = [0, 0];

  /** `sentAt`: when the code was sent that was (not) answered in time. */
  observe(converted: boolean, sentAt: number): void {
    const usual = this.usualShare;
    const low = usual / 2;
    const step = converted ? Math.log(low / usual) : Math.log((1 - low) / (1 - usual));
    if (this.#down === 0) this.#worseSince = sentAt;
    this.#down = Math.min(Math.max(this.#down + step, 0), DEEPEST);
    if (this.isDown) this.#outage = [this.#worseSince, sentAt];
    // What is seen in an outage does not become what is usual.
    if (this.isDown) return;
    this.#sessions++;
    if (converted) this.#converted++;
    if (this.#sessions > MEMORY) {
      this.#sessions /= 2;
      this.#converted /= 2;
    }
  }

  get isDown(): boolean {
    return this.#down >= DOWN;
  }

  /** Was it down for codes that were sent then? They prove nothing, also afterwards. */
  wasDown(sentAt: number): boolean {
    const [from, to] = this.#outage;
    return sentAt >= from && sentAt <= to;
  }

  get observed(): number {
    return this.#sessions;
  }

  get usualShare(): number {
    const share = (this.#converted + PRIOR_WEIGHT * PRIOR_SHARE) / (this.#sessions + PRIOR_WEIGHT);
    return Math.min(Math.max(share, 0.1), 0.97);
  }

  snapshot(): readonly number[] {
    return [this.#sessions, this.#converted, this.#down, this.#worseSince, ...this.#outage];
  }

  static restore([
    sessions = 0,
    converted = 0,
    down = 0,
    worseSince = 0,
    from = 0,
    to = 0,
  ]: readonly number[]): ControlGroup {
    const group = new ControlGroup();
    group.#sessions = sessions;
    group.#converted = converted;
    group.#down = down;
    group.#worseSince = worseSince;
    group.#outage = [from, to];
    return group;
  }
}
