import { z } from "zod";
import type { Money } from "../store/journal-record.ts";

export const moneyView = z
  .object({ amount: z.string().describe("Decimal, such as 0.0075."), currency: z.string() })
  .meta({ id: "Money" });

/** Decimal text with up to 6 places and no needless zeros: `1.5`, `0.0075`, `-2`. */
export function viewOfMoney({ micros, currency }: Money): z.infer<typeof moneyView> {
  const sign = micros < 0 ? "-" : "";
  const digits = Math.abs(Math.round(micros)).toString().padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0+$/, "");
  const amount = `${sign}${digits.slice(0, -6)}${fraction === "" ? "" : `.${fraction}`}`;
  return { amount, currency };
}
