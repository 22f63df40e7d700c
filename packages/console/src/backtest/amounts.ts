import type { Money } from "@safeguard/client";
import type { Amounts, BacktestAttack } from "./backtest-types.ts";

/** As the rest of the console writes money. A currency out of a file may be anything: what is none is left out. */
export function moneyOf(amounts: Amounts): readonly Money[] {
  return Object.entries(amounts)
    .filter(([currency]) => /^[A-Z]{3}$/.test(currency))
    .map(([currency, micros]) => ({ amount: String(micros / 1_000_000), currency }));
}

/** What an attack's stops saved, and all that it came to. Undefined: there are no prices. */
export function moneyOfAttack({ incident: { counts } }: BacktestAttack): { saved: Money; all: Money } | undefined {
  const { currency, savedMicros, lostMicros } = counts.money;
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const of = (micros: number): Money => ({ amount: String(micros / 1_000_000), currency });
  return { saved: of(savedMicros), all: of(savedMicros + lostMicros) };
}

export function stoppedOf({ hold, challenge, block }: { hold: number; challenge: number; block: number }): number {
  return hold + challenge + block;
}

export function stoppedOfAttack({ incident: { counts } }: BacktestAttack): number {
  return counts.blocked + counts.challenged + counts.held + counts.wouldStop;
}

/** For files: `12.5 EUR; 3 USD`. */
export function amountsText(amounts: Amounts): string {
  return moneyOf(amounts)
    .map(({ amount, currency }) => `${amount} ${currency}`)
    .join("; ");
}
