import { destinationInfo } from "../numbering/destinations.ts";
import type { Destination } from "../numbering/e164.ts";
import { parseRecipient } from "../numbering/parse-recipient.ts";
import type { VerdictNames } from "../verdict/explain-verdict.ts";
import type { Evidence, Scope, SessionCounts } from "./evidence.ts";
import type { HabitFound } from "./habit.ts";

/** Factors below 2 say nothing that a person should act on. */
const WORTH_SAYING = Math.LN2;

/** 0.28 × 100 is a little more than 28. */
const ROUNDING = 1e-9;

/**
 * The evidence as one sentence, without its full stop: every finding with its numbers and its factor.
 * `9 of the last 11 new numbers in Tajikistan fell in +992 001 23x xxx, which normally gets at most 1 in 2,100 (×3.1e7);
 * 6 of 6 codes unanswered for longer than people take, where normally at least 55 % are answered (×540)`.
 */
export function explainEvidence(evidence: Evidence, names: VerdictNames = {}): string {
  const where = explainScope(evidence.scope, names);
  const concentration = evidence.share >= WORTH_SAYING ? [concentrationClause(evidence, names)] : [];
  const others = [...adjacencyClause(evidence), ...outcomeClause(evidence)];
  if (concentration.length > 0) return [...concentration, ...others].join("; ");
  if (others.length > 0) return `In ${where}: ${others.join("; ")}`;
  return `Nothing unusual enough to count in ${where}`;
}

/** `+992 001 23x xxx`, or in words: `blocks of 10,000 numbers in Tajikistan that never had a completed verification`. */
export function explainScope(scope: Scope, names: VerdictNames = {}): string {
  if (scope.type === "block") return rangeText(scope.prefix, scope.size);
  const place = names.destination?.(scope.destination) ?? scope.destination;
  return `blocks of ${grouped(scope.size)} numbers in ${place} that never had a completed verification`;
}

/** A range as people write numbers, `x` for any digit: `+992 001 23x xxx`. All ranges of like numbers have like groups. */
export function rangeText(prefix: string, size: number): string {
  const open = "x".repeat(openDigits(size));
  // Whatever shares a range shares its calling code.
  const [destination] = rangeCandidates(prefix, size);
  if (destination === undefined) return `${prefix}${open}`;
  const callingCode = `+${destinationInfo(destination)?.callingCode ?? ""}`;
  return [callingCode, ...groupsOfThree(prefix.slice(callingCode.length) + open)].join(" ");
}

/** Where the numbers of a range belong, as the numbering plan has its first one; undefined: nowhere, or in several places. */
export function rangeDestination(prefix: string, size: number): Destination | undefined {
  const candidates = rangeCandidates(prefix, size);
  return candidates.length === 1 ? candidates[0] : undefined;
}

function rangeCandidates(prefix: string, size: number): readonly Destination[] {
  const first = parseRecipient(prefix + "0".repeat(openDigits(size)), "native");
  return first.ok ? first.recipient.candidates : [];
}

/** e to the power of `nats` with two significant digits: `×540`, from 10,000 on `×3.1e7`. */
export function factorText(nats: number): string {
  // By its logarithm, because e^710 is more than a number can hold.
  let exponent = Math.floor(nats / Math.LN10);
  let mantissa = Math.round(10 ** (nats / Math.LN10 - exponent + 1)) / 10;
  if (mantissa === 10) {
    mantissa = 1;
    exponent += 1;
  }
  if (exponent >= 4) return `×${mantissa.toFixed(1)}e${exponent}`;
  const factor = mantissa * 10 ** exponent;
  return `×${exponent >= 1 ? grouped(Math.round(factor)) : factor.toPrecision(2)}`;
}

function concentrationClause({ scope, trials, hits, expectedShare, share }: Evidence, names: VerdictNames): string {
  const numbers = trials === 1 ? "the last new number" : `${grouped(hits)} of the last ${grouped(trials)} new numbers`;
  const usual = `${scope.type === "block" ? "which normally gets" : "which normally get"} ${usually(expectedShare)}`;
  return `${numbers}${ofDestination(scope, names)} fell in ${explainScope(scope, names)}, ${usual} (${factorText(share)})`;
}

