import { Command } from "commander";
import type { Cli } from "./cli.ts";
import type { ExitCode } from "./command-failed.ts";
import { withExamples } from "./command-help.ts";
import { addAccountCommands } from "./commands/accounts.ts";
import { addAlertCommands } from "./commands/alerts.ts";
import { addApprovalCommands } from "./commands/approvals.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBacktestCommand } from "./commands/backtest.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addBypassCommand } from "./commands/bypass.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCustomerCommands } from "./commands/customers.ts";
import { addDestinationCommands } from "./commands/destinations.ts";
import { addDetectionCommand } from "./commands/detection.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addIncidentCommands } from "./commands/incidents.ts";
import { addKeyCommands } from "./commands/keys.ts";
import { addLimitsCommand } from "./commands/limits.ts";
import { addLockdownCommand } from "./commands/lockdown.ts";
import { addMasterKeyCommands } from "./commands/master-key.ts";
import { addMemberCommands } from "./commands/members.ts";
import { addMessageCommands } from "./commands/messages.ts";
import { addPolicyCommands } from "./commands/policy.ts";
import { addPriceCommands } from "./commands/prices.ts";
import { addPrivacyCommands } from "./commands/privacy.ts";
import { addProviderCommands } from "./commands/providers.ts";
import { addRouteCommands } from "./commands/routes.ts";
import { addSendingCommands } from "./commands/sending.ts";
import { addTailCommand } from "./commands/tail.ts";
import { addUpCommand } from "./commands/up.ts";
import { addUsageCommand } from "./commands/usage.ts";
import { addVerifiedCommands } from "./commands/verified.ts";
import { addWarmCommand } from "./commands/warm.ts";
import { addWebhookCommands } from "./commands/webhooks.ts";
import { tinted } from "./terminal.ts";
import { VERSION } from "./version.ts";

/** Where a command leaves the exit code when it has an answer and the answer is a bad one. */
export interface CommandStatus {
  exitCode: ExitCode;
}

/** Every command with its options and help; docs/reference/cli.md is made from it. */
export function buildProgram(cli: Cli, status: CommandStatus): Command {
  const { terminal } = cli;
  const program = new Command("safeguard")
    .description("A firewall against SMS pumping, between those who send SMS and any SMS provider.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .option("--json", "answer in JSON")
    .option("--account <account>", "account that the command is for, by id or name (default: the only one)")
    .option("--data <folder>", "data folder (default: SAFEGUARD_DATA_DIR, else ./data)")
    .option("--url <address>", "talk to the server at this address, with the key in SAFEGUARD_KEY")
    .option("--no-color", "no colours (as NO_COLOR)")
    .option("--no-input", "never ask anything")
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => command.name(),
      styleTitle: (title) => tinted(terminal, "bold", title),
    })
    .configureOutput({
      writeOut: (text) => terminal.output.write(text),
      writeErr: (text) => terminal.errors.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, tinted(terminal, "red", "error:"))),
      getOutHasColors: () => terminal.colour,
    })
    .showHelpAfterError("(add --help for examples and options)")
    .exitOverride();
  withExamples(program, [
    ["safeguard dev", "try it: a server that sends nothing, with keys and snippets to paste"],
    ["safeguard check +2348012345678", "may a message go to this number, and why?"],
    ["safeguard policy block NG --reason 'pumping since Monday'", "block a country"],
  ]);

  program.commandsGroup("Run:");
  addDevCommand(program, cli);
  addUpCommand(program, cli);
  program.commandsGroup("Decide and explain:");
  addBacktestCommand(program, cli, status);
  addCheckCommand(program, cli, status);
  addExplainCommand(program, cli, status);
  addMessageCommands(program, cli);
  addTailCommand(program, cli);
  program.commandsGroup("Detect and contain:");
  addDetectionCommand(program, cli);
  addIncidentCommands(program, cli);
  addLockdownCommand(program, cli);
  addBypassCommand(program, cli);
  program.commandsGroup("Set up:");
  addPolicyCommands(program, cli, status);
  addApprovalCommands(program, cli);
  addDestinationCommands(program, cli);
  addProviderCommands(program, cli, status);
  addRouteCommands(program, cli);
  addAccountCommands(program, cli);
  addCustomerCommands(program, cli);
  addMemberCommands(program, cli);
  addKeyCommands(program, cli);
  addVerifiedCommands(program, cli, status);
  addWarmCommand(program, cli, status);
  program.commandsGroup("Look after:");
  addUsageCommand(program, cli);
  addLimitsCommand(program, cli);
  addPriceCommands(program, cli);
  addAuditCommands(program, cli, status);
  addPrivacyCommands(program, cli);
  addAlertCommands(program, cli);
  addWebhookCommands(program, cli);
  addBackupCommands(program, cli);
  addMasterKeyCommands(program, cli);
  addSendingCommands(program, cli);
  addDoctorCommand(program, cli, status);
  return program;
}
