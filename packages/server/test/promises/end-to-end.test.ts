import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { signTwilioForm } from "../../src/gateway/wire/twilio-signature.ts";
import { startSafeguard, type TestSafeguard, type TestSafeguardOptions } from "../harness.ts";
import { CM_PRODUCT_TOKEN, startCmProvider } from "../stand-in/cm-provider.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";
import { callApi } from "./child-server.ts";
import { type Client, saysOf, send, WAYS } from "./ways-in.ts";

const NL = "+31612345678";
const BE = "+32470123456";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** The product; closed after the test. Blocks are refused at once by every dialect. */
async function open(options: TestSafeguardOptions = {}): Promise<TestSafeguard> {
  const safeguard = await startSafeguard({ detection: "off", ...options });
  opened.push({ close: () => safeguard.stop() });
  const answers = { cm: { destination: "reject" } };
  await succeed(safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { answers }));
  return safeguard;
}

async function closing<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  opened.push(started);
  return started;
}

async function succeed<T = unknown>(answer: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

function client(safeguard: TestSafeguard, key = safeguard.liveKey, headers: Client["headers"] = {}): Client {
  return { url: safeguard.url, key, headers };
}

function twilioSettings(provider: RecordingServer) {
  return {
    id: "by-twilio",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: TWILIO_ACCOUNT_SID },
    secrets: { authToken: TWILIO_AUTH_TOKEN },
  };
}

function cmSettings(provider: RecordingServer) {
  return {
    id: "by-cm",
    kind: "cm",
    settings: { baseUrl: provider.url },
    secrets: { productToken: CM_PRODUCT_TOKEN },
  };
}

