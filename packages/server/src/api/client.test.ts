import {
  type AlertSettings,
  type Account as ClientAccount,
  type Ceiling as ClientCeiling,
  type CeilingSubject as ClientCeilingSubject,
  type LimitSettings as ClientLimitSettings,
  createClient,
  type Decision,
  type Destination,
  type DetectionAlert,
  type DetectionStatus,
  type IncidentContained,
  type IncidentDetail,
  type IncidentEvidence,
  type Key,
  MESSAGE_STATUSES,
  type Message,
  type MintedKey,
  type OutcomeResult,
  type OutcomeResults,
  type Policy,
  type PolicyRevisionWithDocument,
  type RangeContained,
  type SafeguardClient,
  SafeguardError,
  type SavedAccount,
  type SavedAlertSettings,
  type Usage,
  type VerifiedSummary,
  type WebhookDelivery,
  type WebhookReceiver,
} from "@safeguard/client";
import type { Ceiling, CeilingSubject, LimitSettings } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { Account } from "../accounts/account.ts";
import type { accountView, savedAccountView } from "../accounts/account-body.ts";
import type { keyView, mintedKeyView } from "../accounts/key-body.ts";
import type { AlertSettingsView, savedAlertSettingsView } from "../alerts/settings-body.ts";
import type { DecisionView } from "../decisions/decision-body.ts";
import type { EventView, eventBatchView } from "../gateway/feedback/event-body.ts";
import type { verifiedSummaryView } from "../gateway/feedback/verified-routes.ts";
import { type MessageJson, PUBLIC_MESSAGE_STATUSES } from "../gateway/inbound/native/message-body.ts";
import type { alertView } from "../incidents/alert-view.ts";
import type { DetectionStatus as DetectionStatusJson } from "../incidents/detection-status.ts";
import type { evidenceView } from "../incidents/evidence-view.ts";
import type {
  containedView,
  IncidentDetail as IncidentDetailJson,
  rangeContainedView,
} from "../incidents/incident-detail.ts";
import type { PolicyView } from "../policies/get-policy.ts";
import type { RevisionWithDocumentView } from "../policies/revision-view.ts";
import type { usageView } from "../usage/usage-routes.ts";
import type { DeliveryView } from "../webhooks/delivery-view.ts";
import type { receiversView } from "../webhooks/webhook-routes.ts";
import type { DestinationJson } from "./destination-routes.ts";
import { type ApiUnderTest, startApiUnderTest } from "./testing/api-under-test.ts";

let api: ApiUnderTest;
let account: Account;
let baseUrl: string;
let client: SafeguardClient;

beforeAll(async () => {
  api = await startApiUnderTest();
  account = await api.account();
  await api.policy(account, { listMode: "block_list", destinations: { BE: { action: "block" } } });
  baseUrl = await api.listen();
  client = createClient({ baseUrl, key: (await api.key(account)).minted.secret });
});
afterAll(() => api.close());

