import { DESTINATIONS } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import { firstPolicy } from "../policies/first-policy.ts";
import type { Cli, FirstStart, GlobalFlags } from "./cli.ts";
import { usageFailure } from "./command-failed.ts";

/** The first policy from `--countries NL,BE`: an allow list of them. */
export function policyForCountries(countries: string): FirstStart {
  const words = countries.split(",").map((word) => word.trim());
  const result = firstPolicy(words.filter((word) => word !== ""));
  if (!result.ok) throw usageFailure("--countries is not right.", ...result.problems);
  if (words.every((word) => word === "")) throw usageFailure("--countries names none; write it as NL,BE.");
  return { policy: result.document };
}

/** Asks where the business is; without a terminal to ask at, refuses: what is allowed must be somebody's decision. */
export async function askForCountries(cli: Cli, flags: GlobalFlags): Promise<FirstStart> {
  if (!cli.terminal.interactive || !flags.input) {
    throw usageFailure(
      "This is the first start, and nothing says where messages may go.",
      "Name the countries that you do business in: --countries NL,BE. All others are blocked until you allow them.",
    );
  }
  const { autocompleteMultiselect, isCancel } = await import("@clack/prompts");
  const chosen = await autocompleteMultiselect({
    input: cli.terminal.input,
    output: cli.terminal.errors,
    message: "Which countries do you do business in? Type to search. All others are blocked until you allow them.",
    required: true,
    maxItems: 12,
    options: DESTINATIONS.filter(({ kind }) => kind !== "non_geographic").map(({ code, callingCode }) => ({
      value: String(code),
      label: destinationName(code),
      hint: `${code} +${callingCode}`,
    })),
  });
  if (isCancel(chosen)) throw usageFailure("Nothing was started.");
  return policyForCountries(chosen.join(","));
}
