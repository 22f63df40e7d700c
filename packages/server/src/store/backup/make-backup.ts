import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PEOPLE_FILE } from "../people-database.ts";
import { readCopiedStore } from "../sqlite/copied-store.ts";
import { copyDatabase } from "../sqlite/copy-database.ts";
import { removeSessions } from "../sqlite/remove-sessions.ts";
import { type BackupManifest, BackupUnfit, fileHash, MANIFEST } from "./manifest.ts";

/** What is under way, and how much of it is done. */
export interface BackupProgress {
  readonly step: "copy" | "check";
  readonly file: string;
  readonly bytes: number;
  readonly of: number;
}

/**
 * In this order: what follows from the journal is never ahead of it. A sealed file is replaced as a whole, so that a plain
 * copy of it is one.
 */
const FILES = [
  { name: "detection.snapshot", kind: "sealed" },
  { name: "prices.sealed", kind: "sealed" },
  { name: "erasure.sealed", kind: "sealed" },
  { name: PEOPLE_FILE, kind: "people" },
  { name: "tables.db", kind: "database" },
  { name: "journal.db", kind: "database" },
] as const;

/**
 * Copies the embedded store of a data directory into `folder`, which must be empty or not there, enciphered as it is and
 * without the master key. A server may be running on it. Throws BackupUnfit.
 */
export async function makeBackup(
  directory: string,
  folder: string,
  version: string,
  onProgress: (progress: BackupProgress) => void,
): Promise<BackupManifest> {
  const at = new Date().toISOString();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new BackupUnfit(`${folder} is not empty; name a folder for this backup alone.`);
  const made: string[] = [];
  try {
    for (const { name, kind } of FILES) {
      const [from, to] = [join(directory, name), join(folder, name)];
      if (!existsSync(from)) continue;
      made.push(name);
      if (kind === "sealed") copyFileSync(from, to);
      else
        await copyDatabase(from, to, ({ written, expected }) =>
          onProgress({ step: "copy", file: name, bytes: written, of: expected }),
        );
      if (kind === "people") removeSessions(to);
    }
    const files = await Promise.all(
      made.map(async (name) => {
        const bytes = statSync(join(folder, name)).size;
        let read = 0;
        const sha256 = await fileHash(join(folder, name), (count) => {
          read += count;
          onProgress({ step: "check", file: name, bytes: read, of: bytes });
        });
        return { name, bytes, sha256 };
      }),
    );
    const manifest: BackupManifest = { format: 1, version, at, ...readCopiedStore(folder), files };
    writeFileSync(join(folder, `${MANIFEST}.next`), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(join(folder, `${MANIFEST}.next`), join(folder, MANIFEST));
    return manifest;
  } catch (error) {
    for (const name of made) rmSync(join(folder, name), { force: true });
    throw error;
  }
}
