import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mintWebhookSecret } from "../../accounts/change-account.ts";
import { webhookSecretPurpose } from "../../accounts/sealed-purposes.ts";
import type { Notice } from "../../store/journal-record.ts";
import type { MessageView } from "../../store/store.ts";
import { ACME, NOON, OTHER } from "../../store/testing/sample-records.ts";
import { createAddressGuard } from "../outbound/address-guard.ts";
import { createHttpExchange, type HttpExchange, type HttpResult } from "../outbound/http-exchange.ts";
import type { DeliveryStatus } from "./delivery-report.ts";
import { createNativeNoticeRenderer } from "./native-notice-renderer.ts";
import { createNoticeQueue, type NoticeQueue } from "./notice-queue.ts";
import type { NoticeRenderer } from "./notice-renderer.ts";
import { retryDelayMs } from "./notice-schedule.ts";
import { type FeedbackBench, feedbackBench } from "./testing/feedback-bench.ts";

/** A clock that tests move, and the one timer of the queue on it. */
function handClock() {
  let time = NOON as number;
  let pending: { readonly due: number; readonly call: () => void } | undefined;
  return {
    now: () => time as EpochMilliseconds,
    later(call: () => void, milliseconds: number) {
      const mine = { due: time + milliseconds, call };
      pending = mine;
      return () => {
        if (pending === mine) pending = undefined;
      };
    },
    async pass(milliseconds: number) {
      const until = time + milliseconds;
      await settle();
      while (pending !== undefined && pending.due <= until) {
        const { due, call } = pending;
        pending = undefined;
        time = Math.max(time, due);
        call();
        await settle();
      }
      time = until;
    },
  };
}

/** How many calls of the store, the receiver or the journal are under way; the queue is at rest when none is. */
let busy = 0;

async function counted<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  try {
    return await work;
  } finally {
    busy -= 1;
  }
}

/** Waits until the queue waits for its clock, or for receivers that do not answer. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (busy > 0) quiet = -1;
  }
}

/** Shows in the body what is told. */
const plainRenderer = (dialect: Notice["dialect"]): NoticeRenderer => ({
  dialect,
  render: (notice, message, _, attemptId) => ({
    url: notice.url,
    method: "POST",
    headers: { "x-attempt": attemptId },
    body: `${message.originator} ${notice.report.status}`,
  }),
});

let bench: FeedbackBench;
let clock: ReturnType<typeof handClock>;
let queue: NoticeQueue;
let told: string[];
let answer: (body: string, origin: string) => HttpResult | Promise<HttpResult>;
const status = (code: number): HttpResult => ({ type: "answered", status: code, headers: {}, body: "" });
const TIMEOUT: HttpResult = { type: "lost", cause: "timeout", text: "no complete answer" };
const exchange: HttpExchange = {
  async send({ body, origin }) {
    told.push(body ?? "");
    return answer(body ?? "", origin);
  },
  close: async () => undefined,
};

function startQueue(): NoticeQueue {
  const { journal, notices, messages } = bench.store;
  const started = createNoticeQueue({
    store: {
      journal: { append: (records) => counted(journal.append(records)) },
      notices: {
        due: (now, limit) => counted(notices.due(now, limit)),
        nextDueAt: () => counted(notices.nextDueAt()),
      },
      messages: { findById: (id) => counted(messages.findById(id)) },
    },
    directory: bench.directory,
    renderers: [plainRenderer("twilio"), plainRenderer("cm")],
    exchange,
    now: clock.now,
    later: clock.later,
    random: () => 0,
    perAccount: 4,
  });
  started.start();
  return started;
}

beforeEach(async () => {
  bench = await feedbackBench();
  clock = handClock();
  told = [];
  answer = () => status(200);
  queue = startQueue();
});
afterEach(async () => {
  await queue.close();
  await bench.store.close();
});

async function tell(message: MessageView, state: DeliveryStatus, changes: Partial<Notice> = {}): Promise<string> {
  const notice: Notice = {
    message: message.id,
    account: message.account,
    dialect: "twilio",
    url: "https://acme.example/cb",
    key: message.key,
    report: { status: state, occurredAt: NOON, code: undefined, text: undefined },
    ...changes,
  };
  const id = await bench.queue(notice, clock.now());
  queue.wake();
  return id;
}
const named = (originator: string, account: AccountId = ACME) => bench.message({ originator, account });
const attempts = async (id: string) => (await bench.records("notice_attempted")).filter((record) => record.id === id);

