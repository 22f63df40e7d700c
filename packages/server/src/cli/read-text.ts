import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { CommandFailed } from "./command-failed.ts";
import type { Terminal } from "./terminal.ts";

/** The text of a file, or of standard input for `-`. Throws a `CommandFailed` that names the file and says what is wrong. */
export async function readText(file: string, { input }: Pick<Terminal, "input">): Promise<string> {
  if (file === "-") return text(input);
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${file} cannot be read: ${reasonOf(error)}`);
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file.";
  if (code === "EISDIR") return "it is a folder; name a file.";
  return message;
}
