import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * Store threads come and go by the hundred here. With a cache of what they load they need no compiler of their own that strips
 * types: starts are quicker, and V8 of Node 24 does not trip over the code that such threads leave (nodejs/node 64500).
 */
const THREADS = { NODE_COMPILE_CACHE: join(tmpdir(), "safeguard-test-compile-cache") };

export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/*.peer.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: THREADS,
  },
});