describe("the client", () => {
  test("decides, one and many, and reads decisions", async () => {
    const decision = await client.decisions.decide({ to: "+32470123456", from: "Shop" });
    expect(decision).toMatchObject({ action: "block", reason: "destination_blocked", destination: "BE" });
    expect(await client.decisions.get(decision.id)).toEqual(decision);
    const batch = await client.decisions.decideBatch([{ to: "+31612345678" }, { to: "+32470123456" }]);
    expect(batch.map(({ action }) => action)).toEqual(["allow", "block"]);
  });

  test("sends, one and many, and reads messages page by page", async () => {
    const message = { to: "+31612345678", from: "Shop", text: "Hello" };
    const sent = await client.messages.send(message, { idempotencyKey: "client-1" });
    expect(await client.messages.send(message, { idempotencyKey: "client-1" })).toEqual(sent);
    expect(sent.status).toBe("submitted");
    const [, blocked] = await client.messages.sendBatch([message, { ...message, to: "+32470123456" }]);
    expect(blocked?.status).toBe("blocked");
    expect((await client.messages.get(sent.id)).id).toBe(sent.id);
    const page = await client.messages.list({ limit: 1, status: "submitted", to: "+31612345678" });
    expect(page.items).toHaveLength(1);
    const rest = await client.messages.list({ limit: 1, status: "submitted", ...(page.next && { cursor: page.next }) });
    expect(rest.items[0]?.id).not.toBe(page.items[0]?.id);
    expect((await client.usage.get()).total.billable).toBeGreaterThanOrEqual(2);
  });

  test("says what became of messages, one and many, and which numbers were verified before", async () => {
    const decision = await client.decisions.decide({ to: "+31611223344", from: "Shop" });
    const event = { kind: "verified", id: decision.id } as const;
    expect(await client.reportOutcome(event)).toMatchObject({ status: "recorded", id: decision.id });
    expect(await client.reportOutcomes([event, { kind: "activity", to: "+31611223344" }])).toMatchObject({
      recorded: 1,
      known: 1,
      events: [{ status: "known" }, { status: "recorded", id: decision.id }],
    });
    await expect(client.reportOutcome({ kind: "failed", to: "+31699999999" })).rejects.toMatchObject({
      code: "not_found",
    });
    const numbers = [{ to: "+31655555555", verifiedAt: "2026-11-01" }, { to: "hello" }];
    expect(await client.verifiedNumbers.import(numbers)).toMatchObject({ imported: 1, refused: [{ index: 1 }] });
    expect(await client.verifiedNumbers.summary()).toMatchObject({ count: 2, firstDay: "2026-11-01" });
    await client.verifiedNumbers.remove("+31655555555");
    expect(await client.verifiedNumbers.summary()).toMatchObject({ count: 1 });
  });

  test("manages accounts and keys", async () => {
    const made = await client.accounts.create({ name: "Child", reports: { webhookUrl: "https://example.com/hook" } });
    expect(made).toMatchObject({ parent: account.id, webhookSecret: expect.stringMatching(/^whsec_/) });
    const child = client.forAccount(made.id);
    const key = await child.keys.create({ name: "server", mode: "test", scopes: ["messages:send"] });
    expect(key.secret).toMatch(/^sg_test_/);
    expect(await child.keys.update(key.id, { name: "renamed" })).toMatchObject({ name: "renamed" });
    const rerolled = await child.keys.reroll(key.id, 60);
    expect(rerolled.secret).not.toBe(key.secret);
    expect(await child.keys.revoke(key.id)).toMatchObject({ revokedAt: expect.any(String) });
    expect((await child.keys.list()).items.map(({ id }) => id)).toEqual([key.id]);
    expect(await client.accounts.update(made.id, { currency: "USD" })).toMatchObject({ currency: "USD" });
    const rolled = await client.accounts.rollWebhookSecret(made.id);
    expect(rolled.webhookSecret).not.toBe(made.webhookSecret);
    expect((await client.destinations.list("nl")).find(({ code }) => code === "DE")?.name).toBe("Duitsland");
  });

  test("reads and changes policies", async () => {
    const before = await client.policies.get("default");
    expect(before).toMatchObject({ latestRevision: 1, document: { destinations: { BE: { action: "block" } } } });
    const [made] = await client.policies.changeDestinations("default", {
      block: ["FR"],
      reason: "pumping",
      baseRevision: 1,
    });
    expect(made).toMatchObject({ number: 2, reason: "pumping", decides: true });
    expect((await client.decisions.decide({ to: "+33612345678" })).action).toBe("block");
    await client.policies.changeExceptions("default", {
      add: [{ range: "+33612345678", kind: "trusted", evenIfDestinationBlocked: true }],
      reason: "our own",
    });
    expect((await client.decisions.decide({ to: "+33612345678" })).action).toBe("allow");
    const restored = await client.policies.restore("default", 1, { reason: "over" });
    expect(restored).toMatchObject({ number: 4, restores: 1 });
    expect((await client.policies.revisions("default")).items.map(({ number }) => number)).toEqual([4, 3, 2, 1]);
    expect((await client.policies.revision("default", 2)).document.destinations).toHaveProperty("FR");
    const put = client.policies.put("default", {
      document: { listMode: "allow_list" },
      reason: "late",
      baseRevision: 1,
    });
    await expect(put).rejects.toMatchObject({ code: "conflict" });
    await client.policies.put("default", { document: before.document, reason: "as before" });
  });

  test("throws what the server says, with a stable code", async () => {
    const error: unknown = await client.messages
      .send({ to: "+31612345678", from: "Shop", text: "" })
      .catch((thrown) => thrown);
    if (!SafeguardError.isInstance(error)) throw new Error("another error");
    expect(error).toMatchObject({ code: "invalid_request", status: 400, problems: [{ field: "text" }] });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    await expect(client.messages.get("msg_none")).rejects.toMatchObject({ code: "not_found" });
    await expect(createClient({ baseUrl, key: "sg_live_wrong" }).keys.list()).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(SafeguardError.isInstance(new Error("x"))).toBe(false);
  });

  test("tells a server that cannot be reached from one that is slow, and from one that is another", async () => {
    const key = "sg_test_x";
    const answering = (answer: typeof fetch) => createClient({ baseUrl, key, fetch: answer, timeoutMs: 50 });
    await expect(createClient({ baseUrl: "http://127.0.0.1:1", key }).keys.list()).rejects.toMatchObject({
      code: "unreachable",
    });
    const never: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    await expect(answering(never).keys.list()).rejects.toMatchObject({ code: "timeout" });
    for (const other of [new Response("<html>", { status: 200 }), new Response("{}", { status: 502 })]) {
      await expect(answering(async () => other).keys.list()).rejects.toMatchObject({ code: "unexpected_answer" });
    }
  });
});

