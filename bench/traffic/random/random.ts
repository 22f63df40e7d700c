/**
 * A deterministic source of random numbers (sfc32: small, fast, passes the usual batteries). Each purpose has a stream of
 * its own, so that what one purpose draws never moves what another gets.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** The stream of a purpose in the world of `seed`: the same names, the same numbers. */
  static of(seed: number, ...purpose: readonly (string | number)[]): Random {
    const name = purpose.join("\u0000");
    return new Random(hashText(name, seed | 0), hashText(name, Math.imul(seed | 0, 0x9e3779b1) ^ 0x85ebca6b));
  }

  constructor(high: number, low: number) {
    this.restart(high, low);
  }

  /** Begins the stream of two 32-bit seeds. */
  restart(high: number, low: number): void {
    this.#a = high | 0;
    this.#b = low | 0;
    this.#c = 0x6a09e667;
    this.#counter = 1;
    for (let round = 0; round < 8; round += 1) this.bits();
  }

  /** 32 random bits, as a signed integer. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** From 0 to below 1. */
  uniform(): number {
    return (this.bits() >>> 0) / 0x1_0000_0000;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.uniform();
  }

  /** 0 to `below` - 1. */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Lognormal by its median and the standard deviation of its logarithm. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }

  /** `count` different items, in random order; all of them where there are no more. */
  pickSome<T>(items: readonly T[], count: number): readonly T[] {
    const rest = [...items];
    return Array.from({ length: Math.min(count, rest.length) }, () => {
      const [item] = rest.splice(this.integer(rest.length), 1);
      if (item === undefined) throw new RangeError("there is nothing to pick from");
      return item;
    });
  }
}

/** 32 well-mixed bits of a text. */
export function hashText(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** 32 well-mixed bits of a whole number up to 2^53, such as the digits of a phone number. */
export function hashNumber(value: number, seed: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return mix(mix((value - high * 0x1_0000_0000) ^ seed) + Math.imul(high, 0x9e3779b1));
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
