import type { EpochMilliseconds, Verdict } from "@safeguard/core";
import { expect, test } from "vitest";
import { OpenHolds } from "../detection/open-holds.ts";
import { ACME, at, messageDecided, NOON, sampleVerdict } from "../store/testing/sample-records.ts";
import { feedbackBench } from "./feedback/testing/feedback-bench.ts";
import { settleHeld } from "./settle-held.ts";

const HOLD: Verdict = { ...sampleVerdict("block"), action: "hold", until: (NOON + 5_000) as EpochMilliseconds };

test("What waited when the last run ended, and is kept nowhere, is stopped and reported; what had its last word is left alone", async () => {
  const bench = await feedbackBench();
  const { journal, messages } = bench.store;
  bench.reports(ACME, { webhookUrl: "https://acme.example/hook" });
  const message = async (changes: Parameters<typeof messageDecided>[1]) => {
    const { intent: _, ...record } = messageDecided(journal.upcomingId(), { verdict: HOLD, ...changes });
    await journal.append([record]);
    return record.id;
  };
  const waiting = await message({});
  const answered = await message({ answer: "reject" });
  const released = await message({});
  const intent = { attempt: 1, provider: "p" };
  const verdict = sampleVerdict("allow");
  await journal.append([{ type: "submission_intended", message: released, at: at(9), intent, verdict }]);

  const holds = new OpenHolds();
  for await (const { record } of journal.read(1)) holds.apply(record);
  expect(holds.list().map(({ id }) => id)).toEqual([waiting]);
  await settleHeld(bench.store, holds.list(), bench.directory, at(10));
  for await (const { record } of journal.read(1)) holds.apply(record);

  expect(holds.list()).toEqual([]);
  expect((await messages.findById(waiting))?.status).toBe("held");
  expect((await messages.findById(answered))?.status).toBe("held");
  expect(await messages.findById(released)).toMatchObject({ status: "submitting", verdict });
  const notices = await bench.records("notice_queued");
  expect(notices).toEqual([
    expect.objectContaining({
      notice: expect.objectContaining({ message: waiting, report: expect.objectContaining({ status: "failed" }) }),
    }),
  ]);
  await bench.store.close();
});
