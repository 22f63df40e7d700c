import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Where the tests' processes keep what they have compiled. Store threads come and go by the hundred in them: with it they start
 * sooner and need no compiler of their own that strips types. V8 of Node 24 was seen to end processes in which such threads come
 * and go (nodejs/node 64500); that this makes it rarer is a guess.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), "safeguard-test-compile-cache") };
