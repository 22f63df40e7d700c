import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalRecord } from "../src/store/journal-record.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-feedback-"));
let safeguard: TestSafeguard;
beforeAll(async () => {
  safeguard = await startSafeguard({ dataDirectory });
});
afterAll(async () => {
  await safeguard.stop();
  rmSync(dataDirectory, { recursive: true });
});

let lastNumber = 612_340_010;
const freshNumber = () => `+31${lastNumber++}`;

async function recorded<T extends JournalRecord["type"]>(type: T): Promise<Extract<JournalRecord, { type: T }>[]> {
  const records: JournalRecord[] = [];
  for await (const { record } of safeguard.safeguard.store.journal.read(1)) {
    if (record.type === type) records.push(record);
  }
  return records as never;
}
const outcomesTo = async (to: string) => (await recorded("outcome_reported")).filter((record) => record.to === to);

async function twilio(path: string, form: Record<string, string>) {
  const { twilioSid, authToken } = safeguard.liveKey;
  const answer = await fetch(`${safeguard.url}/2010-04-01/Accounts/${twilioSid}/Messages${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${twilioSid}:${authToken}`).toString("base64")}` },
    body: new URLSearchParams(form),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

async function cm(path: string, body: unknown): Promise<number> {
  const headers = { "content-type": "application/json", "x-cm-producttoken": safeguard.liveKey.productToken };
  const answer = await fetch(`${safeguard.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  await answer.text();
  return answer.status;
}

describe("what became of a message", () => {
  it("comes in by every dialect as the same outcome, once", async () => {
    const to = freshNumber();
    const { body } = await twilio(".json", { To: to, From: "+31970000000", Body: "Your code is 12345" });
    const id = `msg_${body["sid"]?.slice(2)}`;
    const path = `/${body["sid"]}/Feedback.json`;
    expect((await twilio(path, { Outcome: "unconfirmed" })).status).toBe(201);
    expect(await outcomesTo(to)).toEqual([]);
    expect((await twilio(path, { Outcome: "confirmed" })).status).toBe(201);
    expect((await twilio(path, { Outcome: "confirmed" })).status).toBe(201);
    expect(await safeguard.api("POST", "/v1/events", { kind: "verified", to })).toMatchObject({
      status: 200,
      body: { status: "known", id },
    });
    expect(await outcomesTo(to)).toMatchObject([
      { kind: "verified", of: "message", destination: "NL", purpose: "otp" },
    ]);
  });

  it("comes in as a CM.com conversion", async () => {
    const to = freshNumber();
    const msg = { from: "Shop", to: [{ number: to }], body: { content: "x" }, reference: "order-1" };
    expect(await cm("/v1.0/message", { messages: { msg: [msg] } })).toBe(200);
    const conversion = { Msisdn: to, Reference: "order-1" };
    expect([await cm("/v1.0/conversion", conversion), await cm("/v1.0/conversion", conversion)]).toEqual([200, 200]);
    expect(await outcomesTo(to)).toMatchObject([{ kind: "verified" }]);
  });

  it("comes in as a delivery report, which says whose it is", async () => {
    const to = freshNumber();
    const { body } = await safeguard.api("POST", "/v1/messages", { to, from: "Shop", text: "x" });
    const message = (body as { id: string }).id.slice(4);
    const ofMessage = async () => (await recorded("delivery_reported")).filter((one) => one.report.message === message);
    await expect
      .poll(async () => (await ofMessage()).map(({ report }) => report.status), { timeout: 5000 })
      .toContain("delivered");
    const told = (await ofMessage()).filter(({ about }) => about !== undefined);
    expect(told).toMatchObject([{ report: { status: "delivered" }, about: { to, account: safeguard.account.id } }]);
    expect(await safeguard.api("POST", "/v1/events", { kind: "delivered", to })).toMatchObject({ status: 200 });
  });

  it("is told for 1,000 decisions at once, and is there after a restart", async () => {
    const numbers = Array.from({ length: 1000 }, freshNumber);
    const decided = await safeguard.api("POST", "/v1/decisions", { decisions: numbers.map((to) => ({ to })) });
    const { decisions } = decided.body as { decisions: { id: string }[] };
    const events = decisions.map(({ id }) => ({ kind: "verified", id }));
    const answer = await safeguard.api("POST", "/v1/events", { events });
    expect(answer).toMatchObject({ status: 201, body: { recorded: 1000 } });
    const { body: before } = await safeguard.api("GET", "/v1/verified-numbers/summary");
    expect(before).toMatchObject({ destinations: [{ destination: "NL", count: 1002 }] });

    await safeguard.stop();
    safeguard = await startSafeguard({ dataDirectory });
    expect((await safeguard.api("GET", "/v1/verified-numbers/summary")).body).toEqual(before);
    const byNumber = numbers.slice(0, 3).map((to) => ({ kind: "verified", to }));
    expect(await safeguard.api("POST", "/v1/events", { events: [...events, ...byNumber] })).toMatchObject({
      status: 413,
    });
    expect(await safeguard.api("POST", "/v1/events", { events: [...byNumber, ...events.slice(3)] })).toMatchObject({
      body: { recorded: 0, known: 1000 },
    });
  });

  it("is nothing that another account could say", async () => {
    const to = freshNumber();
    const { body } = await safeguard.api("POST", "/v1/decisions", { to });
    const { id } = body as { id: string };
    const { body: other } = await safeguard.operator("POST", "/v1/accounts", { name: "Other" });
    const child = (other as { id: string }).id;
    const asOther = async (event: unknown) => {
      const answer = await fetch(`${safeguard.url}/v1/events`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${safeguard.liveKey.secret}`,
          "content-type": "application/json",
          "safeguard-account": child,
        },
        body: JSON.stringify(event),
      });
      return { status: answer.status, text: (await answer.text()).replace(/"requestId":"[^"]*"/, "") };
    };
    const answers = [
      await asOther({ kind: "verified", id }),
      await asOther({ kind: "verified", id: `dec_${"0".repeat(32)}` }),
      await asOther({ kind: "verified", to }),
    ];
    expect(answers[0]?.status).toBe(404);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await outcomesTo(to)).toEqual([]);
  });
});
