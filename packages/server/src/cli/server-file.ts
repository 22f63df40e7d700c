import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * How the command line finds the server that holds a data folder: `server.json`, readable by its owner only, there while
 * the server listens. Whoever can read the folder is the operator.
 */
export interface ServerFile {
  /** Where it listens on this machine. */
  readonly url: string;
  /** Proves the operator until the server stops. */
  readonly operatorToken: string;
  readonly pid: number;
  /** The server's certificate chain (PEM), where it ends TLS itself: trusted whatever name it is for. */
  readonly certificate?: string;
}

const serverFileBody = z.object({
  url: z.url(),
  operatorToken: z.string().min(1),
  pid: z.int().positive(),
  certificate: z.string().exactOptional(),
});

const NAME = "server.json";

export function writeServerFile(dataDirectory: string, file: ServerFile): void {
  const path = join(dataDirectory, NAME);
  // Removed first: `mode` counts only for a file that is made.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: "wx" });
}

export function removeServerFile(dataDirectory: string): void {
  rmSync(join(dataDirectory, NAME), { force: true });
}

/** The server that says it holds the folder; undefined: none does, or it is gone without having said so. */
export function readServerFile(dataDirectory: string): ServerFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDirectory, NAME), "utf8");
  } catch {
    return undefined;
  }
  try {
    const file = serverFileBody.parse(JSON.parse(text));
    return isAlive(file.pid) ? file : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
