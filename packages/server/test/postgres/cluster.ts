import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { DatabaseAddress } from "../../src/store/postgres/database-address.ts";

const run = promisify(execFile);

export type StopMode = "fast" | "immediate";

/** How a server of the test's own is reached, and where its programs are. */
export interface ClusterPlace {
  readonly port: number;
  readonly programs: string;
}

/** A PostgreSQL server of the test's own, in a temporary folder, on 127.0.0.1. */
export interface Cluster {
  readonly place: ClusterPlace;
  /** A fresh, empty database. */
  database(): Promise<DatabaseAddress>;
  /** As the administrator; the rows. */
  query(text: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  start(): Promise<void>;
  /** `immediate`: as if the server were killed. */
  stop(mode: StopMode): Promise<void>;
  /** Stops it and takes the folder away. */
  dispose(): Promise<void>;
}

const USER = "safeguard";

/** Fails clearly where PostgreSQL is not installed. `settings`: as in postgresql.conf, besides those that make it small. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const programs = findPrograms();
  const owner = serverOwner();
  const folder = mkdtempSync(join(tmpdir(), "safeguard-postgres-"));
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  const files = join(folder, "cluster");
  const options = { ...owner, cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" } };
  const initial = ["-D", files, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  await run(join(programs, "initdb"), initial, options);

  const given = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    shared_buffers: "32MB",
    max_wal_size: "256MB",
    ...settings,
  };
  const flags = Object.entries(given).map(([name, value]) => `-c ${name}='${value}'`);
  const control = (...words: string[]) =>
    run(join(programs, "pg_ctl"), ["-D", files, "-w", "-t", "120", "-l", join(folder, "log"), ...words], options);
  const start = async (): Promise<void> => {
    await control("-o", flags.join(" "), "start");
  };
  await start();

  const query: Cluster["query"] = async (text, database = "postgres") => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: USER, database });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  let databases = 0;
  const place = { port, programs };
  return {
    place,
    async database() {
      const name = `store_${++databases}`;
      await query(`CREATE DATABASE ${name}`);
      return databaseAddress(place, name);
    },
    query,
    start,
    async stop(mode) {
      await control("-m", mode, "stop");
    },
    async dispose() {
      await control("-m", "immediate", "stop").catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function databaseAddress({ port }: ClusterPlace, database: string): DatabaseAddress {
  return { host: "127.0.0.1", port, user: USER, password: undefined, database, tls: "off", authority: undefined };
}

/** As DATABASE_URL has it. */
export function databaseUrl({ user, host, port, database }: DatabaseAddress): string {
  return `postgres://${user}@${host}:${port}/${database}`;
}

/** The newest of Debian's installations, else what the PATH has. */
function findPrograms(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const folders = [
    ...versions.map((version) => join(debian, String(version), "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")));
  if (found === undefined) {
    throw new Error(
      "PostgreSQL is not installed: these tests start a server of their own (apt-get install postgresql).",
    );
  }
  return found;
}

/** PostgreSQL does not run as root: then as the user that its package has made. */
export function serverOwner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
