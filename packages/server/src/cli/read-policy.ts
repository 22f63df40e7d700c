import { type PolicyFile, readPolicyFile } from "../policies/read-policy-file.ts";
import { CommandFailed } from "./command-failed.ts";
import { readText } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

/** Reads a policy file, or `-` for standard input. What is wrong with it is said line by line. */
export async function readPolicy(file: string, terminal: Pick<Terminal, "input">): Promise<PolicyFile> {
  const name = file === "-" ? "standard input" : file;
  const result = readPolicyFile(await readText(file, terminal));
  if (result.ok) return result.file;
  throw new CommandFailed(`${name} is not a valid policy.`, {
    hints: result.problems.map(({ line, column, field, message }) =>
      [`${file}:${line}:${column}`, ...(field === "" ? [] : [field]), message].join(": "),
    ),
  });
}
