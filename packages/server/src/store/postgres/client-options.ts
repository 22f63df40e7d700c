import { hostname } from "node:os";
import pg from "pg";
import type { DatabaseAddress } from "./database-address.ts";

const CONNECT_MS = 5000;
const INT8 = 20;

/** What every connection has. Who and where is given in full: the driver would take what is missing from the environment. */
export function clientOptions(address: DatabaseAddress): pg.ClientConfig {
  const { host, port, user, password, database, tls, authority, client } = address;
  return {
    host,
    port,
    user,
    password: () => password ?? "",
    database,
    ssl: tls !== "off" && {
      rejectUnauthorized: true,
      ...(authority !== undefined && { ca: authority }),
      ...(client !== undefined && { cert: client.certificate, key: client.key }),
    },
    application_name: `safeguard ${hostname()}:${process.pid}`,
    client_encoding: "UTF8",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  };
}

/** Sequence numbers, times and counts stay below 2^53: numbers, not texts. */
const getTypeParser: pg.CustomTypesConfig["getTypeParser"] = (id, format) =>
  id === INT8 && format !== "binary" ? Number : (pg.types.getTypeParser(id, format) as (value: string) => unknown);
