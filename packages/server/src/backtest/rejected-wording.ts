import type { BacktestResult } from "./backtest-result.ts";
import { maskedText } from "./masked-text.ts";
import { REJECTED_TEXTS } from "./rejected-numbers.ts";
import { count, percent } from "./wording.ts";

/** From this share of the rows on the answer says it first: then the file is likely written otherwise than it was read. */
const MANY = 0.01;
/** From this share on there is no answer. */
const TOO_MANY = 0.5;

type Rejected = Pick<BacktestResult, "rejected" | "messages">;

export function areManyRejected({ rejected, messages }: Rejected): boolean {
  return rejected.messages > 0 && rejected.messages >= MANY * (messages.total + rejected.messages);
}

/** Most rows could not be read: that no attack was found in the others says nothing. */
export function couldNotBeJudged({ rejected, messages, file }: Rejected & Pick<BacktestResult, "file">): boolean {
  const unread = rejected.messages + file.badRows;
  return unread > 0 && unread >= TOO_MANY * (messages.total + unread);
}

/** How many could not be read, what is wrong with most of them, the first of those, and what would be right. */
export function rejectedSentence({ rejected, messages }: Rejected): string {
  const all = messages.total + rejected.messages;
  const [main] = rejected.reasons;
  const share = `${count(rejected.messages)} of ${count(all)} recipient numbers (${percent(rejected.messages, all)}) could not be read`;
  if (main === undefined) return `${share}.`;
  return `${share} and were left out: ${reasonText(main, rejected.messages)}`;
}

/** One sentence for each further reason. */
export function furtherReasons({ rejected }: Pick<BacktestResult, "rejected">): readonly string[] {
  return rejected.reasons.slice(1).map((reason) => `Of these numbers ${reasonText(reason, 0)}`);
}

/** The number is written without its last digits, whatever is shown in the report: an example is no evidence. */
function reasonText({ reason, messages, example }: BacktestResult["rejected"]["reasons"][number], all: number): string {
  const { wrong, right } = REJECTED_TEXTS[reason];
  const who = messages === all ? "they" : count(messages);
  return `${who} ${wrong} (line ${count(example.line)}: ${JSON.stringify(maskedText(example.to))}); ${right}.`;
}
