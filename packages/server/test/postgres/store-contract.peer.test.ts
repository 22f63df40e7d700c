import { afterAll, beforeAll } from "vitest";
import type { MasterKey } from "../../src/store/master-key.ts";
import type { DatabaseAddress } from "../../src/store/postgres/database-address.ts";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.ts";
import { describeFeedbackStore } from "../../src/store/testing/feedback-contract.ts";
import { describeIncidentStore } from "../../src/store/testing/incident-contract.ts";
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

describeStore("PostgreSQL", create);
describeFeedbackStore("PostgreSQL", create);
describeIncidentStore("PostgreSQL", create);
describeWaitingStore("PostgreSQL", create);