describe("a notice", () => {
  test("is told once, and taken by any 2xx", async () => {
    const id = await tell(await named("A"), "delivered");
    await clock.pass(0);
    expect(told).toEqual(["A delivered"]);
    expect(await attempts(id)).toMatchObject([{ attempt: 1, taken: true, status: 200 }]);
    await clock.pass(10 * 24 * 3_600_000);
    expect(told).toHaveLength(1);
    expect(await bench.store.notices.nextDueAt()).toBeUndefined();
  });

  test.each([
    ["a server error", status(500), "not_taken"],
    ["a redirect", status(302), "not_taken"],
    ["a timeout", TIMEOUT, "timeout"],
    ["no connection", { type: "not_sent", code: "ECONNREFUSED", text: "" } satisfies HttpResult, "ECONNREFUSED"],
  ])("that meets %s is told again by the table, and given up at its end", async (_, failure, error) => {
    answer = () => failure;
    const id = await tell(await named("A"), "delivered");
    await clock.pass(0);
    expect(told).toHaveLength(1);
    for (let attempt = 1; retryDelayMs("twilio", attempt, () => 0) !== undefined; attempt += 1) {
      const delay = retryDelayMs("twilio", attempt, () => 0) ?? 0;
      await clock.pass(delay - 1);
      expect(told, `before retry ${attempt}`).toHaveLength(attempt);
      await clock.pass(1);
      expect(told, `retry ${attempt}`).toHaveLength(attempt + 1);
    }
    await clock.pass(30 * 24 * 3_600_000);
    expect(told).toHaveLength(10);
    const records = await attempts(id);
    expect(records.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(records.every((record) => !record.taken && record.error === error)).toBe(true);
    expect(records.at(-1)).not.toHaveProperty("nextAt");
  });

  test("is given up at once where the receiver says 410", async () => {
    answer = () => status(410);
    const id = await tell(await named("A"), "delivered");
    await clock.pass(24 * 3_600_000);
    expect(await attempts(id)).toMatchObject([{ taken: false, status: 410, error: "gone" }]);
    expect(told).toHaveLength(1);
  });

  test("without a renderer is given up, and says why", async () => {
    const id = await tell(await named("A"), "delivered", { dialect: "native" });
    await clock.pass(0);
    expect(await attempts(id)).toMatchObject([{ taken: false, error: "no_renderer" }]);
  });
});

test("CM.com's reports are told for seven days, the others for three", () => {
  const total = (dialect: Notice["dialect"]) => {
    let sum = 0;
    for (let attempt = 1; ; attempt += 1) {
      const delay = retryDelayMs(dialect, attempt, () => 0);
      if (delay === undefined) return sum / 3_600_000;
      sum += delay;
    }
  };
  expect(total("native")).toBeCloseTo(75.58, 1);
  expect(total("twilio")).toBe(total("native"));
  expect(total("cm")).toBeGreaterThan(6.9 * 24);
  expect(total("cm")).toBeLessThanOrEqual(7 * 24);
});

describe("the notices of one message", () => {
  test("come in their order, one after the other", async () => {
    const message = await named("A");
    let underWay = 0;
    answer = async () => {
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      return status(204);
    };
    await tell(message, "sent");
    await tell(message, "delivered");
    await tell(message, "read");
    await expect.poll(() => told, { timeout: 5_000 }).toEqual(["A sent", "A delivered", "A read"]);
  });

  test("wait behind the one that failed, also those that are queued later, and also after a restart", async () => {
    const message = await named("A");
    const other = await named("B");
    answer = (body) => status(body === "A sent" ? 500 : 200);
    await tell(message, "sent");
    await tell(message, "delivered");
    await clock.pass(0);
    await clock.pass(1_000);
    await tell(message, "read");
    await tell(other, "sent");
    await clock.pass(0);
    expect(told).toEqual(["A sent", "B sent"]);

    await queue.close();
    queue = startQueue();
    const late = await tell(message, "failed");
    await clock.pass(1_000);
    expect(told).toHaveLength(2);
    expect(await attempts(late)).toMatchObject([{ error: "waits_for_earlier" }]);

    answer = () => status(200);
    await clock.pass(10_000);
    expect(told.slice(2)).toEqual(["A sent", "A delivered", "A read", "A failed"]);
  });

  test("to another URL do not wait", async () => {
    const message = await named("A");
    answer = (_, origin) => status(origin === "https://acme.example" ? 500 : 200);
    await tell(message, "sent");
    await tell(message, "sent", { url: "https://other.example/cb", dialect: "cm" });
    await clock.pass(0);
    expect(told).toEqual(["A sent", "A sent"]);
    await clock.pass(5_000);
    expect(told).toHaveLength(3);
  });
});

describe("one account", () => {
  test("has so many requests under way and no more, and does not hold up another", async () => {
    let underWay = 0;
    let most = 0;
    const release: (() => void)[] = [];
    answer = (body) => {
      if (body.startsWith("other")) return status(200);
      underWay += 1;
      most = Math.max(most, underWay);
      return new Promise((resolve) => {
        release.push(() => {
          underWay -= 1;
          resolve(status(200));
        });
      });
    };
    for (let n = 0; n < 12; n += 1) await tell(await named(`mine ${n}`), "delivered");
    await tell(await named("other", OTHER), "delivered");
    await settle();
    expect(told.filter((body) => body.startsWith("mine"))).toHaveLength(4);
    expect(told).toContain("other delivered");
    while (told.length < 13 || underWay > 0) {
      for (const each of release.splice(0)) each();
      await settle();
    }
    expect(most).toBe(4);
    expect(new Set(told).size).toBe(13);
  });

  test("whose server is down is tried by one notice at a time, and catches up when it is back", async () => {
    answer = () => TIMEOUT;
    const messages = 60;
    for (let n = 0; n < messages; n += 1) await tell(await named(String(n)), "delivered");
    await clock.pass(1);
    const first = told.length;
    expect(first).toBeLessThan(messages);
    await clock.pass(60_000);
    expect(told.length - first).toBeLessThan(20);
    answer = () => status(200);
    told = [];
    await clock.pass(4 * 3_600_000);
    expect(new Set(told).size).toBe(messages);
    expect(told).toHaveLength(messages);
    expect(await bench.store.notices.nextDueAt()).toBeUndefined();
  });
});

test("closing waits for what is under way, and leaves the rest in the store", async () => {
  let end: (result: HttpResult) => void = () => undefined;
  answer = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const message = await named("A");
  await tell(message, "sent");
  await tell(message, "delivered");
  await settle();
  expect(told).toEqual(["A sent"]);
  let closed = false;
  const closing = queue.close().then(() => {
    closed = true;
  });
  await settle();
  expect(closed).toBe(false);
  end(status(200));
  await closing;
  expect(told).toEqual(["A sent"]);
  expect(await bench.store.notices.due(clock.now(), 10)).toMatchObject([
    { notice: { report: { status: "delivered" } } },
  ]);
});

test("however often it is woken, and while it reads the store, nothing is told twice", async () => {
  const ids: string[] = [];
  answer = async () => {
    queue.wake();
    await new Promise((resolve) => setImmediate(resolve));
    queue.wake();
    return status(200);
  };
  for (let n = 0; n < 40; n += 1) ids.push(await tell(await named(String(n)), "delivered"));
  await expect.poll(async () => (await bench.records("notice_attempted")).length, { timeout: 10_000 }).toBe(40);
  await settle();
  expect(told.toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `${n} delivered`).toSorted());
  for (const id of ids) expect(await attempts(id)).toMatchObject([{ attempt: 1, taken: true }]);
});

