import { allowList } from "./baselines/allow-list.ts";
import { authgear } from "./baselines/authgear.ts";
import { awsSample } from "./baselines/aws-sample.ts";
import { countryConversion } from "./baselines/country-conversion.ts";
import { type Rule, ruleCandidate } from "./baselines/rule.ts";
import { countryBurst, perAddress, perBlock } from "./baselines/velocity.ts";
import type { CandidatePlan } from "./candidate.ts";
import { ours, oursWithAllowList } from "./ours.ts";

/** The one that the goals are held against. */
export const MAIN_CANDIDATE: CandidatePlan = ours("balanced");

/** Detection alone, at each false-block budget. */
export const PRESET_CANDIDATES: readonly CandidatePlan[] = [MAIN_CANDIDATE, ours("careful"), ours("strict")];

export const OUR_CANDIDATES: readonly CandidatePlan[] = [...PRESET_CANDIDATES, oursWithAllowList("balanced")];

/** Published rules, each alone, set to block where it would by default only record. */
export const BASELINES: readonly CandidatePlan[] = [
  ruleCandidate("per IP 5/h", "5 messages an hour for each end-user address", perAddress),
  ruleCandidate("prefix 5/h", "5 an hour for each block of 10,000 numbers", () => perBlock(5)),
  ruleCandidate("prefix 20/h", "20 an hour for each block of 10,000 numbers", () => perBlock(20)),
  ruleCandidate("AWS sample", "velocity score of the sample by AWS staff", (setting, account) =>
    awsSample(setting.usualDestinations(account)),
  ),
  ruleCandidate("authgear", "unverified codes by country and address, factors 0.3 and 0.2", authgear),
  ruleCandidate("country conversion", "a country below 35 % of its latest 50 codes", countryConversion),
  ruleCandidate("country burst", "100 in 10 minutes for each country, as Vonage", countryBurst),
  ruleCandidate(
    "allow list",
    "only the account's usual countries, as CM.com's Safeguard",
    (setting, account): Rule => allowList(setting.usualDestinations(account)),
  ),
];

export const CANDIDATES: readonly CandidatePlan[] = [...OUR_CANDIDATES, ...BASELINES];

/** Throws a RangeError for a name that no candidate has. */
export function candidateOf(name: string): CandidatePlan {
  const found = CANDIDATES.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`there is no candidate "${name}": ${CANDIDATES.map((candidate) => candidate.name).join(", ")}`);
}
