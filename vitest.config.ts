import { defineConfig } from "vitest/config";
import { COMPILE_CACHE } from "./packages/server/test/compile-cache.ts";

export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.peer.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves one core free; but most of a test's time is waiting.
    maxWorkers: 2,
    env: COMPILE_CACHE,
  },
});
