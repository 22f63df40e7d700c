import type { Connector } from "../connector.ts";
import type { SandboxNetwork } from "./sandbox-network.ts";

export function createSandboxConnector(id: string, network: SandboxNetwork): Connector {
  return {
    id,
    kind: "sandbox",
    maxBatch: 1000,
    submit: (batch) => Promise.resolve(batch.map((submission) => network.take(id, submission))),
    close: () => Promise.resolve(),
  };
}
