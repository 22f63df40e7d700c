import type { AccountId } from "../brand.ts";
import type { Message, Purpose } from "../message.ts";
import { networkOf } from "../network-of.ts";
import type { PolicyLevel } from "../policy/policy-document.ts";
import { keyOfRange, keyOfText } from "./limit-key.ts";
import {
  type Ceiling,
  type CeilingSubject,
  hasFewKeys,
  type LimitSettings,
  microsOf,
  windowMs,
} from "./limit-settings.ts";

/** The limits of a chain of accounts: all of them hold. */
export interface CompiledLimits {
  /** The account's own first. */
  readonly ceilings: readonly CompiledCeiling[];
  readonly maximumPrices: readonly MaximumPrice[];
  readonly needs: LimitNeeds;
}

export interface MaximumPrice {
  readonly micros: number;
  readonly currency: string;
  readonly level: number;
  /** A message whose price is not known counts as this dear, and passes. */
  readonly isAssumed: boolean;
}

/** What limits look at. */
export interface LimitNeeds {
  /** Currencies that money is counted in. */
  readonly currencies: readonly string[];
  /** `Message.content` */
  readonly content: boolean;
}

/** Millionths of the currency's unit; undefined: not known in it. */
export function priceIn({ price, pricesIn }: Message, currency: string | undefined): number | undefined {
  return price?.currency === currency ? price?.micros : pricesIn?.[currency ?? ""];
}

/** What the message takes of a ceiling: 1, or millionths of the currency's unit. Undefined: its price is not known in it. */
export function amountOf(
  { currency, assumed }: Pick<CompiledCeiling, "currency" | "assumed">,
  message: Message,
): number | undefined {
  return currency === undefined ? 1 : (priceIn(message, currency) ?? assumed);
}

/** Does any of these count money for this message, whose price is not known in its currency? */
export function lacksPrice({ ceilings, maximumPrices, needs }: CompiledLimits, message: Message): boolean {
  if (needs.currencies.every((currency) => priceIn(message, currency) !== undefined)) return false;
  const isUnknown = (currency: string | undefined): boolean =>
    currency !== undefined && priceIn(message, currency) === undefined;
  return (
    maximumPrices.some(({ currency }) => isUnknown(currency)) ||
    // (whether the number is verified does not matter for what is known of its price)
    ceilings.some((ceiling) => isUnknown(ceiling.currency) && speaksOf(ceiling, message, () => false))
  );
}

/** A ceiling made ready to ask. */
export interface CompiledCeiling {
  readonly ceiling: Ceiling;
  readonly per: CeilingSubject;
  readonly level: number;
  /** Whose ceiling it is. */
  readonly account: AccountId;
  /** Names what is counted: equal ceilings of one account have one count, whichever of its policies says them. */
  readonly id: string;
  readonly windowMs: number;
  readonly isFine: boolean;
  /** Messages, or millionths of the currency's unit. */
  readonly most: number;
  readonly currency: string | undefined;
  /** What a message counts as whose price is not known. Undefined: it is stopped. */
  readonly assumed: number | undefined;
  readonly destinations: ReadonlySet<string> | undefined;
  readonly purposes: ReadonlySet<Purpose> | undefined;
}

/** Undefined: nothing is limited. */
export function compileLimits(levels: readonly PolicyLevel[]): CompiledLimits | undefined {
  if (levels.every(({ document: { limits } }) => limits === undefined)) return undefined;
  const ceilings = levels.flatMap(({ account, document: { limits } }, level) =>
    (limits?.ceilings ?? []).map((ceiling) =>
      compileCeiling(ceiling, account as AccountId, level, assumedIn(limits, ceiling.money?.currency)),
    ),
  );
  const maximumPrices = levels.flatMap(({ document: { limits } }, level) => {
    const price = limits?.maximumPrice;
    if (price === undefined) return [];
    const isAssumed = limits?.whenPriceUnknown === "maximum_price";
    return [{ micros: microsOf(price), currency: price.currency, level, isAssumed }];
  });
  if (ceilings.length + maximumPrices.length === 0) return undefined;
  const counted = [...ceilings, ...maximumPrices].flatMap(({ currency }) => currency ?? []);
  const content = ceilings.some(({ per }) => per === "duplicate");
  return { ceilings, maximumPrices, needs: { currencies: [...new Set(counted)], content } };
}

/** What a message of unknown price counts as in this currency, by what one account says. */
function assumedIn(limits: LimitSettings | undefined, currency: string | undefined): number | undefined {
  const { whenPriceUnknown, maximumPrice } = limits ?? {};
  if (whenPriceUnknown !== "maximum_price" || maximumPrice?.currency !== currency) return undefined;
  return maximumPrice && microsOf(maximumPrice);
}

function compileCeiling(
  ceiling: Ceiling,
  account: AccountId,
  level: number,
  assumed: number | undefined,
): CompiledCeiling {
  const { name, per = "account", window, messages, money, destinations, prefixes, purposes, numbers } = ceiling;
  const scope = [destinations?.toSorted(), prefixes?.toSorted(), purposes?.toSorted(), numbers];
  const length = windowMs(window) ?? Number.NaN;
  return {
    ceiling,
    per,
    level,
    account,
    id: JSON.stringify([account, name, per, length, money?.currency, ceiling.digits, ceiling.key, ...scope]),
    windowMs: length,
    isFine: hasFewKeys(per),
    most: money === undefined ? (messages ?? 0) : microsOf(money),
    currency: money?.currency,
    assumed,
    destinations: destinations && new Set(destinations),
    purposes: purposes && new Set(purposes),
  };
}

/** Does it speak of this message? `isProven`: was the number verified? Asked only where it matters. */
export function speaksOf(
  { ceiling, destinations, purposes }: CompiledCeiling,
  message: Message,
  isProven: (message: Message) => boolean,
): boolean {
  if (purposes !== undefined && !purposes.has(message.purpose)) return false;
  if (destinations !== undefined && !message.recipient.candidates.some((code) => destinations.has(code))) return false;
  const { prefixes } = ceiling;
  if (prefixes !== undefined && !prefixes.some((prefix) => message.recipient.e164.startsWith(prefix))) return false;
  return ceiling.numbers === undefined || !isProven(message);
}

const EVERYTHING = [1];
const NOTHING: readonly number[] = [];

/** What the message counts under. Several: its number may belong to any of several destinations. None: it has no such key. */
export function keysOf({ per, ceiling }: CompiledCeiling, message: Message): readonly number[] {
  const { recipient, originator, endUserAddress, keys, content } = message;
  switch (per) {
    case "account":
      return EVERYTHING;
    case "each_account":
      return [keyOfText(message.account)];
    case "destination":
      return recipient.candidates.map(keyOfText);
    case "recipient":
      return [keyOfRange(recipient.e164, 0)];
    case "range":
      return [keyOfRange(recipient.e164, ceiling.digits ?? 0)];
    case "originator":
      return [keyOfText(originator)];
    case "end_user_address":
      return endUserAddress === undefined ? NOTHING : [keyOfText(networkOf(endUserAddress))];
    case "key": {
      const value = keys?.[ceiling.key ?? ""];
      return value === undefined ? NOTHING : [keyOfText(value)];
    }
    case "duplicate":
      return content === undefined ? NOTHING : [keyOfText(`${recipient.e164} ${content} ${originator}`)];
  }
}
