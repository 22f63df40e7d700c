import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { generator } from "../long-form.ts";
import type { PlantName } from "../planted-fault.ts";
import { type ChildServer, callApi, spawnServer } from "../promises/child-server.ts";
import { type Answer, type QueueProvider, settingsFor, startQueueProvider } from "../sending-later/queue-scene.ts";

const HANDS = 6;
/** A life in which fewer messages are answered proves little. */
const BUSY = 15;
/** All that waits has its last word by then: the longest wait is a provider that is tried again for the third time. */
const DRAINED_WITHIN_MS = 180_000;
/** A call that was begun in time may arrive late, on a busy machine. */
const LATE_MS = 5_000;
/** People who proved themselves before: with outcomes told, detection holds what may still be answered. */
const PEOPLE = 200;

/** A message that a client was told is waiting. */
interface Waiting {
  readonly id: string;
  readonly status: string;
  readonly sendAt: number | undefined;
  readonly expiresAt: number;
  /** Told so; undefined: nobody asked, or nobody knows. */
  canceled: boolean | undefined;
}

interface Message {
  readonly id: string;
  readonly to: string;
  readonly status: string;
}

export interface WaitingCounts {
  kills: number;
  answered: number;
  held: number;
  scheduled: number;
  queued: number;
  canceled: number;
  expired: number;
  taken: number;
  /** Taken by the provider after the life in which they were answered. */
  takenInALaterLife: number;
  inDoubt: number;
  stopped: number;
  sentTwice: number;
  lost: number;
}

/** A data folder through many lives of a server whose clients do not wait: what is held, queued and scheduled is killed over and over. */
export class WaitingSeason {
  readonly #plant: PlantName | undefined;
  readonly #random: () => number;
  readonly #dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-waiting-"));
  readonly #waiting = new Map<string, Waiting>();
  /** How much the provider had taken when each message's life ended. */
  readonly #takenBefore = new Map<string, number>();
  #provider!: QueueProvider;
  #server!: ChildServer;
  #secret = "";
  #serial = 0;
  #attacked = 0;
  #kills = 0;

  private constructor({ seed, plant }: { readonly seed: number; readonly plant?: PlantName }) {
    this.#random = generator(seed);
    this.#plant = plant;
  }

  static async start(options: { readonly seed: number; readonly plant?: PlantName }): Promise<WaitingSeason> {
    const season = new WaitingSeason(options);
    season.#provider = await startQueueProvider();
    season.#server = season.#spawn();
    await season.#setUp();
    return season;
  }

