import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const LOCK_DATABASE = "lock.db";
const HOLDER_FILE = "lock.json";
/** A look at the lock holds it for an instant; whoever starts in that instant waits it out. */
const PATIENCE_MS = 500;

/** Who holds a data directory, as far as he left word. */
export interface LockHolder {
  readonly pid: number | undefined;
  readonly host: string | undefined;
}

/** A second process on a data directory. */
export class DirectoryLocked extends Error {
  override readonly name = "DirectoryLocked";
  readonly code = "directory_locked";
  readonly holder: LockHolder;

  constructor(directory: string, holder: LockHolder) {
    const who = holder.pid === undefined ? "another process" : `process ${holder.pid} on ${holder.host ?? "this host"}`;
    super(`${directory} is in use by ${who}. Stop it first, or talk to it through its API.`);
    this.holder = holder;
  }
}

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the data directory for this process, or throws DirectoryLocked. The lock is one of the operating system's, on an
 * SQLite file held in an exclusive transaction: it dies with the process, however that ends. Not for network file systems.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = tryLock(directory, PATIENCE_MS);
  if (database === undefined) throw new DirectoryLocked(directory, readHolder(directory));
  const holder: LockHolder = { pid: process.pid, host: hostname() };
  writeFileSync(join(directory, HOLDER_FILE), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return { release: () => database.close() };
}

/** Who holds the data directory now; undefined: nobody does. */
export function lockHolder(directory: string): LockHolder | undefined {
  if (!existsSync(join(directory, LOCK_DATABASE))) return undefined;
  const database = tryLock(directory, 0);
  if (database === undefined) return readHolder(directory);
  database.close();
  return undefined;
}

function tryLock(directory: string, patience: number): DatabaseSync | undefined {
  const database = new DatabaseSync(join(directory, LOCK_DATABASE), { timeout: patience });
  try {
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function readHolder(directory: string): LockHolder {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(directory, HOLDER_FILE), "utf8"));
    if (typeof holder !== "object" || holder === null) return { pid: undefined, host: undefined };
    return {
      pid: "pid" in holder && typeof holder.pid === "number" ? holder.pid : undefined,
      host: "host" in holder && typeof holder.host === "string" ? holder.host : undefined,
    };
  } catch {
    return { pid: undefined, host: undefined };
  }
}
