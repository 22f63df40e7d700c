import { type EpochMilliseconds, type RangeRule, rangeDestination, rangeText } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import type { PolicyFile } from "../policies/read-policy-file.ts";
import { writePolicyFile } from "../policies/write-policy-file.ts";
import type { BacktestDestination, BacktestResult } from "./backtest-result.ts";
import { type EmittedRange, provenRanges } from "./emit-ranges.ts";
import { count, stoppedOf } from "./wording.ts";

/** What a block list can be written as. */
export const EMIT_FORMATS = ["ranges", "countries", "twilio", "vonage", "cm", "safeguard-policy"] as const;
export type EmitFormat = (typeof EMIT_FORMATS)[number];

export interface EmitOptions {
  /** A country is suggested only where more messages than this were stopped. Default 50. */
  readonly moreStoppedThan?: number;
  /** `safeguard-policy`: the policy that the ranges are added to. Default: a file with nothing else. */
  readonly base?: PolicyFile;
  /** `safeguard-policy`: when the ranges end; a block that nobody remembers hits whoever gets the numbers next. */
  readonly until?: EpochMilliseconds;
}

/** `text` goes to standard output, as it is to be pasted or run; `notes` are for the person, beside it. */
export interface Emission {
  readonly text: string;
  readonly notes: readonly string[];
}

const DEFAULT_MORE_STOPPED_THAN = 50;

/**
 * Ranges that are surely attacked, and countries where nobody verified, in the form that a provider's block list takes. The forms are
 * those of the vendors' public documentation: Twilio Messaging Geo Permissions, Vonage Fraud Defender traffic rules,
 * CM.com Safeguard destination management.
 */
export function emit(format: EmitFormat, result: BacktestResult, options: EmitOptions = {}): Emission {
  const { ranges, notes: rangeNotes } = provenRanges(result);
  const countries = suggestedCountries(result, options.moreStoppedThan ?? DEFAULT_MORE_STOPPED_THAN);
  const notes = [...nothing(ranges), ...whoElse(ranges), ...rangeNotes];
  switch (format) {
    case "ranges":
      return { text: lines(ranges.flatMap((range) => [`# ${rangeComment(range)}`, range.prefix])), notes };
    case "countries":
      return { text: lines(countries.map(({ destination }) => destination)), notes: countryNotes(result, countries) };
    case "twilio":
      return { text: twilioScript(ranges, countries), notes: [...notes, ...countryNotes(result, countries)] };
    case "vonage":
      return { text: vonageScript(ranges, countries), notes: [...notes, ...countryNotes(result, countries)] };
    case "cm":
      return { text: cmList(ranges, countries), notes: [...notes, ...countryNotes(result, countries)] };
    case "safeguard-policy":
      return {
        text: policyFile(ranges, countries, options),
        notes: [...nothing(ranges), ...rangeNotes],
      };
  }
}

/** Destinations where much was stopped and nobody verified; none in a file that tells of no verification. */
function suggestedCountries({ destinations, file }: BacktestResult, moreThan: number): readonly BacktestDestination[] {
  if (file.converted === 0) return [];
  return destinations
    .filter(({ verifiedMessages, stopped }) => verifiedMessages === 0 && stoppedOf(stopped) > moreThan)
    .filter(({ destination }) => /^(?:[A-Z]{2}|\d{3})$/.test(destination))
    .toSorted((a, b) => (a.destination < b.destination ? -1 : 1));
}

function whoElse(ranges: readonly EmittedRange[]): readonly string[] {
  const messages = ranges.reduce((sum, { verified }) => sum + verified, 0);
  if (messages === 0) return [];
  return [
    `A provider's list knows no verified numbers: ${count(messages, "message")} of verified numbers in these ranges would be stopped, too. Safeguard lets them pass.`,
  ];
}

function nothing(ranges: readonly EmittedRange[]): readonly string[] {
  return ranges.length === 0 ? ["The list of ranges is empty: none is surely attacked and free of users."] : [];
}

function countryNotes({ file }: BacktestResult, countries: readonly BacktestDestination[]): readonly string[] {
  if (file.converted === 0) {
    return [
      "No country is suggested (the list is empty): the file has no verifications, so it cannot tell where users are.",
    ];
  }
  if (countries.length === 0)
    return ["No country is suggested (the list is empty): wherever much was stopped, people verified, too."];
  return [
    "Countries are suggestions. Nobody verified there in this file; block one only if you expect no users there.",
    ...countries.map(
      ({ destination, messages, stopped }) =>
        `${destination} ${destinationName(destination)}: ${count(stoppedOf(stopped))} of ${count(messages, "message")} stopped, none verified.`,
    ),
  ];
}

/**
 * Error 30649: these countries' permissions change in the Console only. Twilio has no list of prefixes that a customer can
 * block; its Global Safe List only lets numbers pass.
 */
const TWILIO_CONSOLE_ONLY: ReadonlySet<string> = new Set("BD IL NG PK PS LK AZ TJ OM TN DZ".split(" "));