  async close(): Promise<void> {
    await this.#server.kill();
    await this.#provider.close();
    rmSync(this.#dataDirectory, { recursive: true });
  }

  /** Load from several hands until the server is killed, then the next start. */
  async live(): Promise<void> {
    const { url } = await this.#server.ready;
    const target = this.#waiting.size + BUSY;
    let ends = false;
    const hand = async (): Promise<void> => {
      while (!ends) {
        try {
          await this.#send(url);
        } catch (failure) {
          if (!ends) throw failure;
        }
      }
    };
    const hands = Promise.all(Array.from({ length: HANDS }, hand));
    hands.catch(() => undefined);
    const limit = performance.now() + 15_000;
    while (this.#waiting.size < target && performance.now() < limit) await sleep(10);
    await sleep(this.#random() * 400);
    ends = true;
    await this.#server.kill();
    this.#kills++;
    await hands;
    for (const id of this.#waiting.keys())
      if (!this.#takenBefore.has(id)) this.#takenBefore.set(id, this.#provider.taken.length);
    this.#server = this.#spawn();
    await this.#server.ready;
  }

  /** Waits until nothing waits any more, and checks all that must hold. Throws where a promise was broken. */
  async check(): Promise<WaitingCounts> {
    const messages = await this.#drained();
    const byId = new Map(messages.map((message) => [message.id, message]));
    const taken = Map.groupBy(this.#provider.taken, ({ id }) => `msg_${id}`);

    const lost = [...this.#waiting.keys()].filter((id) => !byId.has(id));
    expect(lost, "answered, and not in the record").toEqual([]);
    const twice = [...taken].filter(([, times]) => times.length > 1);
    expect(twice, "sent twice").toEqual([]);
    for (const { id, status } of messages) {
      expect(ENDS).toContain(status);
      // A refusal may have come after the provider had failed to say whether it took the message: that is in doubt.
      if (status !== "in_doubt") expect([id, status, taken.has(id)]).toEqual([id, status, status === "submitted"]);
    }
    for (const { id, sendAt, expiresAt, canceled } of this.#waiting.values()) {
      if (canceled === true) expect([id, byId.get(id)?.status]).toEqual([id, "canceled"]);
      for (const { at } of taken.get(id) ?? []) {
        expect(at, "not before its time").toBeGreaterThanOrEqual(sendAt ?? 0);
        expect(at, "not after its time").toBeLessThan(expiresAt + LATE_MS);
      }
    }
    const answered = [...this.#waiting.values()];
    const count = (...statuses: readonly string[]): number =>
      messages.filter(({ status }) => statuses.includes(status)).length;
    const told = (status: string): number => answered.filter((one) => one.status === status).length;
    const later = this.#provider.taken.filter(({ id }, at) => at >= (this.#takenBefore.get(`msg_${id}`) ?? Infinity));
    return {
      kills: this.#kills,
      answered: answered.length,
      held: told("held"),
      scheduled: told("scheduled"),
      queued: told("queued"),
      canceled: count("canceled"),
      expired: count("expired"),
      taken: this.#provider.taken.length,
      takenInALaterLife: later.length,
      inDoubt: count("in_doubt"),
      stopped: count("blocked", "challenged", "refused"),
      sentTwice: twice.length,
      lost: lost.length,
    };
  }

  #spawn(): ChildServer {
    return spawnServer(this.#dataDirectory, this.#plant === undefined ? {} : { plant: this.#plant });
  }

  async #setUp(): Promise<void> {
    const { url, operatorToken } = await this.#server.ready;
    let headers: Record<string, string> = {};
    const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const answer = await callApi(url, operatorToken, method, path, body, headers);
      if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const { items } = (await call("GET", "/v1/accounts")) as { items: [{ id: string }] };
    headers = { "safeguard-account": items[0].id };
    await call("POST", "/v1/policies/default/destinations", { allow: ["FR"], reason: "where the attack is" });
    const settings = settingsFor(this.#provider, { timeoutMs: 500 });
    await call("POST", "/v1/providers", { id: "p", kind: "http", settings });
    await call("PUT", "/v1/routes", { routes: [{ destination: "*", providers: ["p"] }] });
    const scopes = ["messages:send", "messages:read", "decisions:write", "events:write"];
    const secret = ((await call("POST", "/v1/keys", { name: "k", mode: "live", scopes })) as { secret: string }).secret;
    this.#secret = secret;
    const people = Array.from(
      { length: PEOPLE },
      (_, person) => `+3165${String((person * 7_919) % 10_000_000).padStart(7, "0")}`,
    );
    const told = async (path: string, body: unknown): Promise<void> => {
      expect((await callApi(url, secret, "POST", path, body)).status, path).toBeOneOf([200, 201, 202]);
    };
    await told("/v1/decisions", { decisions: people.map((to) => ({ to, purpose: "otp" })) });
    await told("/v1/events", { events: people.map((to) => ({ kind: "verified", to })) });
  }

  /** Of an attack: numbers in order, of another block in each life. */
  #attackedNumber(): string {
    return `+3364${String(10 + (this.#kills % 90))}0${String(this.#attacked++ % 10_000).padStart(4, "0")}`;
  }

  /** One message, to be sent now or in a moment, to anywhere or to the attacked range; some are canceled. */
  async #send(url: string): Promise<void> {
    this.#provider.answers = [this.#fate()];
    const serial = ++this.#serial;
    const isAttack = this.#random() < 0.4;
    const spread = String((serial * 7_919_317) % 10_000_000).padStart(7, "0");
    const wait = this.#random();
    const sendAt = wait < 0.3 ? Date.now() + Math.floor(this.#random() * 4_000) : undefined;
    const message = {
      to: isAttack ? this.#attackedNumber() : `+316${spread.padStart(8, "1")}`,
      from: "Shop",
      text: "Your code is 4711",
      purpose: "otp",
      mode: "async",
      ...(sendAt !== undefined && { sendAt: new Date(sendAt).toISOString() }),
      ...(wait > 0.8 && { validityPeriod: 6 }),
    };
    const { status, body } = await callApi(url, this.#secret, "POST", "/v1/messages", message);
    expect([201, 429, 503]).toContain(status);
    if (status !== 201) return;
    const answer = body as Message & { readonly expiresAt: string };
    const told: Waiting = {
      id: answer.id,
      status: answer.status,
      sendAt,
      expiresAt: Date.parse(answer.expiresAt ?? "9999-01-01"),
      canceled: undefined,
    };
    this.#waiting.set(answer.id, told);
    if (this.#random() > 0.1) return;
    const canceled = await callApi(url, this.#secret, "POST", `/v1/messages/${answer.id}/cancel`, {});
    told.canceled = canceled.status < 300;
  }

  /** What the provider does with what it is asked next. */
  #fate(): Answer {
    const chance = this.#random();
    return chance < 0.1 ? "throttle" : chance < 0.2 ? "refuse" : chance < 0.25 ? "hang" : "accept";
  }

  async #drained(): Promise<readonly Message[]> {
    this.#provider.answers = [];
    for (const limit = Date.now() + DRAINED_WITHIN_MS; ; await sleep(250)) {
      const messages = await this.#messages();
      const waiting = messages.filter(({ status }) => !ENDS.includes(status));
      if (waiting.length === 0) return messages;
      if (Date.now() > limit) throw new Error(`still waiting: ${JSON.stringify(waiting.slice(0, 5))}`);
    }
  }

  async #messages(): Promise<readonly Message[]> {
    const { url } = await this.#server.ready;
    const all: Message[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const after: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await callApi(url, this.#secret, "GET", `/v1/messages?limit=1000${after}`);
      const page = body as { readonly items: readonly Message[]; readonly next: string | null };
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  }
}

/** Where a message that waited may end. */
const ENDS: readonly string[] = ["submitted", "in_doubt", "refused", "blocked", "challenged", "expired", "canceled"];
