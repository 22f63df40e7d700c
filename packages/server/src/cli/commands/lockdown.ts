import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addDetectionSwitch } from "./detection-switch.ts";

export function addLockdownCommand(program: Command, cli: Cli): void {
  addDetectionSwitch(program, cli, {
    name: "lockdown",
    description:
      "Let only verified numbers get messages for a while, whatever the messages are for. It ends by itself.",
    span: "such as 2h; at most 7d",
    holds: "Lockdown: only verified numbers get messages",
    examples: [
      ["safeguard lockdown --for 2h -m 'pumping from everywhere'", "the emergency brake, for two hours"],
      ["safeguard lockdown --end -m 'over'", "let go"],
    ],
  });
}