function twilioScript(ranges: readonly EmittedRange[], countries: readonly BacktestDestination[]): string {
  const byHand = countries.filter(({ destination }) => TWILIO_CONSOLE_ONLY.has(destination) || /^\d/.test(destination));
  const byApi = countries.filter((country) => !byHand.includes(country));
  return lines([
    "# Twilio blocks countries, not ranges: a customer has no list of prefixes there.",
    "# For the ranges below: put Safeguard before Twilio, set Verify Fraud Guard to its highest",
    "# protection (SMS Pumping Protection for Programmable Messaging), and send the ranges to",
    "# Twilio Support with the report, asking to have them blocked.",
    ...rangeComments(ranges),
    ...(byApi.length === 0
      ? []
      : [
          "#",
          "# Suggestion: countries where nobody verified. Remove the # of those to turn off.",
          "# For Verify: Console > Verify > Settings > Geo permissions.",
          ...byApi.flatMap(({ destination }) => [
            `# ${destination} ${destinationName(destination)}`,
            "# curl -X PATCH https://accounts.twilio.com/v1/Messaging/GeoPermissions \\",
            '#   -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" \\',
            `#   --data-urlencode 'Permissions={"country_code":"${destination}","type":"country","enabled":false}'`,
          ]),
        ]),
    ...(byHand.length === 0
      ? []
      : [
          "#",
          "# Suggestion, to be changed by hand (Console > Messaging > Settings > Geo permissions),",
          "# because the API refuses them with error 30649 or has no country for them:",
          ...byHand.map(({ destination }) => `#   ${destination} ${destinationName(destination)}`),
        ]),
  ]);
}

/** Traffic rules: `POST /v1/fraud-defender/rules` with a prefix of up to 15 digits without plus. */
function vonageScript(ranges: readonly EmittedRange[], countries: readonly BacktestDestination[]): string {
  return lines([
    "# Vonage Fraud Defender: one traffic rule for each range, for this API key only.",
    "# Rules do not end by themselves: delete them when the attack is over (Dashboard > Fraud Defender",
    "# > Traffic Rules). Where an allow rule fits the same numbers, look which of the two wins.",
    ...ranges.flatMap((range) => [
      `# ${rangeComment(range)}`,
      "curl -X POST https://api.nexmo.com/v1/fraud-defender/rules \\",
      '  -u "$VONAGE_API_KEY:$VONAGE_API_SECRET" -H "Content-Type: application/json" \\',
      `  -d '{"product":"sms","prefix":"${range.prefix.slice(1)}","action":"block","status":"active","reason":"SMS pumping, Safeguard backtest, attack ${range.incident}"}'`,
    ]),
    ...(countries.length === 0
      ? []
      : [
          "#",
          "# Suggestion: countries where nobody verified; turn them off in Dashboard > Fraud Defender >",
          "# Countries. (A rule by calling code would hit every country that shares it.)",
          ...countries.map(({ destination }) => `#   ${destination} ${destinationName(destination)}`),
        ]),
  ]);
}

/** CM.com's Safeguard has an allow list or a block list of countries, and no ranges. */
function cmList(ranges: readonly EmittedRange[], countries: readonly BacktestDestination[]): string {
  return lines([
    "# CM.com Safeguard blocks countries, not ranges: Business Messaging Settings > Safeguard >",
    "# Destination Management, as a block list or (better) an allow list.",
    "# For the ranges below: put Safeguard before CM.com, and send them to CM.com Support with the",
    "# report.",
    ...rangeComments(ranges),
    ...(countries.length === 0
      ? ["# No country is suggested."]
      : [
          "#",
          "# Suggestion: countries where nobody verified.",
          ...countries.map(({ destination }) => `${destination}  ${destinationName(destination)}`),
        ]),
  ]);
}

function rangeComments(ranges: readonly EmittedRange[]): readonly string[] {
  if (ranges.length === 0) return ["#   (no range is surely attacked)"];
  return ranges.map((range) => `#   ${rangeComment(range)}`);
}

/** `+992 001 23x xxx  Tajikistan: 1,000 messages, 0 completed, 451.26 USD`. */
function rangeComment({ prefix, size, attempts, completed, cost }: EmittedRange): string {
  const destination = rangeDestination(prefix, size);
  const where = `${rangeText(prefix, size)}${destination === undefined ? "" : `  ${destinationName(destination)}`}`;
  const money = cost === undefined ? "" : `, ${cost}`;
  return `${where}: ${count(attempts, "message")}, ${count(completed)} completed${money}`;
}

/** The rules of a policy that block these ranges. */
export function rangeRules(
  ranges: readonly Pick<EmittedRange, "prefix" | "incident">[],
  until: EpochMilliseconds | undefined,
): readonly RangeRule[] {
  return ranges.map(({ prefix, incident }) => ({
    prefix,
    action: "block",
    ...(until !== undefined && { until }),
    note: `SMS pumping, Safeguard backtest, attack ${incident}`,
  }));
}

function policyFile(
  ranges: readonly EmittedRange[],
  countries: readonly BacktestDestination[],
  { base, until }: EmitOptions,
): string {
  const rules = rangeRules(ranges, until);
  const added = new Set(rules.map(({ prefix }) => prefix));
  // A rule of the policy that blocks for ever is not made to end; any other for the same numbers gives way.
  const kept = (base?.document.ranges ?? []).filter(({ prefix, action, until }) => {
    if (action === "block" && until === undefined) added.delete(prefix);
    return (action === "block" && until === undefined) || !added.has(prefix);
  });
  const heading = [
    base === undefined
      ? "Ranges that a backtest found attacked. Applying a file replaces the whole policy: put these ranges into yours"
      : "The policy with the ranges that a backtest found attacked.",
    base === undefined
      ? "(safeguard policy get > policy.yaml), look (safeguard policy diff policy.yaml), apply (safeguard policy apply)."
      : "Look at it with `safeguard policy diff`, then `safeguard policy apply`.",
    "Verified numbers are blocked by a range rule, too; with detection enforced they pass, and no rule is needed.",
    ...countries.map(
      ({ destination }) => `Suggestion: block ${destination} (${destinationName(destination)}), where nobody verified.`,
    ),
  ];
  const file = base ?? { policy: "default", account: undefined, document: {} };
  const document = {
    ...file.document,
    ranges: [...kept, ...rules.filter(({ prefix }) => added.has(prefix))],
  };
  return writePolicyFile({ ...file, document }, { heading });
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join("");
}
