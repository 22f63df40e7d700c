import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { type PolicyFile, readPolicyFile } from "../policies/read-policy-file.ts";
import { CommandFailed } from "./command-failed.ts";
import type { Terminal } from "./terminal.ts";

/** Reads a policy file, or `-` for standard input. What is wrong with it is said line by line. */
export async function readPolicy(file: string, { input }: Pick<Terminal, "input">): Promise<PolicyFile> {
  const name = file === "-" ? "standard input" : file;
  const content = await (file === "-" ? readAll(input) : readFile(file, "utf8")).catch((error: Error) => {
    throw new CommandFailed(`${name} cannot be read: ${error.message}`);
  });
  const result = readPolicyFile(content);
  if (result.ok) return result.file;
  throw new CommandFailed(`${name} is not a valid policy.`, {
    hints: result.problems.map(({ line, column, field, message }) =>
      [`${file}:${line}:${column}`, ...(field === "" ? [] : [field]), message].join(": "),
    ),
  });
}
