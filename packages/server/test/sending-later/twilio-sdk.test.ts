import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import type { RecordingServer } from "../stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";
import { callbackReceiver } from "../twilio/callback-receiver.ts";
import { eventually } from "./queue-scene.ts";

/** Twilio's own client, unmodified, with the real product and a stand-in for Twilio; the clock is moved on by the test. */

const FROM = "+15557122661";
const SERVICE = `MG${"a".repeat(32)}`;
let provider: RecordingServer;
let safeguard: TestSafeguard;
let moved = 0;

beforeAll(async () => {
  provider = await startTwilioProvider();
  safeguard = await startSafeguard({
    detection: "off",
    config: { allowPrivateCallbacks: true },
    wall: () => Date.now() + moved,
  });
  await safeguard.routeTo({
    id: "stand-in",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: TWILIO_ACCOUNT_SID },
    secrets: { authToken: TWILIO_AUTH_TOKEN },
  });
});
afterAll(async () => {
  await safeguard.stop();
  await provider.close();
});

function client() {
  const sdk = twilio(safeguard.liveKey.twilioSid, safeguard.liveKey.authToken);
  sdk.api.baseUrl = safeguard.url;
  return sdk;
}

const formsTo = (to: string): readonly URLSearchParams[] =>
  provider.received.map(({ body }) => new URLSearchParams(body)).filter((form) => form.get("To") === to);

const ahead = (seconds: number): Date => new Date(Date.now() + moved + seconds * 1_000);

/** The queue has set its clock by the time of the real day: something new has it look. */
async function pass(seconds: number): Promise<void> {
  moved += seconds * 1_000;
  await safeguard.api("POST", "/v1/messages", { to: "+31600000001", from: "Shop", text: "tick", mode: "async" });
}

const scheduled = (to: string, sendAt: Date, more: Record<string, unknown> = {}) =>
  client().messages.create({
    to,
    messagingServiceSid: SERVICE,
    body: "See you soon",
    scheduleType: "fixed",
    sendAt,
    ...more,
  });

describe("Twilio's Node SDK", () => {
  it("schedules: the message waits here, and reaches the provider at its time", async () => {
    const to = "+31612000011";
    const message = await scheduled(to, ahead(600), { validityPeriod: 7_200 });
    expect(message.status).toBe("scheduled");
    expect((await client().messages(message.sid).fetch()).status).toBe("scheduled");
    expect(formsTo(to)).toEqual([]);
    await pass(601);
    await eventually(
      () => formsTo(to).length,
      (count) => count === 1,
    );
    const [form] = formsTo(to);
    expect(form?.has("SendAt")).toBe(false);
    expect(form?.has("ScheduleType")).toBe(false);
    // What is left of it.
    expect(Number(form?.get("ValidityPeriod"))).toBeGreaterThan(7_000);
    expect(Number(form?.get("ValidityPeriod"))).toBeLessThanOrEqual(7_200);
    await eventually(
      async () => (await client().messages(message.sid).fetch()).status,
      (status) => status === "queued",
    );
  });

  it("cancels what is scheduled, and is told where that is too late", async () => {
    const to = "+31612000012";
    const message = await scheduled(to, ahead(600));
    const canceled = await client().messages(message.sid).update({ status: "canceled" });
    expect(canceled.status).toBe("canceled");
    await pass(601);
    expect((await client().messages(message.sid).fetch()).status).toBe("canceled");
    expect(formsTo(to)).toEqual([]);
    const sent = await client().messages.create({ to: "+31612000013", from: FROM, body: "x" });
    await expect(client().messages(sent.sid).update({ status: "canceled" })).rejects.toMatchObject({ status: 409 });
  });

  it("hears by its status callback that a scheduled message was blocked when it was due", async () => {
    const customer = await callbackReceiver();
    const message = await scheduled("+32470000014", ahead(600), { statusCallback: `${customer.url}/status` });
    await safeguard.operator("POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
    await pass(601);
    const { parameters } = await customer.until("failed");
    expect(parameters).toMatchObject({ MessageSid: message.sid, ErrorCode: "21408" });
    expect(await client().messages(message.sid).fetch()).toMatchObject({ status: "failed", errorCode: 21408 });
    await customer.close();
  });

  it.each([
    [{ sendAt: new Date(Date.now() + 60_000) }, 35114],
    [{ sendAt: new Date(Date.now() + 36 * 86_400_000) }, 35114],
    [{ sendAt: undefined }, 35111],
    [{ validityPeriod: 40_000 }, 21624],
  ])("is refused a time that Twilio would refuse: %j", async (more, code) => {
    await expect(scheduled("+31612000015", ahead(600), more)).rejects.toMatchObject({ status: 400, code });
  });

  it("of an account that sends later gets its answer at once, and the message its provider", async () => {
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { sendMode: "async" });
    const to = "+31612000016";
    const message = await client().messages.create({ to, from: FROM, body: "Your code is 12345" });
    expect(message).toMatchObject({ status: "queued", body: "Your code is 12345" });
    await eventually(
      () => formsTo(to).length,
      (count) => count === 1,
    );
    await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { sendMode: "sync" });
  });
});
