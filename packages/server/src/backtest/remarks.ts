import type { BacktestResult } from "./backtest-result.ts";
import { count, durationText, percent, stoppedOf } from "./wording.ts";

export type Remark = BacktestResult["remarks"][number];

/** A number is trusted a day after its first verification; a shorter file has no trusted numbers. */
const TRUST_AFTER_MS = 86_400_000;

/** What a reader of the result should know before relying on it. */
export function remarksOn(result: Omit<BacktestResult, "remarks">): readonly Remark[] {
  const { file, messages, policy, unpriced } = result;
  const remarks: Remark[] = [];
  const say = (code: string, text: string): void => {
    remarks.push({ code, text });
  };
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
  const faked = fakedVerifications(result);
  if (faked > 0) {
    say(
      "faked_completions",
      `${count(faked, "message was", "messages were")} stopped though verified, in attacks whose verifications look faked. They are not counted as real users hit.`,
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

/** Messages stopped though verified by incidents whose verifications look faked. */
export function fakedVerifications({ incidents }: Pick<BacktestResult, "incidents">): number {
  return incidents
    .filter(({ incident }) => incident.pattern === "faked_completion")
    .reduce((sum, { stoppedThoughVerified }) => sum + stoppedThoughVerified, 0);
}

/** Real users hit, as far as the file can tell: stopped though verified, and the verification does not look faked. */
export function usersHit(result: Pick<BacktestResult, "incidents" | "legitimate">): number {
  return Math.max(0, stoppedOf(result.legitimate) - fakedVerifications(result));
}

function spanOf({ file: { from, until } }: Pick<BacktestResult, "file">): number {
  return from === undefined || until === undefined ? 0 : Date.parse(until) - Date.parse(from);
}
