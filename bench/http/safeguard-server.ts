/** The real server with its CM.com connector pointed at the local provider, and a live key. */
import { mkdtempSync, rmSync } from "node:fs";
import { startSafeguard } from "../../packages/server/test/harness.ts";
import { serveMeasured } from "./measured-server.ts";

const folder = process.env["DATA_IN"];
const dataDirectory = folder === undefined ? undefined : mkdtempSync(`${folder}/safeguard-bench-`);
if (dataDirectory !== undefined) process.on("exit", () => rmSync(dataDirectory, { recursive: true, force: true }));
const safeguard = await startSafeguard(dataDirectory === undefined ? {} : { dataDirectory });
await safeguard.routeTo({
  id: "provider",
  kind: "cm",
  settings: { baseUrl: process.env["PROVIDER"] ?? "" },
  secrets: { productToken: "11111111-2222-4333-8444-555555555555" },
});
const { secret, productToken } = safeguard.liveKey;
serveMeasured(Number(new URL(safeguard.url).port), { secret, productToken });
