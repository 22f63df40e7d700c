import type { NumberRejection } from "@safeguard/core";
import { AmountTally } from "./amount-tally.ts";
import type { BacktestResult } from "./backtest-result.ts";
import type { Money } from "./message-log.ts";

/** A row whose recipient is no number: it never became a message. */
export interface RejectedMessage {
  readonly price: Money | undefined;
  readonly convertedAt: number | undefined;
  /** As the file writes it. */
  readonly to: string;
  readonly line: number;
  readonly rejected: NumberRejection;
}

/** Why a recipient could not be read; `scientific_notation` and `decimal_point` are what spreadsheets make of numbers. */
export type RejectedReason = NumberRejection | "scientific_notation" | "decimal_point";

/** What is wrong, as the end of `… numbers …`, and what is right. */
export const REJECTED_TEXTS: Readonly<Record<RejectedReason, { readonly wrong: string; readonly right: string }>> = {
  number_missing: { wrong: "are empty", right: "a message needs a recipient" },
  number_too_long: {
    wrong: "have more than 15 digits",
    right: "write one number in each row, as +447900112345",
  },
  number_too_short: { wrong: "have too few digits for their country", right: "write them in full, as +447900112345" },
  number_character: {
    wrong: "hold something that no phone number has",
    right: "write digits alone after the plus, as +447900112345",
  },
  number_extension: { wrong: "have an extension", right: "leave the extension out: no SMS reaches it" },
  number_not_international: {
    wrong: "have no plus and no country in front, or cannot be told from national ones",
    right:
      "write a plus and the country's calling code first, as +447900112345 (all of the file without a plus is fine, too, where all are international)",
  },
  number_calling_code: {
    wrong: "begin with a calling code that no country has",
    right: "write the country's calling code first, as +447900112345",
  },
  number_impossible: {
    wrong: "have more or fewer digits than any number of their country",
    right: "write all digits of a number behind the calling code and no others, as +447900112345",
  },
  scientific_notation: {
    wrong: "were turned into scientific notation by a spreadsheet, and their last digits are lost",
    right: "export again, with that column as text",
  },
  decimal_point: {
    wrong: "were turned into decimal numbers by a spreadsheet",
    right: "export again, with that column as text",
  },
};

/** Counts recipients that are no numbers, by what is wrong with them. */
export class RejectedNumbers {
  readonly #reasons = new Map<RejectedReason, { messages: number; readonly example: { line: number; to: string } }>();
  readonly #cost = new AmountTally();
  #messages = 0;
  #converted = 0;

  add({ price, convertedAt, to, line, rejected }: RejectedMessage): void {
    this.#messages += 1;
    if (convertedAt !== undefined) this.#converted += 1;
    if (price !== undefined) this.#cost.add(price.micros, price.currency);
    const reason = reasonOf(to, rejected);
    const known = this.#reasons.get(reason);
    if (known === undefined) {
      this.#reasons.set(reason, { messages: 1, example: { line, to: to.slice(0, LONGEST_EXAMPLE) } });
      return;
    }
    known.messages += 1;
    if (line < known.example.line) Object.assign(known.example, { line, to: to.slice(0, LONGEST_EXAMPLE) });
  }

  result(): BacktestResult["rejected"] {
    return {
      messages: this.#messages,
      converted: this.#converted,
      cost: this.#cost.amounts(),
      reasons: [...this.#reasons]
        .map(([reason, { messages, example }]) => ({ reason, messages, example: { ...example } }))
        .sort((a, b) => b.messages - a.messages),
    };
  }
}

const LONGEST_EXAMPLE = 40;

function reasonOf(to: string, rejected: NumberRejection): RejectedReason {
  if (rejected !== "number_character") return rejected;
  const text = to.trim();
  if (/^\+?\d(?:[.,]\d{1,17})?E\+?\d{1,2}$/i.test(text)) return "scientific_notation";
  return /^\+?\d{5,15}[.,]0{1,2}$/.test(text) ? "decimal_point" : rejected;
}
