import { isMainThread } from "node:worker_threads";
import { peakMegabytes } from "./peak-megabytes.ts";

// Loaded before a program (`node --import`): when that ends, a last line of its output says what it took, all threads together.
if (isMainThread) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    console.log(`\n${JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakMegabytes: peakMegabytes() })}`);
  });
}
