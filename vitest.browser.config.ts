import { defineConfig } from "vitest/config";

/** Tests of the console in a browser, against a real server: `vitest run --config vitest.browser.config.ts`. */
export default defineConfig({
  test: {
    include: ["packages/console/test/**/*.browser.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
