import type { BacktestResult } from "./backtest-result.ts";
import { provenRanges } from "./emit-ranges.ts";
import { couldNotBeJudged } from "./rejected-wording.ts";

export interface NextStep {
  /** To type at a prompt: words as a shell takes them. */
  readonly command: readonly string[];
  readonly purpose: string;
}

/**
 * What a reader can do with the result. `given`: the file and the flags that it came by, as a shell takes them; without it
 * the file's name stands there alone.
 */
export function nextSteps(
  result: BacktestResult,
  given: readonly string[] = [inCommand(result.file.name)],
): readonly NextStep[] {
  const again = ["npx safeguard backtest", ...given];
  if (couldNotBeJudged(result)) {
    return [
      {
        command: again,
        purpose: "again, once its rows are written so that they can be read: until then it tells nothing",
      },
    ];
  }
  const found = result.incidents.length > 0;
  const canBlock = provenRanges(result).ranges.length > 0;
  return [
    {
      command: [...again, "--html report.html"],
      purpose: found ? "the evidence as pictures, on one page to print or to send" : "the result on one page",
    },
    ...(canBlock
      ? [
          {
            command: [...again, "--emit ranges"],
            purpose: "the proven ones for your provider's block list, tonight (or twilio, vonage, cm)",
          },
        ]
      : []),
    { command: ["npm start"], purpose: "stop the next one: the gateway with its console, on this machine" },
  ];
}

/** The file's name where it can be typed as it is. */
function inCommand(name: string): string {
  return /^(?:-|[\w./][\w./-]{0,37})$/.test(name) ? name : "FILE";
}
