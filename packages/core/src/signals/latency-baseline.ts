/** Bins of a quarter of an octave: bin of x milliseconds is 4·⌊log2 x⌋ + the two next bits. */
const BINS = 132;
/** Weight of what is assumed before anything was seen. */
const PRIOR_WEIGHT = 40;
/** Lognormal over 3 s of delivery: median of 13.5 s in all. */
const PRIOR_DELAY_MS = 3_000;
const PRIOR_MEDIAN_MS = 10_500;
const PRIOR_SPREAD = 0.75;
/** Beyond so many, older ones count half: the baseline follows what changes. */
const MEMORY = 20_000;
const REFRESH = 32;
const FASTEST_SHARE = 0.005;
const RIPE_SHARE = 0.85;
const MATURE_SHARE = 0.97;

/**
 * How long people take to complete a verification, from the account's own unsuspected completions: the null that a pending
 * code and a completion are compared with.
 */
export class LatencyBaseline {
  readonly #counts: Float64Array = new Float64Array(BINS);
  readonly #below: Float64Array = new Float64Array(BINS + 1);
  #total = 0;
  #fresh = 0;

  /** Times within which nearly none, most and nearly all completions come (milliseconds). */
  fastest = 0;
  ripe = 0;
  mature = 0;

  constructor() {
    this.#refresh();
  }

  /** Completions that it was learned from. */
  get observed(): number {
    return this.#total;
  }

  learn(milliseconds: number): void {
    const bin = binOf(milliseconds);
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#total++;
    if (this.#total > MEMORY) {
      for (let index = 0; index < BINS; index++) this.#counts[index] = (this.#counts[index] ?? 0) / 2;
      this.#total /= 2;
    }
    if (++this.#fresh >= REFRESH || this.#total < REFRESH) this.#refresh();
  }

  /** Share of completions that took at most so long, between the edges of the bins in proportion. */
  share(milliseconds: number): number {
    const bin = binOf(milliseconds);
    const lower = this.#below[bin] ?? 0;
    const upper = this.#below[bin + 1] ?? 1;
    const from = lowerEdge(bin);
    return (
      lower +
      ((upper - lower) * Math.min(Math.max(milliseconds - from, 0), lowerEdge(bin + 1) - from)) /
        (lowerEdge(bin + 1) - from)
    );
  }

  /** The same on the slow side: as if everybody took a fifth longer. What a pending code is judged by. */
  slowShare(milliseconds: number): number {
    const bin = binOf(milliseconds) - 1;
    return bin < 0 ? 0 : (this.#below[bin] ?? 0);
  }

  /** The time within which this share of the completions came, to the bin. */
  quantile(share: number): number {
    for (let bin = 0; bin < BINS; bin++) if ((this.#below[bin + 1] ?? 1) >= share) return lowerEdge(bin + 1);
    return lowerEdge(BINS);
  }

  snapshot(): readonly number[] {
    // What was reckoned lately, too: the next time is when it would have been.
    return [this.#total, this.#fresh, ...this.#counts, ...this.#below];
  }

  static restore([total = 0, fresh = 0, ...columns]: readonly number[]): LatencyBaseline {
    const baseline = new LatencyBaseline();
    baseline.#total = total;
    baseline.#fresh = fresh;
    baseline.#counts.set(columns.slice(0, BINS));
    baseline.#below.set(columns.slice(BINS));
    baseline.#reckonQuantiles();
    return baseline;
  }

  #refresh(): void {
    this.#fresh = 0;
    let below = 0;
    const all = this.#total + PRIOR_WEIGHT;
    for (let bin = 0; bin < BINS; bin++) {
      this.#below[bin] = below / all;
      below += (this.#counts[bin] ?? 0) + PRIOR_WEIGHT * (PRIOR[bin] ?? 0);
    }
    this.#below[BINS] = 1;
    this.#reckonQuantiles();
  }

  #reckonQuantiles(): void {
    this.fastest = this.quantile(FASTEST_SHARE);
    this.ripe = this.quantile(RIPE_SHARE);
    this.mature = this.quantile(MATURE_SHARE);
  }
}

export function binOf(milliseconds: number): number {
  const x = Math.min(Math.max(Math.round(milliseconds), 4), 0xffff_ffff) >>> 0;
  const octave = 31 - Math.clz32(x);
  return octave * 4 + ((x >>> (octave - 2)) & 3);
}

export function lowerEdge(bin: number): number {
  return 2 ** (bin >> 2) * (1 + (bin & 3) / 4);
}

const PRIOR: readonly number[] = Array.from(
  { length: BINS },
  (_, bin) => priorBelow(lowerEdge(bin + 1)) - priorBelow(lowerEdge(bin)),
);

function priorBelow(milliseconds: number): number {
  if (milliseconds <= PRIOR_DELAY_MS) return 0;
  return normalBelow(Math.log((milliseconds - PRIOR_DELAY_MS) / PRIOR_MEDIAN_MS) / PRIOR_SPREAD);
}

/** The normal distribution's share below z (Abramowitz and Stegun 26.2.17; error below 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
