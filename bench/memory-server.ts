/** The real server with an account whose ceilings count by everything of which anybody can make up as many as he likes. */
import { startSafeguard } from "../packages/server/test/harness.ts";
import { serveMeasured } from "./http/measured-server.ts";

const safeguard = await startSafeguard();
const most = { window: "day", messages: 1_000_000 };
const ceilings = [
  { name: "number", per: "recipient", ...most },
  { name: "range", per: "range", digits: 3, ...most },
  { name: "address", per: "end_user_address", ...most },
  { name: "sender", per: "originator", ...most },
  { name: "user", per: "key", key: "user", ...most },
];
const document = { detection: { mode: "monitor" }, limits: { ceilings } };
const saved = await safeguard.api("PUT", "/v1/policies/default", { document, reason: "bench" });
if (saved.status >= 300) throw new Error(JSON.stringify(saved.body));
serveMeasured(Number(new URL(safeguard.url).port), { secret: safeguard.liveKey.secret });