describe("a policy that was saved", () => {
  it("is enforced on the very next request, whatever the way in, and so is taking it back", async () => {
    const safeguard = await open({ countries: ["NL", "BE"] });
    for (let round = 0; round < 5; round++) {
      for (const [change, expected] of [
        ["block", "stopped"],
        ["allow", "sent"],
      ] as const) {
        const path = "/v1/policies/default/destinations";
        await succeed(safeguard.api("POST", path, { [change]: ["BE"], reason: "a test" }));
        const answers = await Promise.all(WAYS.map((way) => send(way, client(safeguard), { to: BE })));
        expect(answers.map((answer, index) => saysOf(WAYS[index] ?? "native", answer))).toEqual(
          WAYS.map(() => expected),
        );
      }
    }
  });

  it("of a parent cannot be loosened by a child, with its own key or the parent's", async () => {
    const safeguard = await open({ countries: ["NL"] });
    const document = {
      listMode: "allow_list",
      destinations: { NL: { action: "filter" } },
      locked: ["listMode", "destinations"],
    };
    await succeed(safeguard.api("PUT", "/v1/policies/default", { document, reason: "lock it" }));
    const child = await succeed<{ id: string; twilioSid: string }>(
      safeguard.api("POST", "/v1/accounts", { name: "Child", answers: { cm: { destination: "reject" } } }),
    );
    const named = { "safeguard-account": child.id };
    const scopes = ["messages:send", "decisions:write", "policies:read", "policies:write"];
    const key = await succeed<Client["key"]>(
      callApi(safeguard.url, safeguard.liveKey.secret, "POST", "/v1/keys", { name: "c", mode: "live", scopes }, named),
    );
    const childClient: Client = { url: safeguard.url, key: { ...key, twilioSid: child.twilioSid } };
    const says = async (to: string): Promise<readonly string[]> =>
      Promise.all(WAYS.map(async (way) => saysOf(way, await send(way, childClient, { to }))));
    expect(await says(NL)).toEqual(WAYS.map(() => "sent"));
    expect(await says(BE)).toEqual(WAYS.map(() => "stopped"));

    // Whatever it writes, be it refused or kept, does not open what its parent locked.
    const attempts: readonly (readonly [string, string, unknown])[] = [
      ["PUT", "/v1/policies/default", { document: { listMode: "allow_all" }, reason: "loosen" }],
      ["PUT", "/v1/policies/default", { document: { destinations: { BE: { action: "allow" } } }, reason: "loosen" }],
      ["POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "loosen" }],
      ["POST", "/v1/policies/default/destinations", { reset: ["BE"], reason: "loosen" }],
      [
        "POST",
        "/v1/policies/default/exceptions",
        { add: [{ range: BE, kind: "trusted", evenIfDestinationBlocked: true }], reason: "loosen" },
      ],
      ["PUT", "/v1/policies/loose", { document: { listMode: "block_list" }, reason: "another policy" }],
      ["PATCH", `/v1/accounts/${child.id}`, { defaultPolicy: "loose" }],
    ];
    for (const [method, path, body] of attempts) {
      await callApi(safeguard.url, key.secret, method, path, body);
      await callApi(safeguard.url, safeguard.liveKey.secret, method, path, body, named);
      expect([path, await says(BE)]).toEqual([path, WAYS.map(() => "stopped")]);
    }
    // Tightening is the child's right.
    await succeed(
      callApi(safeguard.url, key.secret, "PUT", "/v1/policies/default", {
        document: { destinations: { NL: { action: "block" } } },
        reason: "x",
      }),
    );
    await succeed(
      callApi(safeguard.url, safeguard.liveKey.secret, "PATCH", `/v1/accounts/${child.id}`, {
        defaultPolicy: "default",
      }),
    );
    expect(await says(NL)).toEqual(WAYS.map(() => "stopped"));
    expect(saysOf("native", await send("native", client(safeguard), { to: NL }))).toBe("sent");
  });

  it("while a request waits for its provider's refusal stops the message, and everybody is told so", async () => {
    const safeguard = await open({ countries: ["NL", "BE"] });
    const first = await closing(
      startRecordingServer(async () => {
        const path = "/v1/policies/default/destinations";
        await succeed(safeguard.api("POST", path, { block: ["BE"], reason: "meanwhile" }));
        return { status: 400, body: JSON.stringify({ code: 30007, message: "filtered", status: 400 }) };
      }),
    );
    const second = await closing(startCmProvider());
    await succeed(safeguard.operator("POST", "/v1/providers", twilioSettings(first)));
    await succeed(safeguard.operator("POST", "/v1/providers", cmSettings(second)));
    const routes = [{ destination: "*", providers: ["by-twilio", "by-cm"] }];
    await succeed(safeguard.operator("PUT", "/v1/routes", { routes }));
    for (const way of ["native", "twilio", "cm"] as const) {
      await succeed(safeguard.api("POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "as before" }));
      expect([way, saysOf(way, await send(way, client(safeguard), { to: BE }))]).toEqual([way, "stopped"]);
    }
    expect(first.received).toHaveLength(3);
    expect(second.received).toEqual([]);

    const { items } = await succeed<{ items: { id: string; status: string; action: string; reason: string }[] }>(
      safeguard.api("GET", "/v1/messages"),
    );
    const stopped = { status: "blocked", action: "block", reason: "destination_blocked" };
    expect(items).toMatchObject([stopped, stopped, stopped]);
    for (const { id } of items)
      expect(await succeed(safeguard.api("GET", `/v1/decisions/${id}/explanation`))).toMatchObject({
        agrees: true,
        recorded: { action: "block", reason: "destination_blocked" },
      });
    const usage = await succeed(safeguard.api("GET", "/v1/usage"));
    expect(usage).toMatchObject({ total: { decided: 3, blocked: 3, billable: 0 } });
  });
});

describe("the networks that clients must come from", () => {
  const REFUSED = {
    native: [401, "unauthenticated"],
    decision: [401, "unauthenticated"],
    twilio: [403, "20403"],
    cm: [400, "No account found"],
    xml: [200, "No account found"],
  } as const;

  async function answersOf(from: Client): Promise<readonly (readonly [string, string])[]> {
    return Promise.all(
      WAYS.map(async (way) => {
        const answer = await send(way, from, { to: NL });
        const [status, words] = REFUSED[way];
        const refused = answer.status === status && answer.text.includes(words);
        return [way, refused ? "refused" : saysOf(way, answer)] as const;
      }),
    );
  }
  const all = (says: string) => WAYS.map((way) => [way, says]);

  it("hold for the account and for the key, before anything else, in every dialect", async () => {
    const safeguard = await open({ countries: ["NL"] });
    const elsewhere = await safeguard.key({ networks: ["192.0.2.0/24"] });
    expect(await answersOf(client(safeguard))).toEqual(all("sent"));
    expect(await answersOf(client(safeguard, elsewhere))).toEqual(all("refused"));
    // Without a trusted proxy nobody may say where he comes from.
    expect(await answersOf(client(safeguard, elsewhere, { "x-forwarded-for": "192.0.2.1" }))).toEqual(all("refused"));

    const path = `/v1/accounts/${safeguard.account.id}`;
    await succeed(safeguard.operator("PATCH", path, { networks: ["2001:db8::/32"] }));
    expect(await answersOf(client(safeguard))).toEqual(all("refused"));
    const { items } = await succeed<{ items: unknown[] }>(safeguard.operator("GET", "/v1/messages"));
    expect(items).toHaveLength(4);
    await succeed(safeguard.operator("PATCH", path, { networks: ["127.0.0.0/8"] }));
    expect(await answersOf(client(safeguard))).toEqual(all("sent"));
  });

  it("are judged by what a trusted proxy says, as far as it can know", async () => {
    const safeguard = await open({ countries: ["NL"], config: { trustedProxies: ["127.0.0.0/8"] } });
    const key = await safeguard.key({ networks: ["192.0.2.0/24", "2001:db8::/32"] });
    const through = (header: string) => answersOf(client(safeguard, key, { "x-forwarded-for": header }));
    expect(await through("192.0.2.7")).toEqual(all("sent"));
    expect(await through("2001:db8::7")).toEqual(all("sent"));
    expect(await through("::ffff:192.0.2.7")).toEqual(all("sent"));
    expect(await through("198.51.100.7")).toEqual(all("refused"));
    // What the client wrote itself stands to the left, and counts for nothing.
    expect(await through("192.0.2.7, 198.51.100.7")).toEqual(all("refused"));
    expect(await through("198.51.100.7, 192.0.2.7")).toEqual(all("sent"));
    expect(await through("nonsense")).toEqual(all("refused"));
    expect(await answersOf(client(safeguard, key))).toEqual(all("refused"));
  });
});

describe("a delivery report on its way back", () => {
  let safeguard: TestSafeguard;
  let twilioProvider: RecordingServer;
  let cmProvider: RecordingServer;
  let customer: RecordingServer;

  beforeAll(async () => {
    twilioProvider = await startTwilioProvider();
    cmProvider = await startCmProvider();
    customer = await startRecordingServer(() => ({ status: 204, body: "" }));
    safeguard = await startSafeguard({ countries: ["NL", "BE"], detection: "off" });
    await succeed(safeguard.operator("POST", "/v1/providers", twilioSettings(twilioProvider)));
    await succeed(safeguard.operator("POST", "/v1/providers", cmSettings(cmProvider)));
    const routes = [
      { destination: "NL", providers: ["by-twilio"] },
      { destination: "BE", providers: ["by-cm"] },
    ];
    await succeed(safeguard.operator("PUT", "/v1/routes", { routes }));
    const reports = { cmUrl: `${customer.url}/cm-reports` };
    await succeed(safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { reports }));
  });
  afterAll(async () => {
    await safeguard.stop();
    await Promise.all([twilioProvider, cmProvider, customer].map((server) => server.close()));
  });

  /** What Twilio posts for the last message that it took, signed as it signs. */
  async function twilioReports(status: string, token = TWILIO_AUTH_TOKEN): Promise<number> {
    const form = new URLSearchParams(twilioProvider.received.at(-1)?.body);
    const url = form.get("StatusCallback") ?? "";
    expect(url.startsWith(`${safeguard.url}/reports/twilio/`)).toBe(true);
    const parameters: [string, string][] = [
      ["AccountSid", TWILIO_ACCOUNT_SID],
      ["MessageStatus", status],
      ["To", form.get("To") ?? ""],
    ];
    const headers = { "x-twilio-signature": signTwilioForm(token, url, parameters) };
    return (await fetch(url, { method: "POST", headers, body: new URLSearchParams(parameters) })).status;
  }

  /** What CM.com posts for the last message that it took. */
  async function cmReports(code: string): Promise<number> {
    const { messages } = JSON.parse(cmProvider.received.at(-1)?.body ?? "") as {
      messages: { msg: [{ reference: string; to: [{ number: string }] }] };
    };
    const [{ reference, to }] = messages.msg;
    const status = { code, errorCode: "", errorDescription: "" };
    const msg = { received: "2026-11-22T12:00:00", to: to[0].number, reference, status, operator: "" };
    const { reportUrl } = await succeed<{ reportUrl: string }>(safeguard.operator("GET", "/v1/providers/by-cm"));
    const headers = { "content-type": "application/json" };
    return (await fetch(reportUrl, { method: "POST", headers, body: JSON.stringify({ messages: { msg } }) })).status;
  }

  function validated(request: {
    path: string;
    headers: Record<string, unknown>;
    body: string;
  }): Record<string, string> {
    const parameters = Object.fromEntries(new URLSearchParams(request.body));
    const signature = String(request.headers["x-twilio-signature"]);
    const { authToken } = safeguard.liveKey;
    expect(twilio.validateRequest(authToken, signature, customer.url + request.path, parameters)).toBe(true);
    return parameters;
  }

  it("Twilio in, Twilio out: the customer's callback is signed for him", async () => {
    const before = customer.received.length;
    const callback = `${customer.url}/hooks?tenant=a%20b`;
    const answer = await send("twilio", client(safeguard), { to: NL, callback });
    const { sid } = answer.json as { sid: string };
    expect(await twilioReports("delivered", "0".repeat(32))).toBe(403);
    expect(await twilioReports("delivered")).toBe(200);
    const parameters = validated(await customer.request(before + 1));
    expect(parameters).toMatchObject({ MessageSid: sid, MessageStatus: "delivered", To: NL, From: "Shop" });
    // Again: nothing is new, and nobody is told.
    expect(await twilioReports("delivered")).toBe(200);
    expect(await twilioReports("sent")).toBe(200);
    const fetched = await safeguard.api("GET", `/v1/messages/msg_${sid.slice(2)}`);
    expect(fetched.body).toMatchObject({ status: "delivered" });
    expect(customer.received).toHaveLength(before + 1);
  });

  it("CM in, Twilio out: translated, and the customer's own reference comes back", async () => {
    const before = customer.received.length;
    const to = "0031612345678";
    expect((await send("cm", client(safeguard), { to, reference: "order-9" })).status).toBe(200);
    const form = new URLSearchParams(twilioProvider.received.at(-1)?.body);
    expect(Object.fromEntries(form)).toMatchObject({ To: NL, From: "Shop", Body: "Your code is 12345" });
    expect(form.toString()).not.toContain("order-9");
    expect(await twilioReports("undelivered")).toBe(200);
    const { path, body } = await customer.request(before + 1);
    expect(path).toBe("/cm-reports");
    expect(JSON.parse(body)).toMatchObject({
      messages: { msg: { to, reference: "order-9", status: { code: "3" } } },
    });
  });

  it("Twilio in, CM out: translated, and the customer's callback is Twilio's", async () => {
    const before = customer.received.length;
    const answer = await send("twilio", client(safeguard), { to: BE, callback: `${customer.url}/hooks` });
    const { sid, status } = answer.json as { sid: string; status: string };
    expect([answer.status, status]).toEqual([201, "queued"]);
    const upstream = JSON.parse(cmProvider.received.at(-1)?.body ?? "") as { messages: { msg: object[] } };
    expect(upstream.messages.msg).toMatchObject([
      {
        from: "Shop",
        to: [{ number: "0032470123456" }],
        reference: sid.slice(2),
        body: { content: "Your code is 12345" },
        allowedChannels: ["SMS"],
      },
    ]);
    expect(await cmReports("2")).toBe(200);
    const parameters = validated(await customer.request(before + 1));
    expect(parameters).toMatchObject({ MessageSid: sid, MessageStatus: "delivered", To: BE });
  });

  it("native in: a Standard Webhook that their own library verifies", async () => {
    const before = customer.received.length;
    const reports = { webhookUrl: `${customer.url}/webhook` };
    const { webhookSecret } = await succeed<{ webhookSecret: string }>(
      safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { reports }),
    );
    const answer = await send("native", client(safeguard), { to: BE, reference: "order-10" });
    const { id } = answer.json as { id: string };
    expect(await cmReports("2")).toBe(200);
    const { path, headers, body } = await customer.request(before + 1);
    expect(path).toBe("/webhook");
    const webhook = new Webhook(webhookSecret);
    const verified = webhook.verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: "message.delivered",
      data: { id, to: BE, reference: "order-10", status: "delivered" },
    });
    expect(() => webhook.verify(body.replace("order-10", "order-11"), headers as Record<string, string>)).toThrow();
    await succeed(
      safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, { reports: { webhookUrl: null } }),
    );
  });

  it("that names another provider's message, or no message, is nobody's", async () => {
    const before = customer.received.length;
    await send("twilio", client(safeguard), { to: NL, callback: `${customer.url}/hooks` });
    const url = new URLSearchParams(twilioProvider.received.at(-1)?.body).get("StatusCallback") ?? "";
    const { reportUrl } = await succeed<{ reportUrl: string }>(safeguard.operator("GET", "/v1/providers/by-cm"));
    const reference = url.slice(-32);
    const status = { code: "2", errorCode: "", errorDescription: "" };
    const msg = { received: "2026-11-22T12:00:00", to: "0031612345678", reference, status, operator: "" };
    // CM.com would repeat what is not answered with success.
    const taken = await fetch(reportUrl, { method: "POST", body: JSON.stringify({ messages: { msg } }) });
    expect(taken.status).toBe(200);
    const guessed = await fetch(`${safeguard.url}/reports/cm/${"0".repeat(32)}`, { method: "POST", body: "{}" });
    expect(guessed.status).toBe(404);
    const view = await safeguard.api("GET", `/v1/messages/msg_${reference}`);
    expect(view.body).toMatchObject({ status: "submitted" });
    expect(customer.received).toHaveLength(before);
  });
});