describe("over real HTTP", () => {
  test("a webhook arrives signed so that the Standard Webhooks library accepts it, with one id for all retries", async () => {
    const secret = mintWebhookSecret();
    const received: { headers: IncomingMessage["headers"]; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({ headers: request.headers, body });
        response.writeHead(received.length === 1 ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`;
    bench.reports(ACME, {
      webhookUrl: url,
      webhookSecretSealed: bench.seal.seal(secret, webhookSecretPurpose(ACME)),
    });
    const guarded = createHttpExchange({ guard: createAddressGuard({ allowPrivateNetworks: true }) });
    const started = Date.now();
    const real = createNoticeQueue({
      store: bench.store,
      directory: bench.directory,
      renderers: [createNativeNoticeRenderer({ seal: bench.seal })],
      exchange: guarded,
      // A hundred times as fast, so that the first retry comes after 50 ms instead of five seconds.
      now: () => (started + (Date.now() - started) * 100) as EpochMilliseconds,
      later: (call, milliseconds) => {
        const timer = setTimeout(call, milliseconds / 100);
        return () => clearTimeout(timer);
      },
    });
    await queue.close();
    try {
      const message = await bench.message({ reference: "theirs" });
      await bench.queue(
        {
          message: message.id,
          account: ACME,
          dialect: "native",
          url,
          key: message.key,
          report: { status: "undelivered", occurredAt: NOON, code: "30003", text: "unreachable" },
        },
        started as EpochMilliseconds,
      );
      real.start();
      await expect.poll(() => received.length, { timeout: 15_000, interval: 50 }).toBe(2);
      for (const { headers, body } of received) {
        const payload = new Webhook(secret).verify(body, headers as Record<string, string>);
        expect(payload).toEqual({
          type: "message.undelivered",
          timestamp: "2026-11-22T12:00:00.000Z",
          data: {
            id: `msg_${message.id}`,
            to: "+31612345678",
            originator: "Acme",
            reference: "theirs",
            status: "undelivered",
            occurredAt: "2026-11-22T12:00:00.000Z",
            errorCode: "30003",
            errorText: "unreachable",
          },
        });
        expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
      }
      expect(received[0]?.headers["webhook-id"]).toBe(received[1]?.headers["webhook-id"]);
    } finally {
      await real.close();
      await guarded.close();
      server.close();
    }
  });

  test("a private address is never called", async () => {
    let connections = 0;
    const server = createServer().on("connection", () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const guarded = createHttpExchange({ guard: createAddressGuard({ allowPrivateNetworks: false }) });
    await queue.close();
    const real = createNoticeQueue({
      store: bench.store,
      directory: bench.directory,
      renderers: [plainRenderer("twilio")],
      exchange: guarded,
      now: () => Date.now() as EpochMilliseconds,
    });
    try {
      const message = await bench.message();
      const id = await tell(message, "sent", { url });
      real.start();
      await expect.poll(async () => (await attempts(id)).length, { timeout: 5_000 }).toBe(1);
      expect(await attempts(id)).toMatchObject([{ taken: false, error: "address_not_allowed" }]);
      expect(connections).toBe(0);
    } finally {
      await real.close();
      await guarded.close();
      server.close();
    }
  });
});

describe("a receiver that takes nothing", () => {
  test("is told of when all tries of a notice failed, and while it is paused nothing is sent to it", async () => {
    await queue.close();
    const givenUp: unknown[] = [];
    const paused = new Set<string>();
    const { journal, notices, messages } = bench.store;
    queue = createNoticeQueue({
      store: {
        journal: { append: (records) => counted(journal.append(records)) },
        notices: {
          due: (now, limit) => counted(notices.due(now, limit)),
          nextDueAt: () => counted(notices.nextDueAt()),
        },
        messages: { findById: (id) => counted(messages.findById(id)) },
      },
      directory: bench.directory,
      renderers: [plainRenderer("twilio")],
      exchange,
      now: clock.now,
      later: clock.later,
      random: () => 0,
      paused: { isPaused: (_, receiver) => paused.has(receiver) },
      onGivenUp: (...about) => givenUp.push(about),
    });
    queue.start();
    answer = () => TIMEOUT;
    const began = clock.now();
    await tell(await bench.message(), "delivered");
    await clock.pass(4 * 24 * 3_600_000);
    expect(givenUp).toEqual([[ACME, "https://acme.example", began]]);

    paused.add("https://acme.example");
    const before = told.length;
    const id = await tell(await bench.message(), "delivered");
    await clock.pass(1000);
    expect(told).toHaveLength(before);
    expect(await bench.store.deliveries.find(ACME, id as MessageView["id"])).toMatchObject({
      state: "failed",
      error: "receiver_paused",
    });
    expect(await bench.store.deliveries.find(OTHER, id as MessageView["id"])).toBeUndefined();
    expect(await bench.store.deliveries.takenSince(ACME, "https://acme.example", began)).toBe(false);
  });

  test("retries are spread: a delay grows by up to a fifth at random", () => {
    const plain = retryDelayMs("twilio", 2, () => 0) ?? 0;
    expect(retryDelayMs("twilio", 2, () => 1)).toBe(plain * 1.2);
  });
});
