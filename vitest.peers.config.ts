import { defineConfig } from "vitest/config";
import { COMPILE_CACHE } from "./packages/server/test/compile-cache.ts";

const shared = { testTimeout: 60_000, hookTimeout: 60_000, env: COMPILE_CACHE };
const tests = "packages/server/test";

/** Tests against peers that npm does not have (python3-twilio, PostgreSQL); they fail where one is absent. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "peers", include: ["packages/*/test/**/*.peer.test.ts"] } },
      {
        test: {
          ...shared,
          name: "on PostgreSQL",
          // What holds for the embedded store holds for this one. (Where numbers may stand in the clear has its own test; a
          // full disk here would be that of the database's machine.)
          include: [
            `${tests}/promises/*.test.ts`,
            `${tests}/{feedback,incidents,accounts-apart,permissions}.test.ts`,
            `${tests}/detection/{restart,warm}.test.ts`,
          ],
          exclude: [`${tests}/promises/{in-the-clear,full-disk}.test.ts`],
          globalSetup: `${tests}/postgres/cluster-for-all.ts`,
        },
      },
    ],
  },
});
