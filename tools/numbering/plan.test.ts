import { createRequire } from "node:module";
import googlePhone from "google-libphonenumber";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { getExampleNumber } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { isDestination } from "../../packages/core/src/numbering/destinations.ts";
import { parseRecipient } from "../../packages/core/src/numbering/parse-recipient.ts";
import { NUMBERING_TABLE } from "../../packages/core/src/numbering/plan.generated.ts";
import { PLAN, READINGS } from "../../packages/core/src/numbering/plan.ts";
import { mainDestinationOf } from "../../packages/core/src/numbering/twins.ts";
import { compareWithLibphonenumber, EXPLAINED } from "./compare-with-libphonenumber.ts";
import { asNumberingMetadata } from "./plan-metadata.ts";
import { planText } from "./plan-text.ts";
import { NumberSampler, randomIntegers, SAMPLE_KINDS } from "./sample-numbers.ts";

const metadata = asNumberingMetadata(createRequire(import.meta.url)("libphonenumber-js/metadata.max.json"));
const SEED = 20_261_122;

/**
 * Not a twin, but its example is not its own: the plans of the Isle of Man and of Great Britain both have +44 7924, and
 * libphonenumber (Google's too) names Great Britain.
 */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = { IM: "GB" };

function samples(count: number): string[] {
  const sampler = new NumberSampler(metadata, randomIntegers(SEED));
  return SAMPLE_KINDS.flatMap((kind) => Array.from({ length: Math.ceil(count / 3) }, () => sampler.next(kind)));
}

describe("the numbering table", () => {
  it("is made from the metadata that is installed, and the same again each time", () => {
    expect(planText(metadata).table).toBe(NUMBERING_TABLE);
  });

  it("takes at most 1 MiB", () => {
    expect(PLAN.targets.byteLength + PLAN.values.byteLength).toBeLessThanOrEqual(1024 * 1024);
    expect(READINGS.length).toBeLessThan(0x10000);
  });

  it("reads numbers of every plan as libphonenumber-js does, but for what is explained", () => {
    const unexplained = samples(60_000).flatMap((text) => {
      const { difference } = compareWithLibphonenumber(text);
      return difference === undefined || Object.hasOwn(EXPLAINED, difference) ? [] : [`${text} ${difference}`];
    });
    expect(unexplained).toEqual([]);
  });

  it("puts the example mobile number of each country in that country, or a twin's in its main destination", () => {
    const countries = Object.keys(examples) as (keyof typeof examples)[];
    expect(countries.length).toBeGreaterThan(240);
    for (const country of countries) {
      const number = getExampleNumber(country, examples)?.number ?? "";
      const result = parseRecipient(number, "native");
      const expected = country in NAMED_OTHERWISE ? NAMED_OTHERWISE[country] : mainDestinationOf(country);
      expect([country, result.ok && result.recipient.candidates]).toEqual([country, [expected]]);
      expect(isDestination(mainDestinationOf(country))).toBe(true);
    }
  });

  it("never needs a second reading: a number in canonical form stays as it is", () => {
    for (const text of samples(60_000)) {
      const result = parseRecipient(text, "native");
      if (result.ok) expect(parseRecipient(result.recipient.e164, "smpp")).toEqual(result);
    }
  });
});

describe("google-libphonenumber, which has metadata of its own", () => {
  it("names the same destination for a number that both find valid", () => {
    const google = googlePhone.PhoneNumberUtil.getInstance();
    const differences: string[] = [];
    let both = 0;
    for (const text of samples(24_000)) {
      const ours = parseRecipient(text, "native");
      if (!ours.ok || !ours.recipient.valid) continue;
      const theirs = google.parse(text);
      if (!google.isValidNumber(theirs)) continue;
      both += 1;
      const region = String(google.getRegionCodeForNumber(theirs));
      const destination = region === "001" ? String(theirs.getCountryCode()) : mainDestinationOf(region);
      const number = google.format(theirs, googlePhone.PhoneNumberFormat.E164);
      if (destination !== ours.recipient.candidates[0] || number !== ours.recipient.e164) {
        differences.push(`${text}: ${destination} ${number}, here ${ours.recipient.candidates} ${ours.recipient.e164}`);
      }
    }
    expect(both).toBeGreaterThan(7_000);
    expect(differences).toEqual([]);
  });
});
