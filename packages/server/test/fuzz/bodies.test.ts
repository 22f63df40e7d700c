import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { generator, LONG, replayable, SEED, size } from "../long-form.ts";
import { type CountingProvider, startCountingProvider } from "../promises/counting-provider.ts";
import { noteFuzz } from "./fuzz-outcome.ts";
import { memoryConnection } from "./memory-socket.ts";
import { pick, spoil, spoilForm, spoilJson } from "./mutate.ts";

/** The real product, its real routes and its real connections (without a kernel in between); one country is allowed. */
const COMMAND = "npm run test:fuzz";
const REQUESTS = size("FUZZ_REQUESTS", 3_000, 1_000_000);
const CONNECTIONS = 16;
const SLOW_MS = 1000;
const GROWTH_MB = 64;
const random = generator(SEED);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let safeguard: TestSafeguard;
let provider: CountingProvider;
const reportPaths: Record<string, string> = {};
let lastMessage = "msg_0123456789abcdef0123456789abcdef";
const escaped: unknown[] = [];
const note = (failure: unknown): void => void escaped.push(failure);

beforeAll(async () => {
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  provider = await startCountingProvider(() => ({ type: "take", afterMs: 0 }));
  safeguard = await startSafeguard({ countries: ["NL"], detection: "off" });
  const settings = { baseUrl: provider.url };
  for (const [id, kind, more, secrets] of [
    ["t", "twilio", { accountSid: `AC${"7".repeat(32)}` }, { authToken: "8".repeat(32) }],
    ["c", "cm", {}, { productToken: "token" }],
  ] as const)
    await safeguard.routeTo({ id, kind, settings: { ...settings, ...more }, secrets });
  const { body } = await safeguard.operator("GET", "/v1/providers");
  for (const { kind, reportUrl } of (body as { items: { kind: string; reportUrl: string | null }[] }).items)
    if (reportUrl !== null) reportPaths[kind] = new URL(reportUrl).pathname;
});
afterAll(async () => {
  process.off("unhandledRejection", note).off("uncaughtException", note);
  await safeguard.stop();
  await provider.close();
});

