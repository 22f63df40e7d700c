import { type NumberDialect, parseRecipientBytes } from "@safeguard/core";
import { PLACE, PLACES, type RowBlock } from "./row-block.ts";
import { TextCache } from "./text-cache.ts";
import { TrafficRow } from "./traffic-row.ts";

/** Makes rows of blocks. */
export class RowMaker {
  readonly #numbers: NumberDialect;
  readonly #accounts = new TextCache();
  readonly #senders = new TextCache();
  readonly #currencies = new TextCache();

  /** `numbers`: how the file writes recipient numbers. */
  constructor(numbers: NumberDialect) {
    this.#numbers = numbers;
  }

  rows(block: RowBlock): TrafficRow[] {
    const { bytes, places, count } = block;
    const rows: TrafficRow[] = [];
    for (let index = 0; index < count; index += 1) {
      const at = (which: number): number => places[index * PLACES + which] as number;
      const number = parseRecipientBytes(bytes, at(PLACE.to), at(PLACE.to + 1), this.#numbers);
      const account = this.#accounts.text(bytes, at(PLACE.account), at(PLACE.account + 1));
      const from = this.#senders.text(bytes, at(PLACE.from), at(PLACE.from + 1));
      const currency = this.#currencies.text(bytes, at(PLACE.currency), at(PLACE.currency + 1));
      rows.push(new TrafficRow(block, index, number, { account, from, currency }));
    }
    return rows;
  }
}
