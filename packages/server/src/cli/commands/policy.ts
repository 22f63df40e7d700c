import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { withExamples } from "../command-help.ts";
import type { CommandStatus } from "../program.ts";
import { addPolicyChangeCommands } from "./policy-changes.ts";
import { addPolicyDetectionCommand } from "./policy-detection.ts";
import { addPolicyFileCommands } from "./policy-file.ts";
import { addPolicyHistoryCommands } from "./policy-history.ts";
import { addPolicyLimitsCommand } from "./policy-limits.ts";

export function addPolicyCommands(program: Command, cli: Cli, status: CommandStatus): void {
  const policy = program
    .command("policy")
    .description("Policies: which destinations, ranges and numbers a message may go to, and what detection may do.");
  withExamples(policy, [
    ["safeguard policy get > policy.yaml", "the policy as a commented file, to be changed and applied"],
    ["safeguard policy apply policy.yaml --reason 'new markets'", "bring a file into force"],
    ["safeguard policy block NG PK --reason 'pumping since Monday'", "block countries at once"],
  ]);
  addPolicyFileCommands(policy, cli, status);
  addPolicyChangeCommands(policy, cli);
  addPolicyDetectionCommand(policy, cli);
  addPolicyLimitsCommand(policy, cli);
  addPolicyHistoryCommands(policy, cli, status);
}
