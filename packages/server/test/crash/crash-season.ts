import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Failpoint } from "../../src/config/failpoint.ts";
import { generator } from "../long-form.ts";
import type { PlantName } from "../planted-fault.ts";
import { type ChildServer, callApi, spawnServer } from "../promises/child-server.ts";
import { type CountingProvider, type Fate, startCountingProvider } from "../promises/counting-provider.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";

/** Clients that send one request after the other, and the most messages in one request. */
const HANDS = 12;
const BATCH = 4;
/** What may be in flight when the server is killed: no more can be left in doubt by one kill. */
const WINDOW = HANDS * BATCH;

/** A life in which fewer messages are answered proves little. */
const BUSY = 20;

/** Luxembourg is blocked and allowed again under way; the last two are never allowed. */
const PREFIXES = { NL: "+3161", BE: "+32470", LU: "+352628", MV: "+96077", GB: "+447400" } as const;
type Destination = keyof typeof PREFIXES;
const LENGTH: Readonly<Record<Destination, number>> = { NL: 12, BE: 12, LU: 13, MV: 11, GB: 13 };

export interface SeasonOptions {
  readonly seed: number;
  /** A fault in the server, which the season must then find. */
  readonly plant?: PlantName;
}

/** How one life of the server ends. `at random`: SIGKILL under load; `while it stops`: a little after SIGTERM. */
export type LifeEnd =
  | { readonly type: "at random" | "while it stops" | "while it starts" }
  | { readonly type: "failpoint"; readonly name: Failpoint; readonly passing: number };

export interface SeasonCounts {
  kills: number;
  sent: number;
  answered: number;
  recorded: number;
  delivered: number;
  /** Taken by a provider and not answered, be it because the server was killed first. */
  cutOff: number;
  inDoubt: number;
  /** Most messages that one kill left in doubt. */
  mostInDoubtByOneKill: number;
  blocked: number;
  blockedUnderway: number;
  refused: number;
  reported: number;
  repeated: number;
  repeatedCutOff: number;
  sentTwice: number;
  /** Answered to the client, and not in the record. */
  lost: number;
  /** Turned away at the door, because the server was behind. */
  turnedAway: number;
  /** Lives under load in which fewer than 20 messages were answered. */
  idleLives: number;
}

/** One message that a client sent. Each has a number of its own, by which it is found again. */
interface Sent {
  readonly to: string;
  readonly destination: Destination;
  readonly by: "twilio" | "cm" | "native";
  /** When it was sent, Luxembourg was blocked, and it stayed so until the answer or the kill. */
  mustBeBlocked: boolean;
  /** How often it was asked again, with its idempotency key, in a later life. */
  repeats: number;
  /** What the client was told; undefined: nothing. */
  answer: "taken" | "stopped" | "refused" | undefined;
  /** The native API tells the status. */
  status: string | undefined;
  /** The server was behind, and did nothing for it. */
  turnedAway: boolean;
}

interface Message {
  readonly id: string;
  readonly to: string;
  readonly status: string;
}

/** A data folder through many lives of the server, with clients, providers and a customer's server around it. */
export class CrashSeason {
  readonly #options: SeasonOptions;
  readonly #random: () => number;
  readonly #dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-crash-"));
  readonly #sent = new Map<string, Sent>();
  readonly #counters: Record<Destination, number> = { NL: 0, BE: 0, LU: 0, MV: 0, GB: 0 };
  /** Whether Luxembourg is blocked, as far as an answer said so, and how often it was asked to be allowed again. */
  #luxembourg: "allowed" | "blocked" | "unknown" = "allowed";
  #loosenings = 0;
  /** Requests with an idempotency key that got no answer; they are made again after the next start. */
  readonly #unansweredKeyed = new Set<readonly Sent[]>();
  /** Our references that a provider took and did not answer. */
  readonly #cutOff = new Set<string>();
  readonly #counts = { kills: 0, repeated: 0, repeatedCutOff: 0, mostInDoubtByOneKill: 0, turnedAway: 0, idleLives: 0 };
  #inDoubt = 0;
  #provider!: CountingProvider;
  #customer!: RecordingServer;
  #server!: ChildServer;
  #keys!: { readonly secret: string; readonly productToken: string; readonly authToken: string };
  #twilioSid = "";

  private constructor(options: SeasonOptions) {
    this.#options = options;
    this.#random = generator(options.seed);
  }

  static async start(options: SeasonOptions): Promise<CrashSeason> {
    const season = new CrashSeason(options);
    season.#provider = await startCountingProvider((to, by) => fateOf(options.seed, to, by));
    season.#customer = await startRecordingServer(() => ({ status: 200, body: "{}" }));
    season.#server = season.#spawn();
    await season.#setUp();
    return season;
  }

