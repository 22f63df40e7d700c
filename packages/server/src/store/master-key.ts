import { hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

const KEY_BYTES = 32;
const KEY_FILE = "master.key";

/** The 32 bytes from which every other key is derived. Never stored in a database, never logged. */
export type MasterKey = Uint8Array & { readonly length: 32 };

export type MasterKeyFault =
  | "master_key_malformed"
  | "master_key_missing"
  | "master_key_exposed"
  | "master_key_mismatch";

/** There is no usable master key, or it is not the one that this directory was written under. */
export class MasterKeyError extends Error {
  override readonly name = "MasterKeyError";
  readonly code: MasterKeyFault;

  constructor(code: MasterKeyFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads a master key from text: 64 hex digits, or 44 characters of base64. `source` names where it came from. */
export function parseMasterKey(text: string, source: string): MasterKey {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  const canonical = bytes.toString("base64") === trimmed || bytes.toString("hex") === trimmed.toLowerCase();
  if (bytes.length !== KEY_BYTES || !canonical) {
    throw new MasterKeyError(
      "master_key_malformed",
      `${source}: not a master key. Give 32 random bytes as 64 hex digits or as base64, such as "openssl rand -hex 32" prints.`,
    );
  }
  return new Uint8Array(bytes) as MasterKey;
}

export interface MasterKeySource {
  /** The data directory, which must exist. */
  readonly directory: string;
  /** What the configuration says, as text; undefined: the key file in the directory. */
  readonly configured: string | undefined;
  /** Make the key file if there is none (development only: a key beside its data protects only copies without it). */
  readonly create: boolean;
}

/** The configured master key, else the one in the directory's key file, else a new one written there with mode 0600. */
export function loadMasterKey({ directory, configured, create }: MasterKeySource): MasterKey {
  if (configured !== undefined) return parseMasterKey(configured, "The configured master key");
  const path = join(directory, KEY_FILE);
  const existing = readKeyFile(path);
  if (existing !== undefined) return existing;
  if (!create) {
    throw new MasterKeyError(
      "master_key_missing",
      `There is no master key: configure one (32 random bytes, "openssl rand -hex 32") or put it into ${path} with mode 0600.`,
    );
  }
  const key = randomBytes(KEY_BYTES);
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, `${key.toString("hex")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return new Uint8Array(key) as MasterKey;
}

/** A key of its own for each use, so that no two uses can be played against each other. */
export function deriveKey(masterKey: MasterKey, label: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, new Uint8Array(0), `safeguard/1/${label}`, KEY_BYTES));
}

function readKeyFile(path: string): MasterKey | undefined {
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new MasterKeyError(
      "master_key_exposed",
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Run "chmod 600 ${path}".`,
    );
  }
  return parseMasterKey(readFileSync(path, "utf8"), path);
}