test("its types are those that the server answers with", () => {
  expectTypeOf<DecisionView>().toExtend<Decision>();
  expectTypeOf<MessageJson>().toExtend<Message>();
  expectTypeOf<z.infer<typeof accountView>>().toExtend<ClientAccount>();
  expectTypeOf<z.infer<typeof savedAccountView>>().toExtend<SavedAccount>();
  expectTypeOf<z.infer<typeof keyView>>().toExtend<Key>();
  expectTypeOf<z.infer<typeof mintedKeyView>>().toExtend<MintedKey>();
  expectTypeOf<z.infer<typeof usageView>>().toExtend<Usage>();
  expectTypeOf<EventView>().toExtend<OutcomeResult>();
  expectTypeOf<z.infer<typeof eventBatchView>>().toExtend<OutcomeResults>();
  expectTypeOf<z.infer<typeof verifiedSummaryView>>().toExtend<VerifiedSummary>();
  expectTypeOf<PolicyView>().toExtend<Policy>();
  expectTypeOf<RevisionWithDocumentView>().toExtend<PolicyRevisionWithDocument>();
  expectTypeOf<DestinationJson>().toExtend<Destination>();
  expectTypeOf<IncidentDetailJson>().toExtend<IncidentDetail>();
  expectTypeOf<z.infer<typeof containedView>>().toExtend<IncidentContained>();
  expectTypeOf<z.infer<typeof rangeContainedView>>().toExtend<RangeContained>();
  expectTypeOf<z.infer<typeof evidenceView>>().toExtend<IncidentEvidence>();
  expectTypeOf<DetectionStatusJson>().toExtend<DetectionStatus>();
  expectTypeOf<z.infer<typeof alertView>>().toExtend<DetectionAlert>();
  expectTypeOf<AlertSettingsView>().toExtend<AlertSettings>();
  expectTypeOf<z.infer<typeof savedAlertSettingsView>>().toExtend<SavedAlertSettings>();
  expectTypeOf<DeliveryView>().toExtend<WebhookDelivery>();
  expectTypeOf<z.infer<typeof receiversView>["items"][number]>().toExtend<WebhookReceiver>();
});

test("what it knows of limits and of statuses is what the server knows", () => {
  expectTypeOf<ClientLimitSettings>().toEqualTypeOf<LimitSettings>();
  expectTypeOf<ClientCeiling>().toEqualTypeOf<Ceiling>();
  expectTypeOf<ClientCeilingSubject>().toEqualTypeOf<CeilingSubject>();
  expect(MESSAGE_STATUSES).toEqual(PUBLIC_MESSAGE_STATUSES);
});
