import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChildServer, callApi, spawnServer } from "./child-server.ts";
import { type CountingProvider, type Fate, startCountingProvider } from "./counting-provider.ts";

/**
 * A longer run: `SAFEGUARD_CRASH_ROUNDS=200 npx vitest run packages/server/test/promises/crash.test.ts`.
 * The same choices again: `SAFEGUARD_CRASH_SEED=…`, as a run prints it.
 */
const { SAFEGUARD_CRASH_ROUNDS = "10", SAFEGUARD_CRASH_SEED = String(Date.now() % 1_000_000) } = process.env;
const ROUNDS = Number(SAFEGUARD_CRASH_ROUNDS);
const random = generator(Number(SAFEGUARD_CRASH_SEED));
/** Clients that send one request after the other. */
const HANDS = 12;

/** Luxembourg is blocked and allowed again under way; the last two are never allowed. */
const PREFIXES = { NL: "+3161", BE: "+32470", LU: "+352628", MV: "+96077", GB: "+447400" } as const;
type Destination = keyof typeof PREFIXES;
const LENGTH: Readonly<Record<Destination, number>> = { NL: 12, BE: 12, LU: 13, MV: 11, GB: 13 };

/** One message that a client sent. Each has a number of its own, by which it is found again. */
interface Sent {
  readonly to: string;
  readonly destination: Destination;
  readonly round: number;
  /** When it was sent, Luxembourg was blocked, and it stayed so until the answer or the kill. */
  mustBeBlocked: boolean;
  /** What the client was told; undefined: nothing. */
  answer: "taken" | "stopped" | "refused" | undefined;
  /** The native API tells the status. */
  status: string | undefined;
}

interface Message {
  readonly id: string;
  readonly to: string;
  readonly status: string;
}

let dataDirectory: string;
let provider: CountingProvider;
let server: ChildServer;
let keys: { readonly secret: string; readonly productToken: string; readonly authToken: string };
let twilioSid: string;
const sent = new Map<string, Sent>();
const counters: Record<Destination, number> = { NL: 0, BE: 0, LU: 0, MV: 0, GB: 0 };
/** Whether Luxembourg is blocked, as far as an answer said so, and how often it was asked to be allowed again. */
let luxembourg: "allowed" | "blocked" | "unknown" = "allowed";
let loosenings = 0;
/** Requests with an idempotency key that got no answer; they are made again after the next start. */
const unansweredKeyed = new Set<readonly Sent[]>();
let repeated = 0;
let conflicts = 0;

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-crash-"));
  provider = await startCountingProvider(fateOf);
});
afterAll(async () => {
  await server.kill();
  await provider.close();
  rmSync(dataDirectory, { recursive: true });
});

