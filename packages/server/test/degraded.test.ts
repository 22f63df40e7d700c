import { afterEach, expect, it, vi } from "vitest";
import { FAIL_MODES } from "../src/degraded/fail-modes.ts";
import { anotherAccount, startSafeguard, type TestSafeguard } from "./harness.ts";
import { startRecordingServer } from "./stand-in/recording-server.ts";

let safeguard: TestSafeguard;
afterEach(() => safeguard.stop());

/** One message by each dialect. */
async function sendByAll({ url, liveKey: { secret, productToken, twilioSid, authToken } }: TestSafeguard) {
  const native = fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ to: "+31612345678", from: "Shop", text: "Hello" }),
  });
  const twilio = fetch(`${url}/2010-04-01/Accounts/${twilioSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${twilioSid}:${authToken}`).toString("base64")}` },
    body: new URLSearchParams({ To: "+31612345678", From: "+31970000000", Body: "Hello" }),
  });
  const cm = fetch(`${url}/v1.0/message`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-cm-producttoken": productToken },
    body: JSON.stringify({
      messages: { msg: [{ from: "Shop", to: [{ number: "0031612345678" }], body: { content: "Hello" } }] },
    }),
  });
  const answers = await Promise.all([native, twilio, cm]);
  return Promise.all(
    answers.map(async (answer) => ({
      status: answer.status,
      retryAfter: answer.headers.get("retry-after"),
      body: (await answer.json()) as Record<string, unknown>,
    })),
  );
}

it("detection that throws: rules decide alone, the verdict is marked, counted and said", async () => {
  safeguard = await startSafeguard({ countries: ["NL"] });
  const { engine, incidents, now } = safeguard.safeguard;
  const detection = engine.detectionOf(safeguard.account.id);
  vi.spyOn(detection, "decide").mockImplementation(() => {
    throw new Error("a planted fault");
  });
  const ask = async (to: string) =>
    (await safeguard.api("POST", "/v1/decisions", { to })).body as { action: string; degraded: readonly string[] };
  expect(await ask("+31612345678")).toMatchObject({ action: "allow", degraded: [FAIL_MODES.signals.mark] });
  expect(await ask("+3247012345")).toMatchObject({ action: "block" });

  await incidents.checkAlerts(now());
  const { items } = (await safeguard.api("GET", "/v1/alerts?state=open")).body as { items: { code: string }[] };
  expect(items.filter(({ code }) => code === FAIL_MODES.signals.alert)).toHaveLength(1);
  await incidents.checkAlerts(now());
  const metrics = await (await fetch(`${safeguard.url}/metrics`)).text();
  expect(metrics).toContain('safeguard_degraded_decisions_total{mark="detection_failed",action="allow"} 1\n');
  expect(metrics).toContain('safeguard_degraded_parts{part="signals"} 1\n');
  expect(metrics).toContain('safeguard_alerts_raised_total{code="degraded"} 1\n');
  expect(metrics).not.toContain("+31612345678");
  expect(metrics).not.toContain(safeguard.account.id);
}, 30_000);

it("a flood of one account is refused early and clearly; another's requests are all answered", async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const provider = await startRecordingServer(async () => {
    await held;
    return { status: 200, body: JSON.stringify({ sid: "SM1", status: "queued" }) };
  });
  const maxRequests = 40;
  safeguard = await startSafeguard({ detection: "off", config: { maxRequests } });
  await safeguard.routeTo({
    id: "slow",
    kind: "twilio",
    settings: { accountSid: `AC${"0".repeat(32)}`, baseUrl: provider.url, from: "+31970000000" },
    secrets: { authToken: "0".repeat(32) },
  });
  const other = await anotherAccount(safeguard, "another");
  const flood = Array.from({ length: 40 }, () => sendByAll(safeguard));
  const refused = { native: 0, twilio: 0, cm: 0 };
  for (let request = 0; request < 20; request++)
    expect((await safeguard.api("POST", "/v1/decisions", { to: "+31612345678" }, other.secret)).status).toBe(201);
  release();
  for (const [native, twilio, cm] of await Promise.all(flood)) {
    for (const one of [native, twilio, cm]) if (one?.status === 429) expect(one.retryAfter).toBe("1");
    if (native?.status === 429) refused.native += Number(native.body["code"] === "rate_limited");
    if (twilio?.status === 429) refused.twilio += Number(twilio.body["code"] === 20429);
    if (cm?.status === 429) refused.cm += Number(cm.body["errorCode"] === 403);
    for (const one of [native, twilio, cm]) expect([200, 201, 429]).toContain(one?.status);
  }
  // What is taken waits for the provider, so the first of each dialect fill the room and most others are refused.
  for (const count of Object.values(refused)) expect(count).toBeGreaterThan(10);
  const metrics = await (await fetch(`${safeguard.url}/metrics`)).text();
  expect(metrics).toMatch(/safeguard_requests_refused_total\{reason="share"\} [1-9]/);
  await provider.close();
}, 60_000);
