import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";
import type { DatabaseAddress } from "../src/store/postgres/database-address.ts";
import { type ClusterPlace, databaseAddress } from "./postgres/cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run's own server is, when the tests are to keep everything in PostgreSQL (see vitest.peers.config.ts). */
    readonly postgres?: ClusterPlace;
  }
}

const made = new Map<string, DatabaseAddress>();

/** The database that goes with a data folder: another for each, the same at each start. Undefined: the embedded store. */
export function databaseOf(dataDirectory: string): DatabaseAddress | undefined {
  // (benchmarks start the same server, outside of vitest)
  if (process.env["VITEST"] === undefined) return undefined;
  const place = inject("postgres");
  if (place === undefined) return undefined;
  const known = made.get(dataDirectory);
  if (known !== undefined) return known;
  const address = databaseAddress(place, `of_${createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16)}`);
  const where = ["-h", address.host, "-p", String(address.port), "-U", address.user, "-d", "postgres"];
  execFileSync(join(place.programs, "psql"), [...where, "-qc", `CREATE DATABASE ${address.database}`]);
  made.set(dataDirectory, address);
  return address;
}
