import type { TestProject } from "vitest/node";
import { startCluster } from "./cluster.ts";

/** One PostgreSQL server for all tests of a run. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster({ max_connections: "200" });
  provide("postgres", cluster.place);
  return () => cluster.dispose();
}
