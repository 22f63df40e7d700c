import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import type { MasterKey } from "../../src/store/master-key.ts";
import type { DatabaseAddress } from "../../src/store/postgres/database-address.ts";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.ts";
import { describeFeedbackStore } from "../../src/store/testing/feedback-contract.ts";
import { describeIncidentStore } from "../../src/store/testing/incident-contract.ts";
import { describeMasterKey, type LockedStore } from "../../src/store/testing/master-key-contract.ts";
import { describeStore, type StoreUnderTest } from "../../src/store/testing/store-contract.ts";
import { describeWaitingStore } from "../../src/store/testing/waiting-contract.ts";
import { type Cluster, startCluster } from "./cluster.ts";

const masterKey = new Uint8Array(32).fill(3) as MasterKey;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.dispose());

/** A database of its own for each test, made when it is first opened. */
function create(): StoreUnderTest {
  let database: Promise<DatabaseAddress> | undefined;
  return {
    async open() {
      database ??= cluster.database();
      return openPostgresStore({ address: await database, masterKey });
    },
    reopens: true,
    dispose() {},
  };
}

/** The same, opened with whatever master key. */
function locked(): LockedStore {
  let database: Promise<DatabaseAddress> | undefined;
  const address = (): Promise<DatabaseAddress> => {
    database ??= cluster.database();
    return database;
  };
  const ask = async (sql: string, parameters: readonly (string | null)[] = []) => {
    const { host, port, user, password = "", database: name } = await address();
    const client = new pg.Client({ host, port, user, password, database: name });
    await client.connect();
    try {
      return (await client.query<Awaited<ReturnType<LockedStore["identity"]>>>(sql, [...parameters])).rows;
    } finally {
      await client.end();
    }
  };
  return {
    open: async (key) => openPostgresStore({ address: await address(), masterKey: key }),
    async identity() {
      const [row] = await ask("SELECT epoch, root_key FROM identity");
      if (row === undefined) throw new Error("there is no identity");
      return row;
    },
    async change(values) {
      for (const [column, value] of Object.entries(values)) await ask(`UPDATE identity SET ${column} = $1`, [value]);
    },
    dispose() {},
  };
}

describeMasterKey("PostgreSQL", locked);
describeStore("PostgreSQL", create);
describeFeedbackStore("PostgreSQL", create);
describeIncidentStore("PostgreSQL", create);
describeWaitingStore("PostgreSQL", create);
