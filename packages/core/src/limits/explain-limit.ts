import type { LimitFinding } from "./limit-finding.ts";
import type { CeilingSubject } from "./limit-settings.ts";

const WHOSE: Readonly<Record<CeilingSubject, string>> = {
  account: "",
  each_account: " of this account",
  destination: " to this destination",
  recipient: " to this number",
  range: " to this range of numbers",
  originator: " from this sender",
  end_user_address: " for this end user's address",
  key: " for this key",
  duplicate: "",
};

/**
 * What goes between the words of a limit's sentence. Of a limit of an account above no amounts are told: they count what
 * other accounts did.
 */
export function explainLimit(finding: LimitFinding): Readonly<Record<string, string>> {
  const { name, per, level, reason, most, amount, currency } = finding;
  const limit = name === "" ? "The maximum price" : name;
  if (reason === "limit_price") {
    const use =
      level > 0
        ? "its price is over the maximum"
        : `${amountText(amount, currency)}, and the most is ${amountText(most, currency)}`;
    return { limit, use, currency: currency ?? "" };
  }
  const whose = per === undefined ? "" : WHOSE[per];
  const used = level > 0 ? `nothing more may go out now${whose}` : useText(finding, whose);
  return { limit, use: `${used}${whenText(finding)}`, currency: currency ?? "" };
}

function useText({ count, amount, most, window, currency }: LimitFinding, whose: string): string {
  const within = `within ${window?.match(/^\d/) ? window : `one ${window}`}`;
  const cost = currency === undefined ? "" : `, and this message costs ${amountText(amount, currency)}`;
  const used = currency === undefined ? count.toLocaleString("en-US") : amountText(count, currency);
  return `${used} of ${amountText(most, currency)}${whose} ${within}${cost}`;
}

function whenText({ retryAt }: LimitFinding): string {
  return retryAt === undefined
    ? "; waiting does not help"
    : `; there is room again at ${new Date(retryAt).toISOString()}`;
}

/** Messages, or money to the hundredth, or finer where it has finer parts. */
export function amountText(amount: number, currency: string | undefined): string {
  if (currency === undefined) return amount === 1 ? "1 message" : `${amount.toLocaleString("en-US")} messages`;
  const text = (amount / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, "$1");
  return `${text} ${currency}`;
}
