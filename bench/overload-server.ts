/** The real server with two accounts, a provider behind it, and a small door, in a process of its own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { anotherAccount, startSafeguard } from "../packages/server/test/harness.ts";
import { serveMeasured } from "./http/measured-server.ts";

const safeguard = await startSafeguard({ detection: "off", config: { maxRequests: 1000 } });
const victim = await anotherAccount(safeguard, "victim");
/** Takes what it is told, and never answers. */
const blackHole = createServer(() => undefined);
await new Promise<void>((resolve) => blackHole.listen(0, "127.0.0.1", resolve));
const { port } = blackHole.address() as AddressInfo;
const reports = { webhookUrl: `http://127.0.0.1:${port}/reports` };
const set = await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { reports });
if (set.status !== 200) throw new Error(JSON.stringify(set.body));
serveMeasured(Number(new URL(safeguard.url).port), { flood: safeguard.liveKey.secret, victim: victim.secret });
