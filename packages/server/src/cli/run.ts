import { CommanderError } from "commander";
import { ConfigurationInvalid } from "../config/environment.ts";
import type { Cli } from "./cli.ts";
import { CommandFailed, EXIT, type ExitCode } from "./command-failed.ts";
import { buildProgram } from "./program.ts";
import { harmless, tinted } from "./terminal.ts";

/** Runs one command line (without `node` and the script) and returns its exit code. Errors go to the error stream. */
export async function run(words: readonly string[], cli: Cli): Promise<ExitCode> {
  const plain = words.includes("--no-color") ? { ...cli, terminal: { ...cli.terminal, colour: false } } : cli;
  const status: { exitCode: ExitCode } = { exitCode: EXIT.ok };
  const program = buildProgram(plain, status);
  try {
    await program.parseAsync([...words], { from: "user" });
    return status.exitCode;
  } catch (error) {
    return report(plain, error);
  }
}

function report({ terminal }: Cli, error: unknown): ExitCode {
  // Commander has written its own message, and shows help as an "error" of code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const write = (message: string, hints: readonly string[]): void => {
    const lines = [
      `${tinted(terminal, "red", "error:")} ${harmless(message)}`,
      ...hints.map((hint) => `  ${harmless(hint)}`),
    ];
    terminal.errors.write(`${lines.join("\n")}\n`);
  };
  if (error instanceof CommandFailed) {
    write(error.message, error.hints);
    return error.exitCode;
  }
  if (error instanceof ConfigurationInvalid) {
    write("The configuration is not right.", error.problems);
    return EXIT.error;
  }
  const message = error instanceof Error ? error.message : String(error);
  write(
    message,
    isOurFault(error) ? ["This should not happen. Please report it, with the command and the version."] : [],
  );
  return EXIT.error;
}

/** Errors with a `code` (a lock that is held, a file that cannot be read) say what is wrong; the others are bugs. */
function isOurFault(error: unknown): boolean {
  return !(error instanceof Error && "code" in error && typeof error.code === "string");
}