interface FuzzRequest {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly credentials: string;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** Two Dutch numbers of three; else one that must not pass, in a spelling that someone may hope passes. */
function number(): string {
  const choice = random();
  const line = String(Math.floor(random() * 1e8)).padStart(8, "0");
  if (choice < 0.25) return `+316${line}`;
  return pick(random, [
    `00316${line}`,
    `316${line}`,
    `+99290${line}0`,
    `0099290${line}0`,
    `+447911${line.slice(2)}`,
    `+31 6 ${line}`,
    `+1234567890`,
    `+5999${line}`,
    spoil(random, `+316${line}`),
  ]);
}

function request(): FuzzRequest {
  const { secret, productToken, twilioSid, authToken } = safeguard.liveKey;
  const bearer = `Authorization: Bearer ${secret}`;
  const basic = `Authorization: Basic ${Buffer.from(`${twilioSid}:${authToken}`).toString("base64")}`;
  const message = {
    to: number(),
    from: "Shop",
    text: "Your code is 12345",
    channels: ["sms"],
    purpose: "otp",
    reference: "r",
    endUser: { address: "192.0.2.1" },
  };
  const choice = random();
  if (choice < 0.16)
    return {
      path: "/v1/messages",
      type: JSON_TYPE,
      credentials: bearer,
      body: spoilJson(random, random() < 0.5 ? message : { messages: [message, { ...message, to: number() }] }),
    };
  if (choice < 0.28)
    return {
      path: "/v1/decisions",
      type: JSON_TYPE,
      credentials: bearer,
      body: spoilJson(random, { to: number(), from: "Shop", purpose: "otp" }),
    };
  if (choice < 0.46)
    return {
      path: `/2010-04-01/Accounts/${twilioSid}/Messages.json`,
      type: FORM_TYPE,
      credentials: basic,
      body: spoilForm(random, {
        To: number(),
        From: "Shop",
        Body: "Your code is 12345",
        StatusCallback: "http://127.0.0.1:1/x",
        ValidityPeriod: "60",
      }),
    };
  if (choice < 0.62)
    return {
      path: "/v1.0/message",
      type: JSON_TYPE,
      credentials: `X-CM-PRODUCTTOKEN: ${productToken}`,
      body: spoilJson(random, {
        messages: {
          msg: [
            {
              from: "Shop",
              to: [{ number: number() }, { number: number() }],
              body: { type: "auto", content: "Your code is 12345" },
              reference: "r",
              allowedChannels: ["SMS"],
              minimumNumberOfMessageParts: 1,
              validity: "1h",
            },
          ],
        },
      }),
    };
  if (choice < 0.74)
    return {
      path: "/gateway.ashx",
      type: "application/xml",
      credentials: "X-A: b",
      body: `<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${productToken}</PRODUCTTOKEN></AUTHENTICATION>${spoilSometimes(`<MSG><FROM>Shop</FROM><TO>${number().replaceAll(/[<>&]/g, "")}</TO><BODY TYPE="TEXT">code</BODY><REFERENCE>r</REFERENCE></MSG></MESSAGES>`)}`,
    };
  if (choice < 0.82)
    return {
      path: "/v1/events",
      type: JSON_TYPE,
      credentials: bearer,
      body: spoilJson(
        random,
        random() < 0.5
          ? { kind: pick(random, ["delivered", "failed", "verified", "activity", "banned"]), id: lastMessage }
          : { events: [{ kind: "verified", to: number(), at: "2026-11-22T12:00:00Z" }] },
      ),
    };
  if (choice < 0.86)
    return {
      path: "/v1/policies/default/destinations",
      type: JSON_TYPE,
      credentials: bearer,
      body: spoilJson(random, { block: ["TJ", "BE"], reason: "fuzz" }),
    };
  const id = lastMessage.slice(4);
  if (choice < 0.92 && reportPaths["twilio"] !== undefined)
    return {
      path: `${reportPaths["twilio"]}/${id}`,
      type: FORM_TYPE,
      credentials: "X-Twilio-Signature: abc=",
      body: spoilForm(random, {
        MessageSid: `SM${id}`,
        MessageStatus: pick(random, ["delivered", "failed", "undelivered", "sent", "read"]),
        ErrorCode: "30003",
      }),
    };
  return {
    path: reportPaths["cm"] ?? "/reports/cm/x",
    type: JSON_TYPE,
    credentials: "X-A: b",
    body: spoilJson(random, {
      messages: {
        msg: {
          received: "2026-11-22T12:00:00",
          to: "0031612345678",
          reference: id,
          status: { code: pick(random, [0, 1, 2, 3]), errorCode: "", errorDescription: "" },
          operator: "20408",
        },
      },
    }),
  };
}

function spoilSometimes(text: string): string {
  return random() < 0.7 ? spoil(random, text) : text;
}

/** One connection, with one request on it at a time. */
class FuzzConnection {
  #client: Duplex | undefined;
  #received = "";
  #heard: () => void = () => {};

