import type { Message } from "../message.ts";
import { amountOf, type CompiledLimits, priceIn, speaksOf } from "./compiled-limits.ts";
import type { LimitFinding } from "./limit-finding.ts";

/**
 * Does a recorded finding follow from the limits that held then, and from its own numbers? What had been counted follows
 * from traffic that went before: it is taken as recorded.
 */
export function agreesWithLimits(finding: LimitFinding, limits: CompiledLimits | undefined, message: Message): boolean {
  const { name, level, count, amount, most, currency, reason } = finding;
  const ceiling = limits?.ceilings.find(
    (limit) => limit.level === level && limit.ceiling.name === name && speaksOf(limit, message, () => false),
  );
  const said =
    name === ""
      ? limits?.maximumPrices.find((price) => price.level === level && price.currency === currency)?.micros
      : ceiling?.most;
  if (said !== most) return false;
  const price = priceIn(message, currency);
  if (reason === "limit_price_unknown") return price === undefined;
  if (amount !== (ceiling === undefined ? price : amountOf(ceiling, message))) return false;
  return reason === "limit_price" ? amount > most : count + amount > most || finding.retryAt !== undefined;
}
