import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callbackReceiver } from "./callback-receiver.ts";
import { NUMBERS } from "./numbers.ts";
import { startTwilioWorld, type TwilioWorld } from "./twilio-world.ts";

const FROM = "+15557122661";

let world: TwilioWorld;
beforeAll(async () => {
  world = await startTwilioWorld();
});
afterAll(() => world.close());

/** Twilio's own client, pointed at us as the guide says. */
function client(authToken = world.authToken) {
  const sdk = twilio(world.accountSid, authToken);
  sdk.api.baseUrl = world.url;
  return sdk;
}

describe("Twilio's Node SDK, unmodified", () => {
  it("sends", async () => {
    const message = await client().messages.create({
      to: NUMBERS.allowed,
      from: FROM,
      body: "Your code is 12345",
      messageIntent: "otp",
      validityPeriod: 300,
      provideFeedback: true,
    });
    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(message).toMatchObject({
      accountSid: world.accountSid,
      to: NUMBERS.allowed,
      from: FROM,
      body: "Your code is 12345",
      status: "queued",
      errorCode: null,
      numSegments: "1",
      direction: "outbound-api",
      apiVersion: "2010-04-01",
    });
    expect(message.dateCreated).toBeInstanceOf(Date);
    expect(Math.abs(message.dateCreated.getTime() - Date.now())).toBeLessThan(60_000);
    expect(world.submitted().at(-1)).toBe(NUMBERS.allowed);
  });

  it("is refused for a blocked destination as Twilio refuses for geo permissions", async () => {
    await expect(client().messages.create({ to: NUMBERS.blocked, from: FROM, body: "x" })).rejects.toMatchObject({
      status: 400,
      code: 21408,
      message: `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${NUMBERS.blocked}`,
      moreInfo: "https://www.twilio.com/docs/errors/21408",
    });
    expect(world.submitted()).not.toContain(NUMBERS.blocked);
  });

  it("sends the allowed ones of several, and only those", async () => {
    const before = world.submitted().length;
    const to = [NUMBERS.allowed, NUMBERS.blocked, NUMBERS.second];
    const results = await Promise.allSettled(
      to.map((number) => client().messages.create({ to: number, from: FROM, body: "x" })),
    );
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(world.submitted().slice(before).toSorted()).toEqual([NUMBERS.allowed, NUMBERS.second]);
  });

  it("with a wrong key is not let in", async () => {
    const wrong = client("0".repeat(32));
    const denied = { status: 401, code: 20003, message: "Authenticate" };
    await expect(wrong.messages.create({ to: NUMBERS.allowed, from: FROM, body: "x" })).rejects.toMatchObject(denied);
    await expect(wrong.messages.list({ limit: 1 })).rejects.toMatchObject(denied);
  });

  it("hears when the provider throttles", async () => {
    const sending = client().messages.create({ to: NUMBERS.throttled, from: FROM, body: "x" });
    await expect(sending).rejects.toMatchObject({ status: 429, code: 20429 });
  });

  it("retries what was throttled with autoRetry, and then says so", async () => {
    const sdk = twilio(world.accountSid, world.authToken, { autoRetry: true, maxRetries: 1 });
    sdk.api.baseUrl = world.url;
    const before = world.submitted().length;
    await expect(sdk.messages.create({ to: NUMBERS.throttled, from: FROM, body: "x" })).rejects.toMatchObject({
      code: 20429,
    });
    expect(world.submitted().length - before).toBe(2);
  });

  it.each([
    [{ to: "hello", from: FROM, body: "x" }, 21211],
    [{ to: "+31", from: FROM, body: "x" }, 21211],
    [{ to: NUMBERS.allowed, body: "x" }, 21603],
    [{ to: NUMBERS.allowed, from: FROM }, 21602],
    [{ to: NUMBERS.allowed, from: FROM, body: "x", statusCallback: "nowhere" }, 21609],
    [{ to: `whatsapp:${NUMBERS.allowed}`, from: FROM, body: "x" }, 21910],
    [{ to: NUMBERS.allowed, from: FROM, body: "x", sendAt: new Date(), scheduleType: "fixed" as const }, 35114],
  ])("hears what is malformed in %o", async (parameters, code) => {
    const before = world.submitted().length;
    await expect(client().messages.create(parameters)).rejects.toMatchObject({ status: 400, code });
    expect(world.submitted().length).toBe(before);
  });

  it("fetches a message, and does not find what is not its own", async () => {
    const { sid } = await client().messages.create({ to: NUMBERS.allowed, from: FROM, body: "x" });
    const fetched = await client().messages(sid).fetch();
    expect(fetched).toMatchObject({ sid, to: NUMBERS.allowed, from: FROM, body: "", errorCode: null });
    await expect(
      client()
        .messages(`SM${"0".repeat(32)}`)
        .fetch(),
    ).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  it("pages through its messages by list and by each, without gap or repetition", async () => {
    const created: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const { sid } = await client().messages.create({ to: NUMBERS.second, from: "Pages", body: "x" });
      created.push(sid);
    }
    const newest = created.toReversed();
    const listed = await client().messages.list({ from: "Pages", pageSize: 3 });
    expect(listed.map((message) => message.sid)).toEqual(newest);
    const limited = await client().messages.list({ from: "Pages", limit: 4 });
    expect(limited.map((message) => message.sid)).toEqual(newest.slice(0, 4));

    const seen: string[] = [];
    await client().messages.each({ from: "Pages", to: NUMBERS.second, pageSize: 2 }, (message) => {
      seen.push(message.sid);
    });
    expect(seen).toEqual(newest);

    const dated = { from: "Pages", dateSent: new Date(), dateSentAfter: new Date(Date.now() - 3_600_000) };
    expect(await client().messages.list(dated)).toHaveLength(7);
    expect(await client().messages.list({ from: "Pages", dateSentBefore: new Date(0) })).toEqual([]);
  });

  it("gives feedback", async () => {
    const { sid } = await client().messages.create({ to: NUMBERS.allowed, from: FROM, body: "x" });
    const feedback = await client().messages(sid).feedback.create({ outcome: "confirmed" });
    expect(feedback).toMatchObject({ accountSid: world.accountSid, messageSid: sid, outcome: "confirmed" });
  });

  it("is told plainly that messages are neither changed nor deleted", async () => {
    const { sid } = await client().messages.create({ to: NUMBERS.allowed, from: FROM, body: "x" });
    await expect(client().messages(sid).remove()).rejects.toMatchObject({ status: 405, code: 20004 });
    await expect(client().messages(sid).update({ body: "" })).rejects.toMatchObject({ status: 405, code: 20004 });
  });

  it("gets status callbacks that Twilio's validator accepts", async () => {
    const receiver = await callbackReceiver();
    const statusCallback = `${receiver.url}/hooks/sms?tenant=a%20b&x=1`;
    const { sid } = await client().messages.create({ to: NUMBERS.allowed, from: FROM, body: "x", statusCallback });
    await world.reportDelivered(sid);
    const { path, signature, parameters } = await receiver.until("delivered");
    await receiver.close();
    expect(parameters).toMatchObject({
      MessageSid: sid,
      SmsSid: sid,
      To: NUMBERS.allowed,
      AccountSid: world.accountSid,
    });
    expect(twilio.validateRequest(world.authToken, signature, receiver.url + path, parameters)).toBe(true);
    expect(twilio.validateRequest(world.authToken, signature, statusCallback, parameters)).toBe(true);
    expect(twilio.validateRequest("0".repeat(32), signature, statusCallback, parameters)).toBe(false);
  });

  it("that is to hear of blocks later gets a message that fails, and a signed callback that says why", async () => {
    const receiver = await callbackReceiver();
    const statusCallback = `${receiver.url}/hooks`;
    await world.answerDestinations("report");
    const before = world.submitted().length;
    const message = await client().messages.create({ to: NUMBERS.blocked, from: FROM, body: "x", statusCallback });
    await world.answerDestinations("reject");
    expect(message).toMatchObject({ status: "queued", errorCode: null, to: NUMBERS.blocked });
    const { signature, parameters } = await receiver.until("failed");
    await receiver.close();
    expect(parameters).toMatchObject({ MessageSid: message.sid, MessageStatus: "failed", ErrorCode: "21408" });
    expect(twilio.validateRequest(world.authToken, signature, statusCallback, parameters)).toBe(true);
    expect(await client().messages(message.sid).fetch()).toMatchObject({ status: "failed", errorCode: 21408 });
    expect(world.submitted().length).toBe(before);
  });

  const MG = `MG${"2".repeat(32)}`;
  it.each([
    { messagingServiceSid: MG, body: "x" },
    { from: MG, body: "x" },
    { from: FROM, body: "x", mediaUrl: ["https://app.example/a.png"] },
    { from: FROM, contentSid: `HX${"3".repeat(32)}` },
    { from: FROM, body: "x", sendAsMms: true },
    { from: "rcs:brand", body: "x" },
    { to: `whatsapp:${NUMBERS.blocked}`, messagingServiceSid: MG, body: "x" },
    { to: `rcs:${NUMBERS.blocked}`, messagingServiceSid: MG, body: "x" },
    { to: `rcs:${NUMBERS.blocked}`, from: "rcs:brand", fallbackFrom: FROM, body: "x" },
    { to: NUMBERS.blocked.slice(1), from: FROM, body: "x" },
    { from: FROM, body: "x", riskCheck: "disable" as const },
  ])("never gets %o to the provider for a blocked destination: it could end as SMS", async (parameters) => {
    const before = world.submitted().length;
    await expect(client().messages.create({ to: NUMBERS.blocked, ...parameters })).rejects.toMatchObject({
      code: 21408,
    });
    expect(world.submitted().length).toBe(before);
  });

  it("sends WhatsApp and RCS as what they are, also by a messaging service", async () => {
    const before = world.submitted().length;
    const whatsapp = `whatsapp:${NUMBERS.blocked}`;
    const sent = await client().messages.create({ to: whatsapp, from: `whatsapp:${FROM}`, body: "x" });
    expect(sent.to).toBe(whatsapp);
    const to = [`whatsapp:${NUMBERS.allowed}`, `rcs:${NUMBERS.allowed}`];
    for (const one of to) await client().messages.create({ to: one, messagingServiceSid: MG, body: "x" });
    expect(world.submitted().slice(before)).toEqual([whatsapp, ...to]);
  });
});
