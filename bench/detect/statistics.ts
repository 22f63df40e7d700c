/** The `part`-quantile by nearest rank: of 100 values the 0.99-quantile is the 99th. NaN of nothing. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(part * sorted.length - 1e-9));
  return sorted[Math.min(rank, sorted.length) - 1] ?? Number.NaN;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const CONFIDENCE = 0.95;
const NORMAL_95 = 1.6449;
/** From so many hits on the normal approximation (Wilson) is as good to three figures. */
const MANY = 2_000;

/**
 * One-sided 95 % upper bound of a share (Clopper and Pearson), were the messages independent: the share at which so few
 * hits or fewer have probability 0.05. Without a hit it is about 3 / total (the rule of three).
 */
export function binomialUpper(hits: number, total: number): number {
  if (total === 0 || hits >= total) return 1;
  if (hits > MANY) return wilsonUpper(hits, total);
  let low = hits / total;
  let high = 1;
  for (let step = 0; step < 100 && high - low > low * 1e-9; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, total, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * One-sided 95 % upper bound of a share over worlds: what is stopped together in one world is no independent evidence.
 * Ratio estimate with its standard error between worlds, Student's t with worlds - 1 degrees of freedom; the greater of it
 * and {@link binomialUpper}, which it is where nothing was hit at all.
 */
export function clusteredUpper(worlds: readonly { readonly hits: number; readonly total: number }[]): number {
  const hits = sum(worlds.map((world) => world.hits));
  const total = sum(worlds.map((world) => world.total));
  const binomial = binomialUpper(hits, total);
  if (hits === 0 || worlds.length < 2) return binomial;
  const share = hits / total;
  const squares = sum(worlds.map((world) => (world.hits - share * world.total) ** 2));
  const error = Math.sqrt((squares * worlds.length) / (worlds.length - 1)) / total;
  return Math.min(1, Math.max(binomial, share + studentUpper(worlds.length - 1) * error));
}

function wilsonUpper(hits: number, total: number): number {
  const share = hits / total;
  const square = NORMAL_95 ** 2;
  const centre = share + square / (2 * total);
  const spread = NORMAL_95 * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total));
  return (centre + spread) / (1 + square / total);
}

/** P(X <= hits) of a binomial distribution. */
function atMost(hits: number, total: number, share: number): number {
  const odds = Math.log(share) - Math.log1p(-share);
  let logarithm = total * Math.log1p(-share);
  let probability = Math.exp(logarithm);
  for (let count = 1; count <= hits; count += 1) {
    logarithm += Math.log((total - count + 1) / count) + odds;
    probability += Math.exp(logarithm);
  }
  return probability;
}

/** 95 % quantile of Student's t (Cornish-Fisher around the normal's; the first two are exact, the error below is < 1 %). */
function studentUpper(degrees: number): number {
  if (degrees === 1) return 6.314;
  if (degrees === 2) return 2.92;
  const z = NORMAL_95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degrees + second / degrees ** 2;
}
