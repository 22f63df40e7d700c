import { defineConfig } from "vitest/config";
import { COMPILE_CACHE } from "./packages/server/test/compile-cache.ts";

/** Tests of the console in a browser, against a real server: `vitest run --config vitest.browser.config.ts`. */
export default defineConfig({
  test: {
    include: ["packages/console/test/**/*.browser.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    env: COMPILE_CACHE,
  },
});
