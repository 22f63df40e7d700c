/**
 * Exit codes of every command. `finding`: the command worked, and what it looked at is not as it should be (a decision
 * that does not agree with its record, a policy that a new numbering table changes, an expectation that does not hold).
 */
export const EXIT = { ok: 0, error: 1, usage: 2, finding: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot do what it was asked. `message` is for the person at the terminal; no stack trace is shown. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly code = "command_failed";
  readonly exitCode: ExitCode;
  /** What to do about it, on lines of their own. */
  readonly hints: readonly string[];

  constructor(message: string, options: { readonly exitCode?: ExitCode; readonly hints?: readonly string[] } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? EXIT.error;
    this.hints = options.hints ?? [];
  }
}

/** The command line was not written as the help says. */
export function usageFailure(message: string, ...hints: readonly string[]): CommandFailed {
  return new CommandFailed(message, { exitCode: EXIT.usage, hints });
}
