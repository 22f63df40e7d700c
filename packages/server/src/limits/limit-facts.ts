import type { AccountId, Engine, EpochMilliseconds, Recipient } from "@safeguard/core";
import type { PriceList } from "../prices/price-list.ts";

/** What limits have to know of a message besides what is always known. Nothing, where none needs it. */
export interface LimitFacts {
  readonly content?: string;
  readonly pricesIn?: Readonly<Record<string, number>>;
}

export interface LimitFactsParts {
  readonly engine: Pick<Engine, "limitNeeds">;
  readonly prices: PriceList;
  /** Stands for a text without telling it; the same for the same text. */
  contentOf?(text: string): string;
}

const NONE: LimitFacts = {};

export function limitFacts(
  { engine, prices, contentOf }: LimitFactsParts,
  account: { readonly id: AccountId; readonly currency: string },
  policy: string,
  at: EpochMilliseconds,
  {
    recipient,
    segments,
    text,
  }: { readonly recipient: Recipient; readonly segments: number; readonly text?: string | undefined },
): LimitFacts {
  const needs = engine.limitNeeds(account.id, policy, at);
  if (needs === undefined) return NONE;
  const pricesIn: Record<string, number> = {};
  for (const currency of needs.currencies) {
    const price = currency === account.currency ? undefined : prices.price(recipient, segments, currency);
    if (price !== undefined) pricesIn[currency] = price.micros;
  }
  return {
    ...(needs.content && text !== undefined && contentOf !== undefined && { content: contentOf(text) }),
    ...(Object.keys(pricesIn).length > 0 && { pricesIn }),
  };
}