describe("a test key", () => {
  it("reaches only the sandbox, also where live routes exist, whatever the way in", async () => {
    const safeguard = await open({ countries: ["NL"] });
    const provider = await closing(startTwilioProvider());
    await safeguard.routeTo(twilioSettings(provider));
    for (const way of WAYS)
      expect([way, saysOf(way, await send(way, client(safeguard, safeguard.testKey), { to: NL }))]).toEqual([
        way,
        "sent",
      ]);
    expect(provider.received).toEqual([]);
    const inbox = await succeed<{ items: unknown[] }>(
      safeguard.api("GET", "/v1/sandbox/messages", undefined, safeguard.testKey.secret),
    );
    expect(inbox.items).toHaveLength(4);
    for (const way of WAYS) await send(way, client(safeguard), { to: NL });
    expect(provider.received).toHaveLength(4);
  });

  it("reaches nobody where there is no sandbox", async () => {
    const safeguard = await open({ countries: ["NL"] });
    const provider = await closing(startTwilioProvider());
    await safeguard.routeTo(twilioSettings(provider));
    await succeed(safeguard.operator("DELETE", "/v1/providers/sandbox"));
    const answer = await send("native", client(safeguard, safeguard.testKey), { to: NL });
    expect(answer.json).toMatchObject({ status: "refused", error: { code: "no_route" } });
    expect(provider.received).toEqual([]);
  });
});

