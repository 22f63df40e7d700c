import type { Rule } from "./rule.ts";

const LEAST_SHARE = 0.35;
const LATEST = 50;
/** A code that is younger may still come back. */
const MATURE_MS = 3 * 60_000;
/** A blocked country is tried with one message so often. */
const TRY_MS = 10 * 60_000;

/**
 * A country is blocked while fewer than 35 % of its latest 50 codes were completed, the kind of rule that vendors describe
 * for a country or network (Vonage Verify: "volume and conversion") without figures. Codes of the last three minutes do
 * not count yet. How to open again nobody publishes: here one message in ten minutes passes.
 */
export function countryConversion(): Rule {
  const countries = new Map<string, Country>();
  return {
    decide({ row, recipient }) {
      const [destination] = recipient.candidates;
      let country = countries.get(destination);
      if (country === undefined) {
        country = { waiting: [], latest: [], completed: 0, triedAt: 0 };
        countries.set(destination, country);
      }
      const { time } = row;
      mature(country, time);
      const isLow = country.latest.length === LATEST && country.completed < LEAST_SHARE * LATEST;
      if (isLow && time - country.triedAt < TRY_MS) return "block";
      if (isLow) country.triedAt = time;
      country.waiting.push({ id: row.id, at: time, completed: false });
      return "allow";
    },
    completed({ row, recipient }) {
      const country = countries.get(recipient.candidates[0]);
      if (country === undefined) return;
      const code = country.waiting.find(({ id }) => id === row.id) ?? country.latest.find(({ id }) => id === row.id);
      if (code === undefined || code.completed) return;
      code.completed = true;
      if (country.latest.includes(code)) country.completed += 1;
    },
  };
}

interface Country {
  /** Sent lately, oldest first. */
  readonly waiting: Code[];
  readonly latest: Code[];
  /** Of the latest. */
  completed: number;
  triedAt: number;
}

interface Code {
  readonly id: string;
  readonly at: number;
  completed: boolean;
}

function mature(country: Country, now: number): void {
  const { waiting, latest } = country;
  for (let first = waiting[0]; first !== undefined && first.at <= now - MATURE_MS; first = waiting[0]) {
    waiting.shift();
    latest.push(first);
    if (first.completed) country.completed += 1;
    if (latest.length > LATEST && latest.shift()?.completed) country.completed -= 1;
  }
}
