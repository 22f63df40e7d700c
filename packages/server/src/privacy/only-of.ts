import { type E164, lineOf } from "@safeguard/core";
import { unpackSteps } from "../detection/past-traffic/past-steps.ts";
import type { JournalRecord } from "../store/journal-record.ts";

/** Any number in international form. Ranges, which end in `x`, are no numbers. */
const NUMBERS = /\+\d{8,15}(?![\dx])/g;

/** A record as far as it is about one number: what it says of others is left out or masked. */
export function onlyOf(record: JournalRecord, to: E164): JournalRecord {
  switch (record.type) {
    case "verified_imported":
    case "past_numbers_verified":
      return { ...record, numbers: record.numbers.filter((one) => one.to === to) };
    case "past_traffic_learned": {
      const line = lineOf(to);
      const steps = unpackSteps(record);
      let before: number = record.from;
      const rows = record.steps.flatMap((row, index) => {
        const step = steps[index];
        if (step?.line !== line) return [];
        const gap = step.at - before;
        before = step.at;
        return [[gap, ...row.slice(1)] as unknown as typeof row];
      });
      return { ...record, steps: rows };
    }
    default:
      return JSON.parse(
        JSON.stringify(record).replaceAll(NUMBERS, (number) => (number === to ? number : masked(number))),
      ) as JournalRecord;
  }
}

/** `+31612345678` → `+3161*****78`. */
function masked(number: string): string {
  return `${number.slice(0, 5)}${"*".repeat(number.length - 7)}${number.slice(-2)}`;
}