describe("usage", () => {
  it("is the count of the record, line by line", async () => {
    const safeguard = await open({ countries: ["NL", "BE"], config: { exchangeRates: {} } });
    // The sandbox's numbers: refused, throttled, in doubt, delivered, and some that are blocked or no numbers at all.
    const numbers = ["+31612340001", "+31612340002", "+31612340003", "+31612340009", "+32470120008", "+32470123456"];
    for (const to of [...numbers, "+9607712345", "+447400123456", "nobody", NL])
      for (const way of WAYS) await send(way, client(safeguard), { to, text: "x".repeat(200) });

    interface Item {
      readonly status: string;
      readonly segments: number;
      readonly destination: string;
      readonly price?: { readonly amount: string; readonly currency: string };
    }
    type Count = Record<"decided" | "blocked" | "billable" | "billableSegments", number> & { destination: string };
    const { items } = await succeed<{ items: Item[] }>(safeguard.api("GET", "/v1/messages?limit=1000"));
    const usage = await succeed<{ days: Count[]; total: { spend: { amount: string }[] } }>(
      safeguard.api("GET", "/v1/usage"),
    );
    // By each destination: the messages of the list, and the decisions that were asked for without sending.
    const decisions: Record<string, number> = { NL: 5, BE: 2, MV: 1, GB: 1 };
    const expected = ["BE", "GB", "MV", "NL"].map((destination) => {
      const own = items.filter((item) => item.destination === destination);
      const billable = own.filter(({ status }) => !["refused", "blocked"].includes(status));
      const asked = decisions[destination] ?? 0;
      const isBlocked = destination === "MV" || destination === "GB";
      return {
        destination,
        decided: own.length + asked,
        blocked: own.filter(({ status }) => status === "blocked").length + (isBlocked ? asked : 0),
        billable: billable.length,
        billableSegments: billable.reduce((sum, { segments }) => sum + segments, 0),
      };
    });
    expect(usage.days).toMatchObject(expected);
    expect(items.length).toBeGreaterThan(30);
    const spent = items
      .filter(({ status }) => !["refused", "blocked"].includes(status))
      .reduce((sum, { price }) => sum + Number(price?.amount ?? 0), 0);
    expect(Number(usage.total.spend[0]?.amount)).toBeCloseTo(spent, 6);
  });
});
