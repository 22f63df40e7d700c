import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** `backup.json`: what a backup holds. Its last file: a backup without it was not finished. */
export interface BackupManifest {
  readonly format: 1;
  /** Of the Safeguard that made it. */
  readonly version: string;
  readonly at: string;
  /** Names the store that it is of. */
  readonly store: string;
  /** The last record in it. */
  readonly sequence: number;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

export const MANIFEST = "backup.json";

/** A folder is no whole backup, or cannot take one; says which file and what to do. */
export class BackupUnfit extends Error {
  override readonly name = "BackupUnfit";
  readonly code = "backup_unfit";
}

export async function readManifest(folder: string): Promise<BackupManifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new BackupUnfit(`${folder} is no whole backup: it has no ${MANIFEST}, which is written last.`);
  }
  const manifest = JSON.parse(text) as BackupManifest;
  if ((manifest.format as number) !== 1)
    throw new BackupUnfit(
      `${folder} was made by a later version of Safeguard (${manifest.version}). Restore it with that version.`,
    );
  return manifest;
}

/** SHA-256 (hex) of a file; `onBytes` hears how many were read each time. */
export async function fileHash(path: string, onBytes: (count: number) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest("hex");
}
