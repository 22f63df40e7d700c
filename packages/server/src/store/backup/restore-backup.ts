import { readdirSync, renameSync, statSync } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { join } from "node:path";
import { markRestored } from "../data-place.ts";
import { lockDirectory } from "../directory-lock.ts";
import { makeDirectory } from "../make-directory.ts";
import type { BackupProgress } from "./make-backup.ts";
import { type BackupManifest, BackupUnfit, fileHash, readManifest } from "./manifest.ts";

/** What a data directory may have before anything is kept in it. */
const HARMLESS = new Set(["master.key", "lock.db", "lock.json", "lock.db-journal", "place", "restored.json"]);

/**
 * Puts a backup into a data directory that has no data. Every file is checked before the first is copied. The store then
 * opens as one that was restored: what waited in it is not sent. Throws BackupUnfit, DirectoryLocked.
 */
export async function restoreBackup(
  folder: string,
  directory: string,
  onProgress: (progress: BackupProgress) => void,
): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  for (const { name, bytes, sha256 } of manifest.files) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false })?.size;
    if (found !== bytes)
      throw new BackupUnfit(
        `${path} has ${found ?? "no"} bytes; when it was made it had ${bytes}. Use another backup.`,
      );
    let read = 0;
    const hash = await fileHash(path, (count) => {
      read += count;
      onProgress({ step: "check", file: name, bytes: read, of: bytes });
    });
    if (hash !== sha256) throw new BackupUnfit(`${path} is not as it was when it was made. Use another backup.`);
  }
  makeDirectory(directory);
  const lock = lockDirectory(directory);
  try {
    const there = readdirSync(directory).filter((name) => !HARMLESS.has(name) && !name.endsWith(".restored"));
    if (there.length > 0)
      throw new BackupUnfit(
        `${directory} has data already (${there.slice(0, 3).join(", ")}). Name an empty folder, or move what is there away.`,
      );
    // First the mark: whatever breaks off after it, the store is never taken for one that went on.
    markRestored(directory);
    for (const { name, bytes } of manifest.files) {
      onProgress({ step: "copy", file: name, bytes: 0, of: bytes });
      await copyDurably(join(folder, name), join(directory, `${name}.restored`));
      onProgress({ step: "copy", file: name, bytes, of: bytes });
    }
    // The journal, which is the last of them, last: without it there is no store.
    for (const { name } of manifest.files) renameSync(join(directory, `${name}.restored`), join(directory, name));
    return manifest;
  } finally {
    lock.release();
  }
}

/** Whole, and on stable storage. */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, "r+");
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}