it(`A server that is killed over and over (${ROUNDS} rounds, seed ${SAFEGUARD_CRASH_SEED}) loses nothing it answered, sends nothing twice, and names what is in doubt`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  server = spawnServer(dataDirectory);
  await setUp();
  /** Our references that a provider took and did not answer, be it because the server was killed first. */
  const cutOff = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    await loadUntilKilled(round, 50 + random() * 450);
    for (const { reference, answered } of provider.deliveries) if (!answered) cutOff.add(reference);
    server = spawnServer(dataDirectory);
    // Some starts are killed as well, anywhere between the first line and the first request.
    if (round % 3 === 2) {
      await new Promise((resolve) => setTimeout(resolve, random() * 1200));
      await server.kill();
      server = spawnServer(dataDirectory);
    }
  }
  const deliveriesBefore = provider.deliveries.length;
  const messages = await allMessages();
  const byNumber = new Map(messages.map((message) => [message.to, message]));
  const byId = new Map(messages.map((message) => [message.id, message]));
  const deliveredNumbers = new Set(provider.deliveries.map(({ to }) => to));

  // Nothing was sent twice, and the last start sent nothing of its own accord.
  expect(new Set(provider.deliveries.map(({ reference }) => reference)).size).toBe(provider.deliveries.length);
  expect(deliveredNumbers.size).toBe(provider.deliveries.length);
  expect(provider.deliveries.length).toBe(deliveriesBefore);
  expect(byNumber.size).toBe(messages.length);

  // What was answered is in the record, and says what was answered.
  const answered = [...sent.values()].filter(({ answer }) => answer !== undefined);
  for (const { to, answer, status, destination } of answered) {
    const message = byNumber.get(to);
    const expected = status === undefined ? statusesOf(answer, destination) : [status];
    expect([
      to,
      expected.includes(message?.status ?? "missing") ? "as answered" : (message?.status ?? "missing"),
    ]).toEqual([to, "as answered"]);
  }

  // What reached a provider is in the record as that; what nobody had answered is in doubt.
  for (const { reference, to } of provider.deliveries) {
    const message = byId.get(`msg_${reference}`);
    expect(message).toMatchObject({ to });
    const allowed = cutOff.has(reference) ? ["in_doubt"] : ["in_doubt", "submitted"];
    expect(allowed).toContain(message?.status);
  }
  // What is said to be with a provider is there, and what is said to be refused or blocked is not.
  for (const { to, status } of messages) {
    expect(["submitted", "in_doubt", "refused", "blocked"]).toContain(status);
    if (status !== "in_doubt") expect([to, deliveredNumbers.has(to)]).toEqual([to, status === "submitted"]);
  }

  // What must not go out never did.
  const forbidden = [...sent.values()].filter(
    ({ destination, mustBeBlocked }) => mustBeBlocked || destination === "MV" || destination === "GB",
  );
  expect(forbidden.filter(({ to }) => deliveredNumbers.has(to))).toEqual([]);

  // The counts of usage are those of the record.
  const count = (...statuses: readonly string[]): number =>
    messages.filter(({ status }) => statuses.includes(status)).length;
  const usage = await api("GET", "/v1/usage");
  expect(usage.body).toMatchObject({
    total: { decided: messages.length, blocked: count("blocked"), billable: count("submitted", "in_doubt") },
  });

  const totals = {
    sent: sent.size,
    answered: answered.length,
    recorded: messages.length,
    delivered: provider.deliveries.length,
    cutOff: cutOff.size,
    inDoubt: count("in_doubt"),
    blocked: count("blocked"),
    blockedUnderway: forbidden.filter(({ destination }) => destination === "LU").length,
    refused: count("refused"),
    repeated: `${repeated}, of which cut off: ${conflicts}`,
    twice: provider.deliveries.length - deliveredNumbers.size,
  };
  console.log(`crash test, seed ${SAFEGUARD_CRASH_SEED}, ${ROUNDS} kills:`, totals);
  // A run in which hardly anything happened would prove nothing.
  expect(totals.answered).toBeGreaterThan(ROUNDS * 20);
  expect(totals.cutOff).toBeGreaterThan(ROUNDS / 2);
});

/** The statuses that fit what a client of Twilio's or CM.com's dialect was told. CM.com's are told of blocks later. */
function statusesOf(answer: Sent["answer"], destination: Destination): readonly string[] {
  if (answer === "refused") return ["refused"];
  if (answer === "stopped") return ["blocked"];
  return destination === "NL" || destination === "BE"
    ? ["submitted", "in_doubt"]
    : ["submitted", "in_doubt", "blocked"];
}

async function setUp(): Promise<void> {
  const { url, operatorToken } = await server.ready;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await callApi(url, operatorToken, method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  let headers: Record<string, string> = {};
  const accounts = (await call("GET", "/v1/accounts")) as { items: [{ id: string; twilioSid: string }] };
  const [account] = accounts.items;
  headers = { "safeguard-account": account.id };
  twilioSid = account.twilioSid;
  // Numbers one after the other are what it would stop; it counts them all the same.
  await call("POST", "/v1/policies/default/detection", { mode: "monitor", reason: "not what is tested" });
  const settings = { baseUrl: provider.url, timeoutMs: 1000 };
  await call("POST", "/v1/providers", {
    id: "by-twilio",
    kind: "twilio",
    settings: { ...settings, accountSid: `AC${"7".repeat(32)}` },
    secrets: { authToken: "8".repeat(32) },
  });
  await call("POST", "/v1/providers", { id: "by-cm", kind: "cm", settings, secrets: { productToken: "token" } });
  const routes = [
    { destination: "NL", providers: ["by-cm", "by-twilio"] },
    { destination: "*", providers: ["by-twilio", "by-cm"] },
  ];
  await call("PUT", "/v1/routes", { routes });
  const scopes = ["messages:send", "messages:read", "policies:read", "policies:write", "usage:read"];
  keys = (await call("POST", "/v1/keys", { name: "crash", mode: "live", scopes })) as typeof keys;
}

/** Sends from several hands at once, kills the server after a time, and waits for the clients to notice. */
async function loadUntilKilled(round: number, afterMs: number): Promise<void> {
  const { url } = await server.ready;
  for (const messages of [...unansweredKeyed]) {
    repeated++;
    await sendByNative(url, messages, true);
  }
  let killed = false;
  const hand = async (): Promise<void> => {
    while (!killed) {
      const choice = random();
      const messages = Array.from({ length: choice < 0.4 ? 1 : 1 + Math.floor(random() * 4) }, () => newMessage(round));
      const loosenedBefore = loosenings;
      try {
        if (choice < 0.4) await sendByTwilio(url, messages);
        else if (choice < 0.75) await sendByCm(url, messages);
        else await sendByNative(url, messages);
      } catch (failure) {
        // The connection went with the server. Anything else is a fault.
        if (!killed) throw failure;
      }
      for (const message of messages) if (loosenings !== loosenedBefore) message.mustBeBlocked = false;
    }
  };
  const policyHand = async (): Promise<void> => {
    while (!killed) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 60));
      if (killed) return;
      const block = luxembourg === "allowed" || random() < 0.5;
      luxembourg = "unknown";
      if (!block) loosenings++;
      const change = { [block ? "block" : "allow"]: ["LU"], reason: "the crash test" };
      const path = "/v1/policies/default/destinations";
      const answer = await callApi(url, keys.secret, "POST", path, change).catch(() => undefined);
      if (answer !== undefined) {
        expect(answer.status).toBe(201);
        luxembourg = block ? "blocked" : "allowed";
      }
    }
  };
  const hands = Promise.all([...Array.from({ length: HANDS }, hand), policyHand()]);
  hands.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  killed = true;
  const ended = server.kill();
  await Promise.all([ended, hands]);
}