  /** The status, or 0 where the connection ended without one. */
  async ask({ path, type, body, credentials }: FuzzRequest): Promise<number> {
    const bytes = Buffer.from(body, "utf8");
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${credentials}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    this.#received = "";
    const client = this.#open();
    client.write(Buffer.concat([Buffer.from(head), bytes]));
    for (;;) {
      const status = this.#answer();
      if (status !== undefined) {
        if (/\r\nconnection: close/i.test(this.#received)) this.close();
        return status;
      }
      if (client.destroyed || client.readableEnded) {
        this.close();
        return 0;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  close(): void {
    this.#client?.destroy();
    this.#client = undefined;
  }

  #open(): Duplex {
    if (this.#client !== undefined && !this.#client.destroyed) return this.#client;
    const { client, socket } = memoryConnection();
    this.#client = client;
    client.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      this.#heard();
    });
    client.on("end", () => this.#heard()).on("close", () => this.#heard());
    safeguard.safeguard.listener.emit("connection", socket);
    return client;
  }

  #answer(): number | undefined {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const head = this.#received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return undefined;
    const id = /msg_[0-9a-f]{32}/.exec(this.#received)?.[0];
    if (id !== undefined) lastMessage = id;
    return Number(head.slice(9, 12));
  }
}

it(
  `${REQUESTS} spoilt bodies by every route: no crash, no wait, nothing looser`,
  { timeout: 120_000 + REQUESTS * 20 },
  () =>
    replayable(COMMAND, async () => {
      let begun = 0;
      const statuses: Record<string, number> = {};
      const suspects: FuzzRequest[] = [];
      const faults: string[] = [];
      let settledMemory: number | undefined;
      const lane = async (): Promise<void> => {
        const connection = new FuzzConnection();
        while (begun < REQUESTS) {
          begun++;
          if (begun === Math.floor(REQUESTS / 2)) settledMemory = memory();
          const one = request();
          const start = performance.now();
          const status = await connection.ask(one);
          if (performance.now() - start > SLOW_MS) suspects.push(one);
          // The door is shut while the machine is behind (there is no kernel in between that would slow us down).
          if (status === 429 || status === 503) {
            begun--;
            await sleep(100);
            continue;
          }
          const kind = status === 0 ? "closed" : `${Math.floor(status / 100)}xx`;
          statuses[kind] = (statuses[kind] ?? 0) + 1;
          if (status === 0 || (status >= 500 && status !== 503))
            faults.push(`${status} for ${one.path}: ${one.body.slice(0, 500)}`);
        }
        connection.close();
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, lane));
      expect(faults).toEqual([]);
      expect(escaped).toEqual([]);

      // A slow machine is no slow answer: what took long is asked again, alone.
      const again = new FuzzConnection();
      for (const suspect of suspects.slice(0, 50)) {
        let fastest = Number.POSITIVE_INFINITY;
        for (let tries = 0; tries < 3 && fastest > SLOW_MS; tries++) {
          const start = performance.now();
          await again.ask(suspect);
          fastest = Math.min(fastest, performance.now() - start);
        }
        expect([suspect.path, suspect.body.slice(0, 500), fastest < SLOW_MS]).toEqual([
          suspect.path,
          suspect.body.slice(0, 500),
          true,
        ]);
      }
      again.close();

      await sleep(300);
      const looked = await lookBack();
      expect(looked.allowed).toBeGreaterThan(REQUESTS / 50);
      expect(looked.stopped).toBeGreaterThan(REQUESTS / 50);
      const growth = memory() - (settledMemory ?? 0);
      if (LONG) expect(growth).toBeLessThan(GROWTH_MB);
      noteFuzz("bodies", "HTTP bodies", REQUESTS, {
        ...statuses,
        "crashes or unhandled rejections": escaped.length,
        "answers after more than a second": 0,
        "messages allowed, all of them to the allowed country": looked.allowed,
        "messages stopped": looked.stopped,
        "taken by the provider, each with the number that was decided on": looked.sent,
        "megabytes more in the second half": Math.round(growth),
      });
    }),
);

/** What the record says was allowed went where it was allowed to, and to the number that was decided on. */
async function lookBack(): Promise<{ allowed: number; stopped: number; sent: number }> {
  const numbers = new Map<string, string>();
  let allowed = 0;
  let stopped = 0;
  for await (const { record } of safeguard.safeguard.store.journal.read(1)) {
    if (record.type !== "message_decided" && record.type !== "decision_made") continue;
    if (record.verdict.action !== "allow") {
      stopped++;
      continue;
    }
    // Rules speak of what reaches a number over the telephone network; push messages and the like go anywhere.
    const channels = record.type === "message_decided" ? record.channels : [record.channel];
    if (!channels.some((channel) => channel === "sms" || channel === "mms" || channel === "voice")) {
      if (record.type === "message_decided") numbers.set(record.id, record.to);
      continue;
    }
    allowed++;
    expect([record.to, record.candidates]).toEqual([record.to, ["NL"]]);
    const other = parsePhoneNumberFromString(record.to);
    expect([record.to, other?.country ?? "NL"]).toEqual([record.to, "NL"]);
    if (record.type === "message_decided") numbers.set(record.id, record.to);
  }
  for (const { reference, to } of provider.deliveries) {
    expect([reference, to]).toEqual([reference, numbers.get(reference)]);
  }
  return { allowed, stopped, sent: provider.deliveries.length };
}

/** Resident megabytes after a collection. */
function memory(): number {
  collect();
  return process.memoryUsage().rss / 1024 / 1024;
}
