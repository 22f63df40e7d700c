import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addDetectionSwitch } from "./detection-switch.ts";

export function addBypassCommand(program: Command, cli: Cli): void {
  addDetectionSwitch(program, cli, {
    name: "bypass",
    description: "Take detection out of the path for a while; your own rules stay. It ends by itself.",
    span: "such as 30m; at most 24h",
    holds: "Detection stands aside",
    examples: [
      ["safeguard bypass --for 30m -m 'it stops our launch'", "for half an hour"],
      ["safeguard bypass --end -m 'launch is over'", "detection looks again"],
    ],
  });
}
