import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook } from "./verify-webhook.ts";

const SECRET = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
const NOW = Date.parse("2026-11-22T12:00:00Z");

function signed(body: string, id = "evt_1", at = NOW, secret = SECRET) {
  return {
    body,
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, new Date(at), body),
    },
  };
}

describe("a webhook", () => {
  test("signed by the Standard Webhooks library is accepted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.stringMatching(/^[a-z0-9_]{1,30}$/), async (body, id) => {
        const result = await verifyWebhook(signed(body, id), { secret: SECRET, now: NOW });
        expect(result).toEqual({ ok: true, id, sentAt: new Date(NOW), event: JSON.parse(body) });
      }),
    );
  });

  test("with one character changed anywhere is refused", async () => {
    const body = '{"type":"message.delivered","to":"+31612345678"}';
    for (let index = 0; index < body.length; index++) {
      const changed = `${body.slice(0, index)}~${body.slice(index + 1)}`;
      const result = await verifyWebhook({ ...signed(body), body: changed }, { secret: SECRET, now: NOW });
      expect(result).toEqual({ ok: false, reason: "signature_wrong" });
    }
  });

  test.each([
    ["too_old", NOW - 301_000],
    ["too_new", NOW + 302_000],
  ])("%s is refused", async (reason, at) => {
    expect(await verifyWebhook(signed("{}", "evt_1", at), { secret: SECRET, now: NOW })).toEqual({ ok: false, reason });
  });

  test("is accepted under either secret while the secret is replaced, and when several signatures are sent", async () => {
    const old = `whsec_${Buffer.from("the secret from before it").toString("base64")}`;
    const webhook = signed("{}", "evt_1", NOW, old);
    expect(await verifyWebhook(webhook, { secret: [SECRET, old], now: NOW })).toMatchObject({ ok: true });
    const both = `v1,bm90IGl0 v2,nonsense ${webhook.headers["webhook-signature"]}`;
    const headers = { ...webhook.headers, "webhook-signature": both };
    expect(await verifyWebhook({ ...webhook, headers }, { secret: old, now: NOW })).toMatchObject({ ok: true });
  });

  test.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("without %s is refused", async (name) => {
    const webhook = signed("{}");
    const result = await verifyWebhook(
      { ...webhook, headers: { ...webhook.headers, [name]: undefined } },
      { secret: SECRET, now: NOW },
    );
    expect(result).toEqual({ ok: false, reason: "header_missing" });
  });

  test("with an unreadable time, an unknown signature scheme or a body that is no JSON is refused", async () => {
    const webhook = signed("{}");
    const withHeader = (name: string, value: string) => ({
      ...webhook,
      headers: { ...webhook.headers, [name]: value },
    });
    const check = (changed: typeof webhook) => verifyWebhook(changed, { secret: SECRET, now: NOW });
    expect(await check(withHeader("webhook-timestamp", "today"))).toEqual({
      ok: false,
      reason: "timestamp_unreadable",
    });
    expect(await check(withHeader("webhook-signature", "v2,AAAA"))).toEqual({ ok: false, reason: "signature_wrong" });
    expect(await check(signed("not json"))).toEqual({ ok: false, reason: "not_json" });
  });

  test("a secret that is none is a programmer's fault", async () => {
    await expect(verifyWebhook(signed("{}"), { secret: "whsec_§", now: NOW })).rejects.toThrow(TypeError);
  });
});
