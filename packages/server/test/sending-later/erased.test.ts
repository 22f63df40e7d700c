import { afterAll, beforeAll, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import { eventually, type QueueProvider, settingsFor, startQueueProvider } from "./queue-scene.ts";

/** A person is forgotten while messages to him wait in the queue. */

const PERSON = "+31612000777";
const OTHER = "+31612000888";
const MOST_WAITING = 3;

let provider: QueueProvider;
let safeguard: TestSafeguard;

beforeAll(async () => {
  provider = await startQueueProvider();
  safeguard = await startSafeguard({ detection: "off", config: { maxWaiting: MOST_WAITING } });
  await safeguard.routeTo({ id: "main", kind: "http", settings: settingsFor(provider) });
});
afterAll(async () => {
  await safeguard.stop();
  await provider.close();
});

interface Message {
  readonly id: string;
  readonly status: string;
}

async function schedule(to: string, sendAt: string): Promise<Message> {
  const message = { to, from: "Shop", text: "See you tomorrow", purpose: "notification", sendAt };
  return (await safeguard.api("POST", "/v1/messages", message)).body as Message;
}

const statusOf = async ({ id }: Message): Promise<string> =>
  ((await safeguard.api("GET", `/v1/messages/${id}`)).body as Message).status;

/** As `/metrics` says. */
async function waiting(): Promise<number> {
  const text = await (await fetch(`${safeguard.url}/metrics`)).text();
  return Number(/^safeguard_waiting_messages (\d+)$/m.exec(text)?.[1] ?? "NaN");
}

/** How the waits of these messages ended, in the order of the journal. */
async function endings(messages: readonly Message[]): Promise<readonly string[]> {
  const ids = new Set(messages.map(({ id }) => id));
  const found: string[] = [];
  for await (const { record } of safeguard.safeguard.store.journal.read(1)) {
    if (record.type === "wait_ended" && ids.has(`msg_${record.message}`)) found.push(record.how);
  }
  return found;
}

it("what waits for an erased number is not sent, makes room once, and leaves others' alone", async () => {
  const soon = new Date(Date.now() + 4_000).toISOString();
  const mine = [await schedule(PERSON, soon), await schedule(PERSON, soon)];
  const others = await schedule(OTHER, soon);
  expect([...mine, others].map(({ status }) => status)).toEqual(Array(MOST_WAITING).fill("scheduled"));
  expect((await schedule(OTHER, soon)).status).toBe("refused");
  expect(await waiting()).toBe(MOST_WAITING);

  const erased = await safeguard.operator("POST", "/v1/privacy/erase", { number: PERSON, reason: "asked for it" });
  expect(erased.status).toBe(200);
  expect(await endings([...mine, others])).toEqual(["erased", "erased"]);
  expect(await waiting()).toBe(MOST_WAITING - mine.length);

  // As many as had to go, and not one more.
  const far = new Date(Date.now() + 86_400_000).toISOString();
  const next = [await schedule(OTHER, far), await schedule(OTHER, far), await schedule(OTHER, far)];
  expect(next.map(({ status }) => status)).toEqual(["scheduled", "scheduled", "refused"]);

  await eventually(
    () => statusOf(others),
    (status) => status === "submitted",
  );
  expect(provider.taken.map(({ to }) => to)).toEqual([OTHER]);
  expect(await Promise.all(mine.map(statusOf))).toEqual(["canceled", "canceled"]);
  expect(await waiting()).toBe(2);
});
