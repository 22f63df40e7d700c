import type { BacktestResult } from "./backtest-result.ts";
import { amountsText, count } from "./wording.ts";

/** What the limit of unanswered codes for each number stopped, whatever the number's range looks like. */
export function numberLimitSentence({ messages, numbers, completed, cost }: BacktestResult["numberLimit"]): string {
  const money = Object.keys(cost).length === 0 ? "" : ` (${amountsText(cost)})`;
  const later =
    completed === 0
      ? "none was completed later"
      : completed === messages
        ? `${messages === 1 ? "it was" : "all were"} completed later`
        : `${count(completed)} of them ${completed === 1 ? "was" : "were"} completed later`;
  return `${count(messages, "message")} to ${count(numbers, "number")}${money} came after so many unanswered codes to the same number that the person had to prove himself first; ${later}.`;
}
