import type { BacktestResult } from "./backtest-result.ts";
import type { OutcomeEnd } from "./outcome-flow.ts";
import { areManyRejected, furtherReasons, rejectedSentence } from "./rejected-wording.ts";
import { count, durationText, percent, shareText, stoppedOf, timeText } from "./wording.ts";

export type Remark = BacktestResult["remarks"][number];

/** A number is trusted a day after its first verification; a shorter file has no trusted numbers. */
const TRUST_AFTER_MS = 86_400_000;

/** When outcomes stopped being reported; undefined: they did not. */
export interface OutcomeEnds {
  readonly verifications: OutcomeEnd | undefined;
  readonly deliveries: OutcomeEnd | undefined;
}

/** What a reader of the result should know before relying on it. */
export function remarksOn(result: Omit<BacktestResult, "remarks">, ends: OutcomeEnds): readonly Remark[] {
  const { file, messages, policy, unpriced } = result;
  const remarks: Remark[] = [];
  const say = (code: string, text: string): void => {
    remarks.push({ code, text });
  };
  if (result.rejected.messages > 0) {
    // Where they are many the answer begins with it.
    if (!areManyRejected(result)) say("numbers_rejected", rejectedSentence(result));
    for (const text of furtherReasons(result)) say("numbers_rejected", text);
  }
  if (messages.total === 0) {
    say("empty", "The file has no message that could be replayed.");
    return remarks;
  }
  if (policy.detection === "off") {
    say("detection_off", "Detection is off in this policy: only its static rules took part.");
  }
  if (file.converted === 0) {
    say(
      "outcomes_missing",
      "No message in the file was verified. Unanswered codes and faked verifications could not be judged, and it cannot be told whether real users were hit. Bring a file with the column converted_at.",
    );
  }
  if (file.delivered === 0) {
    say("deliveries_missing", "No message in the file was reported delivered (column delivered_at).");
  }
  if (ends.verifications !== undefined) {
    const { at, messagesAfter, shareBefore } = ends.verifications;
    say(
      "outcomes_end",
      `Verifications stop at ${timeText(at)}: until then ${shareText(shareBefore)} of the messages were verified, of the ${count(messagesAfter, "message")} after it none. From then on unanswered codes were not held against anybody: only where the numbers lie (the number line) counted, and users hit cannot be told.`,
    );
  }
  if (ends.deliveries !== undefined) {
    const { at, messagesAfter } = ends.deliveries;
    say(
      "deliveries_end",
      `Delivery reports stop at ${timeText(at)}: none of the ${count(messagesAfter, "message")} after it was reported delivered.`,
    );
  }
  const { inDoubt } = result.legitimate;
  if (inDoubt > 0) {
    say(
      "completions_in_doubt",
      `${count(inDoubt, "message was", "messages were")} stopped though verified, in attacks that fake their verifications or came as a mass of new numbers: who completed there may be a real user or the attacker. They are not counted as hit, and not as faked either; look at the attacks themselves.`,
    );
  }
  if (unpriced === messages.total) {
    say("no_prices", "No price is known, so savings are counted in messages only.");
  } else if (unpriced > 0) {
    say(
      "some_prices_missing",
      `${count(unpriced, "message has", "messages have")} no price (${percent(unpriced, messages.total)}) and count as nothing: real amounts are higher.`,
    );
  }
  const span = spanOf(result);
  if (span < TRUST_AFTER_MS) {
    say(
      "short_file",
      `The file covers ${durationText(span)}. What is usual is learned from it as it goes, and numbers are trusted from a day after their first verification on: a week or more shows better what live operation would do.`,
    );
  }
  if (!file.sorted) {
    say("unsorted", "The rows were not in the order of time; they were put in order, which takes longer.");
  }
  if (file.badRows > 0) {
    say(
      "bad_rows",
      `${count(file.badRows, "row", "rows")} could not be read and ${file.badRows === 1 ? "was" : "were"} left out.`,
    );
  }
  return remarks;
}

/** Real users hit, as far as the file can tell: stopped though verified, outside of attacks that may fake that. */
export function usersHit({ legitimate }: Pick<BacktestResult, "legitimate">): number {
  return Math.max(0, stoppedOf(legitimate) - legitimate.inDoubt);
}

function spanOf({ file: { from, until } }: Pick<BacktestResult, "file">): number {
  return from === undefined || until === undefined ? 0 : Date.parse(until) - Date.parse(from);
}