function newMessage(round: number): Sent {
  const choice = random();
  const destination = choice < 0.4 ? "NL" : choice < 0.65 ? "BE" : choice < 0.85 ? "LU" : choice < 0.93 ? "MV" : "GB";
  const prefix = PREFIXES[destination];
  const to = prefix + String(counters[destination]++).padStart(LENGTH[destination] - prefix.length, "0");
  const mustBeBlocked = destination === "LU" && luxembourg === "blocked";
  const message: Sent = { to, destination, round, mustBeBlocked, answer: undefined, status: undefined };
  sent.set(to, message);
  return message;
}

async function sendByTwilio(url: string, [message]: readonly Sent[]): Promise<void> {
  if (message === undefined) return;
  const reply = await fetch(`${url}/2010-04-01/Accounts/${twilioSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${twilioSid}:${keys.authToken}`).toString("base64")}` },
    body: new URLSearchParams({ To: message.to, From: "Shop", Body: "Your code is 12345" }),
  });
  const { code } = (await reply.json()) as { code?: number };
  expect([201, 400]).toContain(reply.status);
  message.answer = reply.status === 201 ? "taken" : code === 21408 ? "stopped" : "refused";
}

async function sendByCm(url: string, messages: readonly Sent[]): Promise<void> {
  const to = messages.map((message) => ({ number: `00${message.to.slice(1)}` }));
  const msg = [{ from: "Shop", to, body: { content: "Your code is 12345" }, reference: "r" }];
  const reply = await fetch(`${url}/v1.0/message`, {
    method: "POST",
    headers: { "x-cm-producttoken": keys.productToken, "content-type": "application/json" },
    body: JSON.stringify({ messages: { msg } }),
  });
  const answer = (await reply.json()) as { messages: { status: string }[] };
  expect(answer.messages).toHaveLength(messages.length);
  for (const [index, line] of answer.messages.entries()) {
    const message = messages[index];
    if (message !== undefined) message.answer = line.status === "Accepted" ? "taken" : "refused";
  }
}

async function sendByNative(url: string, messages: readonly Sent[], keyed = random() < 0.5): Promise<void> {
  const body = { messages: messages.map(({ to }) => ({ to, from: "Shop", text: "Your code is 12345" })) };
  const headers: Record<string, string> = keyed ? { "idempotency-key": `${messages[0]?.to}` } : {};
  if (keyed) unansweredKeyed.add(messages);
  const reply = await callApi(url, keys.secret, "POST", "/v1/messages", body, headers);
  unansweredKeyed.delete(messages);
  // The first request with this key was cut off: nobody says that it had no effect, and nothing is sent again.
  if (reply.status === 409) {
    conflicts++;
    return;
  }
  expect(reply.status).toBe(201);
  for (const [index, { status }] of (reply.body as { messages: Message[] }).messages.entries()) {
    const message = messages[index];
    if (message === undefined) continue;
    message.answer = "taken";
    message.status = status;
  }
}

async function api(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const { url } = await server.ready;
  return callApi(url, keys.secret, method, path);
}

async function allMessages(): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await api("GET", `/v1/messages?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`);
    const page = body as { readonly items: readonly Message[]; readonly next: string | null };
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

/** What a provider does with a number: the same whenever it is asked. */
function fateOf(to: string, by: string): Fate {
  const [first = 0, second = 0] = createHash("sha256").update(`${SAFEGUARD_CRASH_SEED} ${by} ${to}`).digest();
  if (first < 40) return { type: "refuse" };
  if (first < 50) return { type: "silent" };
  if (first < 60) return { type: "drop" };
  return { type: "take", afterMs: first < 120 ? second : 0 };
}

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
