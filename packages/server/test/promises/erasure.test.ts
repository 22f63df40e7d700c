import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { E164 } from "@safeguard/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PendingErasure } from "../../src/privacy/pending-erasure.ts";
import { createPendingErasures } from "../../src/privacy/pending-erasure.ts";
import { createSealedFile } from "../../src/store/sealed-file.ts";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";
import { deciphered, rootKeyIn } from "./deciphered.ts";
import { type Client, send, WAYS } from "./ways-in.ts";

/** The person who wants to be forgotten, another of the same block, and what clients said of the first. */
const PERSON = "+31684913572";
const OTHER = "+31684913573";
const REFERENCE = "order-of-anna-1881";
const DEVICE = "annas-phone-77";
const ADDRESS = "203.0.113.77";

const dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-erasure-"));
let product: TestSafeguard;
let customer: RecordingServer;

type Exported = {
  lookedAt: { place: string; found: number }[];
  accounts: { account: string; detection: { limits: { ceiling: string; count: number }[] } | null }[];
  records: Record<string, { record: Record<string, unknown> }[]>;
};

beforeAll(async () => {
  customer = await startRecordingServer(() => ({ status: 500, body: "no" }));
  product = await startSafeguard({ dataDirectory, config: { allowPrivateCallbacks: true } });
  await everythingThatIsKept();
});
afterAll(async () => {
  await product.stop();
  await customer.close();
  rmSync(dataDirectory, { recursive: true });
});

