import type { Cli, GlobalFlags } from "./cli.ts";
import { usageFailure } from "./command-failed.ts";

/** Why a policy is changed: from `--reason`, or asked for at a terminal. */
export async function reasonFor(cli: Cli, flags: GlobalFlags & { readonly reason?: string }): Promise<string> {
  if (flags.reason !== undefined && flags.reason.trim() !== "") return flags.reason;
  if (!cli.terminal.interactive || !flags.input) {
    throw usageFailure("Say why with --reason: it is kept in the history.");
  }
  const { isCancel, text } = await import("@clack/prompts");
  const reason = await text({
    input: cli.terminal.input,
    output: cli.terminal.errors,
    message: "Why? It is kept in the history.",
    validate: (given) => ((given ?? "").trim() === "" ? "Say why." : undefined),
  });
  if (isCancel(reason)) throw usageFailure("Nothing was changed.");
  return reason;
}
