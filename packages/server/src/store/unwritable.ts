import { StoreUnwritable } from "./store-errors.ts";

/** What the operating system's errors and SQLite's come to, and what to do. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Make room on it, and start again; nothing that was answered is lost",
  EDQUOT: "the quota of its user is used up. Make room, and start again; nothing that was answered is lost",
  EROFS: "its file system is read-only. Mount it for writing, or name another folder",
  EACCES: "this user may not write to it. Give it to the user that runs Safeguard, or name another folder",
  EPERM: "this user may not write to it. Give it to the user that runs Safeguard, or name another folder",
  EIO: "its disk fails. Look into the system's log before anything else is written there",
};
const SQLITE: Readonly<Record<number, keyof typeof SYSTEM>> = { 8: "EACCES", 10: "EIO", 13: "ENOSPC", 14: "EACCES" };

/** The error in words that name the folder, where it says that this cannot be written; else the error itself. */
export function unwritable(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnwritable) return error;
  const code = "code" in error ? String(error.code) : "";
  const primary = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
  const why = SYSTEM[code] ?? SYSTEM[SQLITE[primary] ?? ""];
  if (why === undefined) return error;
  return new StoreUnwritable(`The data folder ${directory} cannot be written: ${why} (${error.message}).`, {
    cause: error,
  });
}
