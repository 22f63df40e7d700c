import type { AccountId, E164, EpochMilliseconds } from "@safeguard/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { DeliveryReport } from "../../feedback/delivery-report.ts";
import { messageId, submission } from "../testing/submission.ts";
import { createSandboxConnector } from "./sandbox-connector.ts";
import { createSandboxNetwork, type SandboxNetwork } from "./sandbox-network.ts";
import { SANDBOX_OUTCOMES } from "./sandbox-outcomes.ts";

const networks: SandboxNetwork[] = [];
afterEach(() => {
  for (const network of networks.splice(0)) network.close();
});

function sandbox(keep?: number) {
  const reports: DeliveryReport[] = [];
  const network = createSandboxNetwork({
    now: () => Date.now() as EpochMilliseconds,
    onReport: async (report) => void reports.push(report),
    reportDelayMs: 0,
    ...(keep === undefined ? {} : { keep }),
  });
  networks.push(network);
  return { network, reports, connector: createSandboxConnector("sandbox", network) };
}

describe("the last digits of a number say what happens", () => {
  test.each(
    SANDBOX_OUTCOMES.map((outcome) => [outcome.suffix === "" ? "any other" : `…${outcome.suffix}`, outcome] as const),
  )("%s", async (_, { suffix, answer, reports: expected }) => {
    const { connector, reports } = sandbox();
    const to = (suffix === "" ? "+31612345678" : `+3161234${suffix}`) as E164;
    const [outcome] = await connector.submit([submission({ to })]);
    expect(outcome?.type).toBe(answer.type);
    if (answer.type === "refused") expect(outcome).toMatchObject({ kind: answer.kind, code: answer.code });
    await vi.waitFor(() => expect(reports.map(({ status }) => status)).toEqual(expected));
    for (const { status, code } of reports)
      expect(code !== undefined, status).toBe(status === "failed" || status === "undelivered");
  });

  test("the suffixes are distinct, and the last one is for all others", () => {
    const suffixes = SANDBOX_OUTCOMES.map(({ suffix }) => suffix);
    expect(new Set(suffixes).size).toBe(suffixes.length);
    expect(suffixes.at(-1)).toBe("");
  });
});

test("reports that nobody takes in time are told a hundred at a time, and each is told", async () => {
  const waiting: (() => void)[] = [];
  let told = 0;
  const network = createSandboxNetwork({
    now: () => Date.now() as EpochMilliseconds,
    onReport: async () => {
      told += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    reportDelayMs: 0,
  });
  networks.push(network);
  const all = Array.from({ length: 1000 }, (_, index) => submission({ id: messageId(index + 1) }));
  await createSandboxConnector("sandbox", network).submit(all);
  await vi.waitFor(() => expect(waiting.length).toBe(100));
  while (told < 1000) {
    expect(waiting.length).toBeLessThanOrEqual(100);
    for (const resolve of waiting.splice(0)) resolve();
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
  }
});

describe("the inbox", () => {
  test("shows what arrived, newest first, to the account whose message it is", async () => {
    const { network, connector } = sandbox();
    const other = "acc_other000000000000000" as AccountId;
    await connector.submit([
      submission({ id: messageId(1), text: "first" }),
      submission({ id: messageId(2), text: "second" }),
      submission({ id: messageId(3), account: other }),
    ]);
    expect(network.list({ account: "acc_acme0000000000000000" as AccountId }).map(({ text }) => text)).toEqual([
      "second",
      "first",
    ]);
    expect(network.list({ account: other })).toHaveLength(1);
    expect(network.list({ to: "+31600000000" as E164 })).toEqual([]);
    expect(network.list({ limit: 1 }).map(({ id }) => id)).toEqual([messageId(3)]);
    expect(network.get(messageId(1))).toMatchObject({ text: "first", outcome: "delivered", provider: "sandbox" });
  });

  test("keeps the last ones only", async () => {
    const { network, connector } = sandbox(3);
    for (let n = 1; n <= 10; n += 1) await connector.submit([submission({ id: messageId(n) })]);
    expect(network.list().map(({ id }) => id)).toEqual([10, 9, 8].map(messageId));
    expect(network.get(messageId(7))).toBeUndefined();
  });
});

test("reports wait their time, and a report that could not be recorded stops no other", async () => {
  vi.useFakeTimers();
  try {
    const seen: string[] = [];
    const network = createSandboxNetwork({
      now: () => Date.now() as EpochMilliseconds,
      async onReport({ message, status }) {
        seen.push(`${message.slice(-1)} ${status}`);
        if (message === messageId(1)) throw new Error("the journal cannot be written");
      },
      reportDelayMs: 100,
    });
    networks.push(network);
    network.take("sandbox", submission({ id: messageId(1) }));
    await vi.advanceTimersByTimeAsync(50);
    network.take("sandbox", submission({ id: messageId(2) }));
    await vi.advanceTimersByTimeAsync(49);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(["1 sent"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual(["1 sent", "2 sent", "1 delivered", "2 delivered"]);
    network.take("sandbox", submission({ id: messageId(3) }));
    network.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});
