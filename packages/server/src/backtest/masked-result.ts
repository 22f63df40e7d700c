import type { BacktestResult } from "./backtest-result.ts";
import { maskedQuotes, maskedText } from "./masked-text.ts";
import { maskedNumber, withoutNumbers } from "./wording.ts";

/** Steps into which a number line is rounded: the last two digits of a number at least. */
const LEAST_STEP = 100;
const STEPS = 1000;

/** A result in which no single number can be read any more: on the number lines of its incidents places are rounded down. */
export function maskedResult(result: BacktestResult): BacktestResult {
  return {
    ...result,
    file: {
      ...result.file,
      badRowSamples: result.file.badRowSamples.map(({ line, reason }) => ({
        line,
        reason: withoutNumbers(maskedQuotes(reason)),
      })),
    },
    rejected: {
      ...result.rejected,
      reasons: result.rejected.reasons.map((reason) => ({
        ...reason,
        example: { ...reason.example, to: maskedText(reason.example.to) },
      })),
    },
    numberLimit: {
      ...result.numberLimit,
      worst: result.numberLimit.worst.map((worst) => ({ ...worst, number: maskedNumber(worst.number) })),
    },
    incidents: result.incidents.map((found) => {
      const { line } = found.pictures;
      const step = Math.max(LEAST_STEP, line.size / STEPS);
      const ticks = line.ticks.map((tick) => ({ ...tick, offset: Math.floor(tick.offset / step) * step }));
      return { ...found, pictures: { ...found.pictures, line: { ...line, ticks } } };
    }),
    remarks: result.remarks.map(({ code, text }) => ({ code, text: withoutNumbers(maskedQuotes(text)) })),
  };
}
