/** The real server with its CM.com connector pointed at the local provider, and a live key. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSafeguard } from "../../packages/server/test/harness.ts";
import { serveMeasured } from "./measured-server.ts";

const dataDirectory = mkdtempSync(join(process.env["DATA_IN"] ?? tmpdir(), "safeguard-bench-"));
process.on("exit", () => rmSync(dataDirectory, { recursive: true, force: true }));
const safeguard = await startSafeguard({ dataDirectory });
await safeguard.routeTo({
  id: "provider",
  kind: "cm",
  settings: { baseUrl: process.env["PROVIDER"] ?? "" },
  secrets: { productToken: "11111111-2222-4333-8444-555555555555" },
});
const { secret, productToken } = safeguard.liveKey;
serveMeasured(Number(new URL(safeguard.url).port), { secret, productToken });
