import { readdirSync } from "node:fs";
import type { AccountId, Destination } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { LOGGED, type LoggedMessage, MessageLog, type MessageLogOptions } from "./message-log.ts";
import { scratchFolder } from "./traffic-file/testing/scratch-folder.ts";

function given(index: number): LoggedMessage {
  return {
    account: `acc_${index % 3}` as AccountId,
    destination: (["NL", "PK"] as const)[index % 2] as Destination,
    line: 999_999_999_000_000 - index,
    at: 1_767_225_600_000 + index,
    flags: index % 5 === 0 ? LOGGED.verifiedNumber | LOGGED.converted : LOGGED.block,
    incident: index % 7 === 0 ? 70_000 + index : 0,
    price: index % 4 === 0 ? undefined : { micros: index % 9, currency: "USD" },
  };
}

function kept(log: MessageLog, index: number): LoggedMessage {
  return {
    account: log.account(index),
    destination: log.destination(index),
    line: log.line(index),
    at: log.at(index),
    flags: log.flags(index),
    incident: log.incident(index),
    price: log.price(index),
  };
}

const MESSAGES = 5 * 65_536 + 3;

function filled(options?: MessageLogOptions): MessageLog {
  const log = new MessageLog(options);
  for (let index = 0; index < MESSAGES; index++) log.add(given(index));
  expect(log.added).toBe(MESSAGES);
  return log;
}

describe("the message log", () => {
  it.each([
    ["in memory", 16],
    ["mostly in a temporary file", 2],
    ["but for the newest in a temporary file", 1],
  ])("gives back what it was given, %s", (_, chunksInMemory) => {
    using folder = scratchFolder();
    using log = filled({ chunksInMemory, scratchDirectory: folder.path });
    const asked = Array.from({ length: 300 }, (_, turn) => (turn * 1_097_731) % MESSAGES);
    for (const index of [0, 65_535, 65_536, MESSAGES - 1, ...asked]) expect(kept(log, index)).toEqual(given(index));
    for (let index = MESSAGES; index < MESSAGES + 70_000; index++) log.add(given(index));
    for (const index of [0, MESSAGES, MESSAGES + 69_999]) expect(kept(log, index)).toEqual(given(index));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("stays in memory where no temporary file can be written", () => {
    using log = filled({ chunksInMemory: 2, scratchDirectory: "/nowhere/at/all" });
    for (const index of [MESSAGES - 1, 0, 200_000, 70_000]) expect(kept(log, index)).toEqual(given(index));
  });
});