  async close(): Promise<void> {
    await this.#server.kill();
    await this.#provider.close();
    await this.#customer.close();
    rmSync(this.#dataDirectory, { recursive: true });
  }

  /** Load until the server ends, then the next start. Gives what the ended one wrote. */
  async live(end: LifeEnd): Promise<string> {
    if (end.type === "failpoint" && isOfStart(end.name)) return this.#endAtStart(end);
    if (end.type === "failpoint" && (await this.#restartWith(end)) === "ended") return this.#afterEnd();
    const ended = this.#server;
    const answeredBefore = this.#answered();
    await this.#loadUntil(end);
    if (this.#answered() - answeredBefore < BUSY) this.#counts.idleLives++;
    this.#counts.kills++;
    for (const { reference, answered } of this.#provider.deliveries) if (!answered) this.#cutOff.add(reference);
    this.#server = this.#spawn();
    if (end.type === "while it starts") {
      // Anywhere between the first line and the first request.
      await sleep(this.#random() * 1200);
      await this.#server.kill();
      this.#counts.kills++;
      this.#server = this.#spawn();
    }
    await this.#countDoubts();
    return ended.output();
  }

  /** The last life, and all that must hold. Throws where a promise was broken. */
  async check(): Promise<SeasonCounts> {
    const { deliveries } = this.#provider;
    const deliveriesBefore = deliveries.length;
    const messages = await this.#messages();
    const byNumber = new Map(messages.map((message) => [message.to, message]));
    const byId = new Map(messages.map((message) => [message.id, message]));
    const deliveredNumbers = new Set(deliveries.map(({ to }) => to));

    // Nothing was sent twice, and the last start sent nothing of its own accord.
    expect(new Set(deliveries.map(({ reference }) => reference)).size, "messages, and sent").toBe(deliveries.length);
    expect(deliveredNumbers.size, "numbers, and sent").toBe(deliveries.length);
    expect(deliveries.length).toBe(deliveriesBefore);
    expect(byNumber.size).toBe(messages.length);

    // What was answered is in the record, and says what was answered.
    const answered = [...this.#sent.values()].filter(({ answer }) => answer !== undefined);
    for (const { to, answer, status, destination } of answered) {
      const recorded = byNumber.get(to)?.status ?? "missing";
      const expected = status === undefined ? statusesOf(answer, destination) : [status];
      expect([to, expected.includes(recorded) ? "as answered" : recorded]).toEqual([to, "as answered"]);
    }

    // What reached a provider is in the record as that; what nobody had answered is in doubt.
    for (const { reference, to } of deliveries) {
      const message = byId.get(`msg_${reference}`);
      expect(message, "what was sent is in the record").toMatchObject({ to });
      const allowed = this.#cutOff.has(reference) ? ["in_doubt"] : ["in_doubt", "submitted"];
      expect(allowed).toContain(message?.status);
    }
    // What is said to be with a provider is there, and what is said to be refused or blocked is not.
    for (const { to, status } of messages) {
      expect(["submitted", "in_doubt", "refused", "blocked"]).toContain(status);
      if (status !== "in_doubt") expect([to, deliveredNumbers.has(to)]).toEqual([to, status === "submitted"]);
    }

    // All that is in doubt is listed as that.
    const count = (...statuses: readonly string[]): number =>
      messages.filter(({ status }) => statuses.includes(status)).length;
    const listed = await this.#messages("in_doubt");
    expect(listed.map(({ id }) => id)).toEqual(
      messages.filter(({ status }) => status === "in_doubt").map(({ id }) => id),
    );

    // Nothing was done for what was turned away at the door.
    const turnedAway = [...this.#sent.values()].filter((message) => message.turnedAway && message.repeats === 0);
    expect(turnedAway.filter(({ to }) => byNumber.has(to))).toEqual([]);

    // What must not go out never did.
    const forbidden = [...this.#sent.values()].filter(
      ({ destination, mustBeBlocked }) => mustBeBlocked || destination === "MV" || destination === "GB",
    );
    expect(forbidden.filter(({ to }) => deliveredNumbers.has(to))).toEqual([]);

    // The counts of usage are those of the record.
    const usage = await this.#api("GET", "/v1/usage");
    expect(usage.body).toMatchObject({
      total: { decided: messages.length, blocked: count("blocked"), billable: count("submitted", "in_doubt") },
    });

    // Whoever was told "accepted" of what was blocked is told of the block.
    const toReport = answered.filter(({ to, by }) => by === "cm" && byNumber.get(to)?.status === "blocked");
    const reported = await this.#reported(toReport.map(({ to }) => to));

    return {
      ...this.#counts,
      sent: this.#sent.size,
      answered: answered.length,
      recorded: messages.length,
      delivered: deliveries.length,
      cutOff: this.#cutOff.size,
      inDoubt: count("in_doubt"),
      blocked: count("blocked"),
      blockedUnderway: forbidden.filter(({ destination }) => destination === "LU").length,
      refused: count("refused"),
      reported,
      sentTwice: deliveries.length - deliveredNumbers.size,
      lost: answered.filter(({ to }) => !byNumber.has(to)).length,
    };
  }

  #spawn(environment: Readonly<Record<string, string>> = {}): ChildServer {
    const { plant } = this.#options;
    return spawnServer(this.#dataDirectory, { environment, ...(plant === undefined ? {} : { plant }) });
  }

  #answered(): number {
    let answered = 0;
    for (const { answer } of this.#sent.values()) if (answer !== undefined) answered++;
    return answered;
  }

  /** `ended`: it came by there before it listened. */
  async #restartWith({ name, passing }: Extract<LifeEnd, { type: "failpoint" }>): Promise<"listens" | "ended"> {
    await this.#server.ready;
    await this.#server.kill();
    this.#counts.kills++;
    this.#server = this.#spawn({ SAFEGUARD_FAILPOINT: `${name}:${passing}` });
    const came = await this.#server.ready.then(
      () => "listens" as const,
      () => "ended" as const,
    );
    if (came === "ended") return came;
    // It may come by there while it is asked.
    try {
      await this.#countDoubts();
    } catch (failure) {
      await this.#unlessEnded(failure);
      return "ended";
    }
    return came;
  }

  /** The next start after one that ended by itself. Gives what that one wrote. */
  async #afterEnd(): Promise<string> {
    const ended = this.#server;
    await ended.ended;
    this.#counts.kills++;
    this.#server = this.#spawn();
    await this.#countDoubts();
    return ended.output();
  }

  /** Leaves something to recover from, and starts into the failpoint. */
  async #endAtStart({ name, passing }: Extract<LifeEnd, { type: "failpoint" }>): Promise<string> {
    await this.live({ type: "at random" });
    await this.#server.ready;
    await this.#server.kill();
    this.#counts.kills++;
    this.#server = this.#spawn({ SAFEGUARD_FAILPOINT: `${name}:${passing}` });
    return this.#afterEnd();
  }

  /** No kill may leave more in doubt than was in flight. */
  async #countDoubts(): Promise<void> {
    const inDoubt = (await this.#messages("in_doubt")).length;
    const more = inDoubt - this.#inDoubt;
    this.#inDoubt = inDoubt;
    // (what providers took and never answered in this life is among them)
    const byKill = this.#unansweredIn(more);
    this.#counts.mostInDoubtByOneKill = Math.max(this.#counts.mostInDoubtByOneKill, byKill);
    expect(byKill).toBeLessThanOrEqual(WINDOW);
  }

  #doubtsByProvider = 0;
  #unansweredIn(more: number): number {
    const silent = this.#provider.deliveries.filter(({ to, by }) =>
      ["silent", "drop"].includes(fateOf(this.#options.seed, to, by).type),
    ).length;
    const since = silent - this.#doubtsByProvider;
    this.#doubtsByProvider = silent;
    return Math.max(0, more - since);
  }

  async #setUp(): Promise<void> {
    const { url, operatorToken } = await this.#server.ready;
    const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const answer = await callApi(url, operatorToken, method, path, body, headers);
      if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    let headers: Record<string, string> = {};
    const accounts = (await call("GET", "/v1/accounts")) as { items: [{ id: string; twilioSid: string }] };
    const [account] = accounts.items;
    headers = { "safeguard-account": account.id };
    this.#twilioSid = account.twilioSid;
    await call("PATCH", `/v1/accounts/${account.id}`, { reports: { cmUrl: `${this.#customer.url}/cm` } });
    // Numbers one after the other are what it would stop; it counts them all the same.
    await call("POST", "/v1/policies/default/detection", { mode: "monitor", reason: "not what is tested" });
    const settings = { baseUrl: this.#provider.url, timeoutMs: 500 };
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
    const created = await call("POST", "/v1/keys", { name: "crash", mode: "live", scopes });
    this.#keys = created as { secret: string; productToken: string; authToken: string };
  }

  /** Sends from several hands at once, ends the server, and waits for the clients to notice. */
  async #loadUntil(end: LifeEnd): Promise<void> {
    const { url } = await this.#server.ready;
    let killed = false;
    void this.#server.ended.then(() => {
      killed = true;
    });
    const repeat = async (messages: readonly Sent[]): Promise<void> => {
      this.#counts.repeated++;
      const blockedNow = this.#luxembourg === "blocked";
      const loosenedBefore = this.#loosenings;
      await this.#sendByNative(url, messages, true).catch((failure) => this.#unlessEnded(failure));
      // Which of the two requests was decided, the client cannot know: it must be blocked where both had to be.
      for (const message of messages) {
        message.repeats++;
        if (!blockedNow || this.#loosenings !== loosenedBefore) message.mustBeBlocked = false;
      }
    };
    const repeats = [...this.#unansweredKeyed].map(repeat);
    const hand = async (): Promise<void> => {
      while (!killed) {
        const choice = this.#random();
        const by = choice < 0.4 ? "twilio" : choice < 0.75 ? "cm" : "native";
        const many = by === "twilio" ? 1 : 1 + Math.floor(this.#random() * BATCH);
        const messages = Array.from({ length: many }, () => this.#newMessage(by));
        const loosenedBefore = this.#loosenings;
        try {
          if (by === "twilio") await this.#sendByTwilio(url, messages);
          else if (by === "cm") await this.#sendByCm(url, messages);
          else await this.#sendByNative(url, messages);
        } catch (failure) {
          await this.#unlessEnded(failure);
        }
        for (const message of messages) if (this.#loosenings !== loosenedBefore) message.mustBeBlocked = false;
      }
    };
    const policyHand = async (): Promise<void> => {
      while (!killed) {
        await sleep(20 + this.#random() * 60);
        if (killed) return;
        const block = this.#luxembourg === "allowed" || this.#random() < 0.5;
        this.#luxembourg = "unknown";
        if (!block) this.#loosenings++;
        const change = { [block ? "block" : "allow"]: ["LU"], reason: "the crash test" };
        const path = "/v1/policies/default/destinations";
        const answer = await callApi(url, this.#keys.secret, "POST", path, change).catch(() => undefined);
        if (answer !== undefined) {
          expect(answer.status).toBe(201);
          this.#luxembourg = block ? "blocked" : "allowed";
        }
      }
    };
    const hands = Promise.all([...Array.from({ length: HANDS }, hand), policyHand(), ...repeats]);
    hands.catch(() => undefined);
    if (end.type === "failpoint") {
      if (isOfStop(end.name)) {
        await sleep(300);
        killed = true;
        await this.#server.stop();
      } else {
        await Promise.race([this.#server.ended, sleep(20_000, undefined, { ref: false }), hands]);
        await this.#server.kill();
      }
    } else {
      // Most lives are busy before they end, however slow the machine is; some end in their first instants.
      if (this.#random() < 0.9) await this.#untilAnswered(BUSY);
      await sleep(this.#random() * 300);
      killed = true;
      if (end.type === "while it stops") {
        void this.#server.stop();
        await sleep(this.#random() * 300);
      }
      await this.#server.kill();
    }
    await hands;
  }

  async #untilAnswered(more: number): Promise<void> {
    const target = this.#answered() + more;
    const limit = performance.now() + 15_000;
    while (this.#answered() < target && performance.now() < limit) await sleep(10);
  }

  /** The connection went with the server. Anything else is a fault. */
  async #unlessEnded(failure: unknown): Promise<void> {
    const { process } = this.#server;
    if (!process.killed) await Promise.race([this.#server.ended, sleep(2000)]);
    if (!process.killed && process.exitCode === null && process.signalCode === null) throw failure;
  }

  #newMessage(by: Sent["by"]): Sent {
    const choice = this.#random();
    const destination = choice < 0.4 ? "NL" : choice < 0.65 ? "BE" : choice < 0.85 ? "LU" : choice < 0.93 ? "MV" : "GB";
    const prefix = PREFIXES[destination];
    const to = prefix + String(this.#counters[destination]++).padStart(LENGTH[destination] - prefix.length, "0");
    const mustBeBlocked = destination === "LU" && this.#luxembourg === "blocked";
    const message: Sent = {
      to,
      destination,
      by,
      mustBeBlocked,
      repeats: 0,
      answer: undefined,
      status: undefined,
      turnedAway: false,
    };
    this.#sent.set(to, message);
    return message;
  }

  /** A server that is behind takes few at once; its client comes again. (No limit answers so here.) */
  #isTurnedAway(status: number, messages: readonly Sent[]): boolean {
    if (status !== 429 && status !== 503) return false;
    for (const message of messages) message.turnedAway = true;
    this.#counts.turnedAway += messages.length;
    return true;
  }

  async #sendByTwilio(url: string, [message]: readonly Sent[]): Promise<void> {
    if (message === undefined) return;
    const credentials = Buffer.from(`${this.#twilioSid}:${this.#keys.authToken}`).toString("base64");
    const reply = await fetch(`${url}/2010-04-01/Accounts/${this.#twilioSid}/Messages.json`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ To: message.to, From: "Shop", Body: "Your code is 12345" }),
    });
    const { code } = (await reply.json()) as { code?: number };
    if (this.#isTurnedAway(reply.status, [message])) return;
    expect([201, 400]).toContain(reply.status);
    message.answer = reply.status === 201 ? "taken" : code === 21408 ? "stopped" : "refused";
  }

  async #sendByCm(url: string, messages: readonly Sent[]): Promise<void> {
    const to = messages.map((message) => ({ number: `00${message.to.slice(1)}` }));
    const msg = [{ from: "Shop", to, body: { content: "Your code is 12345" }, reference: "r" }];
    const reply = await fetch(`${url}/v1.0/message`, {
      method: "POST",
      headers: { "x-cm-producttoken": this.#keys.productToken, "content-type": "application/json" },
      body: JSON.stringify({ messages: { msg } }),
    });
    const answer = (await reply.json()) as { messages: { status: string }[] };
    if (this.#isTurnedAway(reply.status, messages)) return;
    expect(answer.messages).toHaveLength(messages.length);
    for (const [index, line] of answer.messages.entries()) {
      const message = messages[index];
      if (message !== undefined) message.answer = line.status === "Accepted" ? "taken" : "refused";
    }
  }

  async #sendByNative(url: string, messages: readonly Sent[], keyed = this.#random() < 0.5): Promise<void> {
    const body = { messages: messages.map(({ to }) => ({ to, from: "Shop", text: "Your code is 12345" })) };
    const headers: Record<string, string> = keyed ? { "idempotency-key": `${messages[0]?.to}` } : {};
    if (keyed) this.#unansweredKeyed.add(messages);
    const reply = await callApi(url, this.#keys.secret, "POST", "/v1/messages", body, headers);
    this.#unansweredKeyed.delete(messages);
    if (this.#isTurnedAway(reply.status, messages)) return;
    // The first request with this key was cut off: nobody says that it had no effect, and nothing is sent again.
    if (reply.status === 409) {
      this.#counts.repeatedCutOff++;
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

  async #api(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const { url } = await this.#server.ready;
    return callApi(url, this.#keys.secret, method, path);
  }

  async #messages(status?: string): Promise<readonly Message[]> {
    const all: Message[] = [];
    const only = status === undefined ? "" : `&status=${status}`;
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await this.#api(
        "GET",
        `/v1/messages?limit=1000${only}${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      const page = body as { readonly items: readonly Message[]; readonly next: string | null };
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  }

  /** Waits until the customer's server has heard of each of these numbers. */
  async #reported(numbers: readonly string[]): Promise<number> {
    const missing = new Set(numbers);
    for (let tries = 0; missing.size > 0; tries++) {
      for (const { body } of this.#customer.received) {
        const { to } = (JSON.parse(body) as { messages: { msg: { to: string } } }).messages.msg;
        missing.delete(`+${to.slice(2)}`);
      }
      if (missing.size === 0) break;
      if (tries > 300) expect([...missing], "blocks that their sender was not told of").toEqual([]);
      await sleep(100);
    }
    return numbers.length;
  }
}

function isOfStart(name: Failpoint): boolean {
  return name.endsWith("-recovery") || name === "after-journal-replay" || name === "after-migration";
}

function isOfStop(name: Failpoint): boolean {
  return name.includes("sealed-file");
}

/** The statuses that fit what a client of Twilio's or CM.com's dialect was told. CM.com's are told of blocks later. */
function statusesOf(answer: Sent["answer"], destination: Destination): readonly string[] {
  if (answer === "refused") return ["refused"];
  if (answer === "stopped") return ["blocked"];
  return destination === "NL" || destination === "BE"
    ? ["submitted", "in_doubt"]
    : ["submitted", "in_doubt", "blocked"];
}

/** What a provider does with a number: the same whenever it is asked. */
function fateOf(seed: number, to: string, by: string): Fate {
  const [first = 0, second = 0] = createHash("sha256").update(`${seed} ${by} ${to}`).digest();
  if (first < 40) return { type: "refuse" };
  if (first < 50) return { type: "silent" };
  if (first < 60) return { type: "drop" };
  return { type: "take", afterMs: first < 120 ? second : 0 };
}
