import { defineConfig } from "vitest/config";

/** Tests against peers that npm does not have (python3-twilio, later PostgreSQL …); they fail where one is absent. */
export default defineConfig({
  test: { include: ["packages/*/test/**/*.peer.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