/** The new numbers of a block's destination are counted; those of `new_blocks` are the account's. */
function ofDestination(scope: Scope, names: VerdictNames): string {
  if (scope.type === "new_blocks") return "";
  const destination = rangeDestination(scope.prefix, scope.size);
  return destination === undefined ? "" : ` in ${names.destination?.(destination) ?? destination}`;
}

/** An upper bound stays one when it is rounded up. */
function usually(share: number): string {
  if (share > 0.2) return `at most ${Math.ceil(share * 100 - ROUNDING)} %`;
  if (!(share > 0)) return "none";
  const oneIn = 1 / share;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(oneIn)) - 1);
  return `at most 1 in ${grouped(Math.floor(oneIn / step) * step)}`;
}

function adjacencyClause({ adjacency }: Evidence): readonly string[] {
  if (adjacency < WORTH_SAYING) return [];
  return [`the numbers follow each other more closely than chance has it (${factorText(adjacency)})`];
}

/** Of codes unanswered and answers faked the stronger counts, so only that one is said. */
function outcomeClause(evidence: Evidence): readonly string[] {
  const { counts, unanswered, faked, expectedConversion } = evidence;
  if (faked >= WORTH_SAYING && faked >= unanswered) return fakedClauses(evidence);
  if (unanswered >= WORTH_SAYING) {
    const usual = `where normally at least ${Math.floor(expectedConversion * 100 + ROUNDING)} % are answered`;
    return [`${unansweredCodes(counts)}, ${usual} (${factorText(unanswered)})`];
  }
  if (unanswered <= -WORTH_SAYING && counts.converted > 0) return [`but ${answeredCodes(counts)}`];
  const isUnknown = unanswered === 0 && faked === 0 && counts.converted === 0 && counts.sent > 0;
  return isUnknown ? ["what became of the codes is not known and was not weighed"] : [];
}

/** What the habits do not explain of faked answers is how they look. */
function fakedClauses({ counts, faked, habits = {} }: Evidence): readonly string[] {
  const { delivered, enteredOnce, sharedAddress } = habits;
  const found = [
    habitClause(delivered, (count, of) => `${count} of ${of} messages were reported delivered within half a minute`),
    habitClause(enteredOnce, (count, of) => `${count} of ${of} people entered the right code at once`),
    habitClause(sharedAddress, (count, of) => `${count} of ${of} numbers came from an address that others came from`),
  ].flat();
  const explained = [delivered, enteredOnce, sharedAddress].reduce((sum, habit) => sum + (habit?.nats ?? 0), 0);
  const looks = faked - explained;
  const answered = `${answeredCodes(counts)}, but not as people answer`;
  // (alone the habits have to make up for the choice among the ways to look faked)
  if (looks < WORTH_SAYING) return [`${answered} (${factorText(faked)} in all)`, ...found];
  return [`${answered}: too evenly, too fast or before delivery (${factorText(looks)})`, ...found];
}

function habitClause(habit: HabitFound | undefined, said: (count: string, of: string) => string): readonly string[] {
  if (habit === undefined || habit.nats < WORTH_SAYING) return [];
  const usual = `where normally ${Math.round(habit.usual * 100)} % do`;
  return [`${said(grouped(habit.count), grouped(habit.of))}, ${usual} (${factorText(habit.nats)})`];
}

function answeredCodes({ converted, sent }: SessionCounts): string {
  return `${grouped(converted)} of ${codes(sent)} ${sent === 1 ? "was" : "were"} answered`;
}

function unansweredCodes({ unanswered, pending, sent }: SessionCounts): string {
  // A code that is still young counts in proportion to its age.
  if (unanswered === 0) return `${grouped(pending)} of ${codes(sent)} not answered yet`;
  const open = pending === 0 ? "" : ` and ${grouped(pending)} still open`;
  return `${grouped(unanswered)} of ${codes(sent)} unanswered for longer than people take${open}`;
}

function codes(count: number): string {
  return count === 1 ? "1 code" : `${grouped(count)} codes`;
}

function openDigits(size: number): number {
  return String(size).length - 1;
}

/** From the left, with two to four at the end: `001 23x xxx`, `212 555 xxxx`. */
function groupsOfThree(digits: string): readonly string[] {
  const groups: string[] = [];
  let start = 0;
  for (; digits.length - start > 4; start += 3) groups.push(digits.slice(start, start + 3));
  return [...groups, digits.slice(start)];
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
