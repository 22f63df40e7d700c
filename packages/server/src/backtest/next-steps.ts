import type { BacktestResult } from "./backtest-result.ts";

export interface NextStep {
  /** To type at a prompt; at most 80 characters. */
  readonly command: string;
  readonly purpose: string;
}

/** What a reader can do with the result. */
export function nextSteps({ file, incidents }: BacktestResult): readonly NextStep[] {
  const name = inCommand(file.name);
  const found = incidents.length > 0;
  return [
    {
      command: `npx safeguard backtest ${name} --html report.html`,
      purpose: found ? "the evidence as pictures, on one page to print or to send" : "the result on one page",
    },
    ...(found
      ? [
          {
            command: `npx safeguard backtest ${name} --emit ranges`,
            purpose: "the ranges for your provider's block list, tonight (or twilio, vonage, cm)",
          },
        ]
      : []),
    { command: "npm start", purpose: "stop the next one: the gateway with its console, on this machine" },
  ];
}

/** The file's name where it can be typed as it is. */
function inCommand(name: string): string {
  return /^(?:-|[\w./][\w./-]{0,37})$/.test(name) ? name : "FILE";
}