async function good(answer: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

async function everythingThatIsKept(): Promise<void> {
  await good(
    product.operator("PATCH", `/v1/accounts/${product.account.id}`, {
      reports: { webhookUrl: `${customer.url}/told?to=${PERSON.slice(1)}` },
    }),
  );
  const ceilings = [
    { name: "per-person", per: "recipient", messages: 100, window: "day" },
    { name: "all", per: "account", messages: 1000, window: "day" },
  ];
  await good(product.operator("POST", "/v1/policies/default/limits", { ceilings, reason: "a test" }));
  const client: Client = { url: product.url, key: product.liveKey };
  for (const way of WAYS) {
    await send(way, client, { to: PERSON, from: "Shop", text: "Your code is 123", reference: REFERENCE });
    await send(way, client, { to: OTHER, from: "Shop", text: "Your code is 456" });
  }
  const message = { to: PERSON, from: "Shop", text: "x", endUser: { address: ADDRESS, device: DEVICE } };
  await fetch(`${product.url}/v1/messages`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${product.liveKey.secret}`,
      "content-type": "application/json",
      "idempotency-key": "once",
    },
    body: JSON.stringify(message),
  });
  await good(product.api("POST", "/v1/decisions", { to: PERSON }));
  await product.api("POST", "/v1/decisions", { to: `${PERSON.replace("+31", "0")}` });
  await product.api("POST", "/v1/events", { kind: "verified", to: PERSON });
  await good(product.api("POST", "/v1/verified-numbers", { numbers: [{ to: PERSON }, { to: OTHER }] }));
  await good(product.api("POST", "/v1/verified-numbers/remove", { number: PERSON }));
  await good(product.api("POST", "/v1/verified-numbers", { numbers: [{ to: PERSON }] }));
  await good(product.operator("POST", "/v1/detection/lockdown", { reason: `because of ${PERSON}`, forSeconds: 1 }));
  await good(product.operator("DELETE", `/v1/detection/lockdown?reason=${encodeURIComponent(`was ${PERSON}`)}`));
  await customer.request(1);
}

const exported = async (number = PERSON): Promise<Exported> =>
  (await good(product.operator("POST", "/v1/privacy/export", { number }))) as Exported;
const foundIn = (one: Exported): Record<string, number> =>
  Object.fromEntries(one.lookedAt.filter(({ found }) => found > 0).map(({ place, found }) => [place, found]));

/** Where the number stands, for whoever has the master key. */
async function placesWith(...needles: string[]): Promise<readonly string[]> {
  const texts = await deciphered(dataDirectory);
  return [...texts].filter(([, text]) => needles.some((needle) => text.includes(needle))).map(([where]) => where);
}

describe("a number", () => {
  it("is exported with all that is kept of it, and nothing of others", async () => {
    const all = await exported();
    expect(Object.keys(foundIn(all))).toEqual(
      expect.arrayContaining([
        "journal: decisions",
        "journal: messages",
        "journal: rejected",
        "journal: submissions",
        "journal: verifications",
        "journal: notices",
        "journal: idempotencyAnswers",
        "journal: auditTrail",
        "journal: other",
        "verified numbers",
        "detection: attempts",
        "detection: verification",
        "sandbox",
      ]),
    );
    expect(JSON.stringify(all)).not.toContain(OTHER);
    expect(JSON.stringify(all.records["idempotencyAnswers"])).toContain(PERSON);
    const other = await exported(OTHER);
    expect(JSON.stringify(other)).not.toContain(PERSON);
  });

  it("is erased everywhere, with what tells whose it was", async () => {
    // What is looked for would be found.
    expect((await placesWith(PERSON.slice(1))).length).toBeGreaterThan(5);
    const before = product.safeguard.engine.limitUse(product.account.id, "default", product.safeguard.now());
    const erased = (await good(
      product.operator("POST", "/v1/privacy/erase", { number: PERSON, reason: `asked by ${PERSON}` }),
    )) as Record<string, unknown>;
    expect(erased).toMatchObject({ range: "+316849135xx", kept: [], verifiedNumbers: 1 });
    expect(JSON.stringify(erased)).not.toContain(PERSON.slice(1));

    const needles = [PERSON.slice(1), PERSON.slice(3), REFERENCE, DEVICE, ADDRESS];
    expect(await placesWith(...needles)).toEqual([]);
    // Nor in the clear, whatever is left in pages that are not used any more.
    for (const name of readdirSync(dataDirectory)) {
      const content = readFileSync(join(dataDirectory, name));
      expect(content.includes(PERSON.slice(3)), name).toBe(false);
    }
    const after = product.safeguard.engine.limitUse(product.account.id, "default", product.safeguard.now());
    expect(after).toEqual(before);
    expect(Object.keys(foundIn(await exported()))).toEqual([]);
    expect(Object.keys(foundIn(await exported(OTHER)))).toContain("journal: messages");
  });

  it("leaves the audit trail whole, and says who erased it without saying what", async () => {
    expect(await good(product.operator("GET", "/v1/audit/verify"))).toMatchObject({ ok: true });
    const { items } = (await good(product.operator("GET", "/v1/audit?limit=100"))) as {
      items: { action: string; reason: string | null; what: { id: string } | null; erased: boolean }[];
    };
    expect(items.find(({ action }) => action === "number_erased")).toMatchObject({
      reason: "asked by +316849135xx",
      what: { type: "number", id: "+316849135xx" },
    });
    expect(items.filter(({ erased }) => erased).length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain(PERSON.slice(1));
  });

  it("keeps its messages' place in lists, counts and money, of nobody", async () => {
    const { items } = (await good(product.api("GET", "/v1/messages?limit=100"))) as {
      items: { to: string; reference: string | null }[];
    };
    expect(items.filter(({ to }) => to === "+316849135xx").length).toBeGreaterThan(3);
    expect(items.filter(({ to }) => to === OTHER).length).toBeGreaterThan(3);
    expect(await good(product.api("POST", "/v1/messages/search", { to: PERSON }))).toMatchObject({
      items: [],
    });
  });

  it("is not sent to again by who repeats a request under its key", async () => {
    const answer = await fetch(`${product.url}/v1/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${product.liveKey.secret}`,
        "content-type": "application/json",
        "idempotency-key": "once",
      },
      body: JSON.stringify({ to: PERSON, from: "Shop", text: "x", endUser: { address: ADDRESS, device: DEVICE } }),
    });
    expect(answer.status).toBe(422);
  });

  it("is erased once more without harm", async () => {
    expect(await good(product.operator("POST", "/v1/privacy/erase", { number: PERSON }))).toMatchObject({
      records: {},
      verifiedNumbers: 0,
      documents: 0,
    });
    expect(await placesWith(PERSON.slice(1))).toEqual([]);
  });

  it("is forgotten by the snapshot, and by the journal where there is no snapshot, alike", async () => {
    const probe = () => {
      const { engine } = product.safeguard;
      const at = product.safeguard.now();
      const { id } = product.account;
      const signals = engine.findDetection(id)?.signals.snapshot();
      return {
        person: engine.knownOf(id, PERSON as E164, at),
        other: engine.knownOf(id, OTHER as E164, at),
        limits: engine.limitUse(id, "default", at),
        blocks: signals?.blocks,
        log: signals && { ...signals.log, records: withoutNear(signals.log.records) },
        numbers: signals?.numbers.count,
        destinations: signals?.destinations,
      };
    };
    const live = probe();
    expect(live.person).toEqual({ sessions: [], incidents: [], limits: [] });
    await product.stop();
    product = await startSafeguard({ dataDirectory, config: { allowPrivateCallbacks: true } });
    expect(probe()).toEqual(live);
    await product.stop();
    rmSync(join(dataDirectory, "detection.snapshot"));
    product = await startSafeguard({ dataDirectory, config: { allowPrivateCallbacks: true } });
    expect(probe()).toEqual(live);
    expect(await placesWith(PERSON.slice(1))).toEqual([]);
  });
});

/** How near the last digits of two numbers were is not known any more. */
function withoutNear(records: Uint32Array): Uint32Array {
  const [words, state] = [20, 4];
  return records.map((word, index) => (index % words === state ? word & ~32 : word));
}

describe("an erasure that a stop cuts off", () => {
  it("is finished by the next start, before anything is decided", async () => {
    await send("native", { url: product.url, key: product.liveKey }, { to: OTHER, from: "Shop", text: "x" });
    await product.stop();
    const rootKey = await rootKeyIn(dataDirectory);
    const file = createSealedFile(join(dataDirectory, "erasure.sealed"), rootKey, "pending erasure");
    const pending: PendingErasure = {
      to: OTHER as E164,
      account: undefined,
      standIn: "+316849135cd" as E164,
      at: Date.now() as PendingErasure["at"],
      actor: { type: "operator", name: "test" },
      reason: undefined,
    };
    await createPendingErasures(file).save(pending);
    expect((await placesWith(OTHER.slice(1))).length).toBeGreaterThan(2);

    product = await startSafeguard({ dataDirectory, config: { allowPrivateCallbacks: true } });
    expect(Object.keys(foundIn(await exported(OTHER)))).toEqual([]);
    expect(await placesWith(OTHER.slice(1))).toEqual([]);
    expect(await createPendingErasures(file).read()).toBeUndefined();
    expect(await good(product.operator("GET", "/v1/audit/verify"))).toMatchObject({ ok: true });
    await product.stop();
    product = await startSafeguard({ dataDirectory, config: { allowPrivateCallbacks: true } });
    expect(await placesWith(OTHER.slice(1))).toEqual([]);
  });
});
