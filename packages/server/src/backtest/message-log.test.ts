import type { AccountId, Destination } from "@safeguard/core";
import { expect, it } from "vitest";
import { LOGGED, type LoggedMessage, MessageLog } from "./message-log.ts";

it("gives back what it was given, beyond one piece of memory", () => {
  const given = (index: number): LoggedMessage => ({
    account: `acc_${index % 3}` as AccountId,
    destination: (["NL", "PK"] as const)[index % 2] as Destination,
    line: 999_999_999_000_000 - index,
    at: 1_767_225_600_000 + index,
    flags: index % 5 === 0 ? LOGGED.verifiedNumber | LOGGED.converted : LOGGED.block,
    incident: index % 7 === 0 ? 70_000 + index : 0,
    price: index % 4 === 0 ? undefined : { micros: index % 9, currency: "USD" },
  });
  const log = new MessageLog();
  for (let index = 0; index < 70_000; index++) log.add(given(index));
  expect([log.first, log.added]).toEqual([0, 70_000]);
  for (const index of [0, 1, 2, 65_535, 65_536, 69_999]) {
    expect({
      account: log.account(index),
      destination: log.destination(index),
      line: log.line(index),
      at: log.at(index),
      flags: log.flags(index),
      incident: log.incident(index),
      price: log.price(index),
    }).toEqual(given(index));
  }
});
