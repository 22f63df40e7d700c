import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GroupJournal, RecordIdMismatch } from "./group-journal.ts";
import { type JournalEntry, JournalUnwritable } from "./journal.ts";
import { decisionMade, messageDecided } from "./testing/sample-records.ts";
import { type CrashFate, openSimulatedJournal, SimulatedDisk } from "./testing/simulated-disk.ts";

async function allOf(entries: AsyncIterable<JournalEntry>): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Appends `count` records whose `originator` is `mark`, and tells what became of it. */
function append(journal: GroupJournal, count: number, mark: string): { acknowledged: boolean; failed: boolean } {
  const outcome = { acknowledged: false, failed: false };
  const records = Array.from({ length: count }, (_, offset) =>
    decisionMade(journal.upcomingId(offset), { originator: mark }),
  );
  journal.append(records).then(
    () => {
      outcome.acknowledged = true;
    },
    () => {
      outcome.failed = true;
    },
  );
  return outcome;
}

describe("The journal's groups", () => {
  test("gather while the disk is busy: three appends, two writes", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    const first = append(journal, 1, "a");
    await turn();
    const second = append(journal, 2, "b");
    const third = append(journal, 1, "c");
    disk.sync();
    await turn();
    expect([first, second, third].map(({ acknowledged }) => acknowledged)).toEqual([true, false, false]);
    disk.sync();
    await turn();
    expect([first, second, third].map(({ acknowledged }) => acknowledged)).toEqual([true, true, true]);
    expect((await disk.groupsFrom(1)).map((group) => [group.first, group.last])).toEqual([
      [1, 1],
      [2, 4],
    ]);
    expect(disk.isWriting).toBe(false);
  });

  test("appends of one tick go out together", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    for (const mark of ["a", "b", "c"]) append(journal, 1, mark);
    await turn();
    disk.sync();
    expect(await disk.groupsFrom(1)).toHaveLength(1);
  });

  test("a group does not grow without bound, and one append is never divided", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    append(journal, 700, "large");
    append(journal, 1, "next");
    for (let i = 0; i < 2; i++) {
      await turn();
      disk.sync();
    }
    expect((await disk.groupsFrom(1)).map((group) => group.last)).toEqual([700, 701]);
  });

  test("a record whose id is not the journal's is refused before it takes a number", () => {
    const journal = openSimulatedJournal(new SimulatedDisk());
    expect(() => journal.append([messageDecided(journal.upcomingId(1))])).toThrow(RecordIdMismatch);
    expect(journal.lastSequence).toBe(0);
  });

  test("when the disk fails, what waits is refused, and everything after it", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    const written = append(journal, 1, "written");
    await turn();
    const gathered = append(journal, 1, "gathered");
    disk.fail();
    await turn();
    expect([written.failed, gathered.failed]).toEqual([true, true]);
    await expect(journal.append([decisionMade(journal.upcomingId())])).rejects.toThrow(JournalUnwritable);
    await expect(journal.append([decisionMade(journal.upcomingId())])).rejects.toThrow(/no space left on device/);
    expect(await allOf(journal.read(1))).toEqual([]);
  });

  test("closing waits for what was appended, and takes no more", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    const last = append(journal, 1, "last");
    let closed = false;
    const closing = journal.close().then(() => {
      closed = true;
    });
    await turn();
    expect([last.acknowledged, closed]).toEqual([false, false]);
    disk.sync();
    await closing;
    expect(last.acknowledged).toBe(true);
    await expect(journal.append([decisionMade(journal.upcomingId())])).rejects.toThrow("The journal is closed.");
  });

  test("a follower gets what is there, then what comes, until he stops", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    append(journal, 2, "a");
    await turn();
    disk.sync();
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { sequence } of journal.follow(2, stop.signal)) seen.push(sequence);
    })();
    await turn();
    expect(seen).toEqual([2]);
    append(journal, 2, "b");
    await turn();
    expect(seen, "not yet durable").toEqual([2]);
    disk.sync();
    await turn();
    await turn();
    expect(seen).toEqual([2, 3, 4]);
    stop.abort();
    await following;
  });
});

describe("A journal whose device is lost", () => {
  test("takes nothing more, though nothing was asked of the device, and wakes its followers", async () => {
    const journal = openSimulatedJournal(new SimulatedDisk());
    const following = allOf(journal.follow(1, new AbortController().signal));
    await turn();
    journal.fail(new Error("the database is another's"));
    expect(journal.writable).toBe(false);
    await expect(following).rejects.toThrow(/cannot be written \(the database is another's\)/);
    expect(append(journal, 1, "late").acknowledged).toBe(false);
    await expect(journal.append([messageDecided(journal.upcomingId())])).rejects.toThrow(JournalUnwritable);
    await journal.close();
  });

  test("refuses what waits; what is being written ends by itself", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    const writing = append(journal, 1, "under way");
    await turn();
    const waiting = append(journal, 1, "waiting");
    journal.fail(new Error("lost"));
    await turn();
    expect([writing, waiting]).toEqual([
      { acknowledged: false, failed: false },
      { acknowledged: false, failed: true },
    ]);
    disk.sync();
    await journal.close();
    await turn();
    expect(writing.acknowledged).toBe(true);
    expect(disk.lastSequence).toBe(1);
  });

  test("has not written what was about to be", async () => {
    const disk = new SimulatedDisk();
    const journal = openSimulatedJournal(disk);
    const scheduled = append(journal, 1, "scheduled");
    journal.fail(new Error("lost"));
    await turn();
    expect([scheduled.failed, disk.isWriting]).toEqual([true, false]);
    await journal.close();
  });
});

type Step =
  | { readonly type: "append"; readonly count: number }
  | { readonly type: "sync" }
  | { readonly type: "turn" }
  | { readonly type: "crash"; readonly fate: CrashFate; readonly cut: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ type: "sync" as const }) },
  { weight: 3, arbitrary: fc.constant({ type: "turn" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("crash" as const),
      fate: fc.constantFrom<CrashFate>("lost", "torn", "kept"),
      cut: fc.double({ min: 0, max: 0.99, noNaN: true }),
    }),
  },
);

/** Runs the steps over starts and crashes; throws where a promise was broken. */
async function keepsItsPromises(steps: readonly Step[], honest: boolean): Promise<void> {
  let disk = new SimulatedDisk([], honest);
  let journal = openSimulatedJournal(disk);
  let appends: { readonly mark: string; readonly count: number; outcome: { acknowledged: boolean } }[] = [];
  let count = 0;
  for (const one of [...steps, { type: "crash", fate: "lost", cut: 0 } as const]) {
    if (one.type === "append") {
      const mark = `append ${++count}`;
      appends.push({ mark, count: one.count, outcome: append(journal, one.count, mark) });
    } else if (one.type === "sync") {
      disk.sync();
    } else if (one.type === "turn") {
      await turn();
    } else {
      await turn();
      disk = disk.crash(one.fate, one.cut);
      journal = openSimulatedJournal(disk);
      const entries = await allOf(journal.read(1));
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
      const marks = entries.map(({ record }) => (record.type === "decision_made" ? record.originator : ""));
      // What is there is a beginning of what was appended, whole appends only; all that was acknowledged is in it.
      const kept = appends.filter(({ mark }) => marks.includes(mark));
      expect(marks).toEqual(kept.flatMap(({ mark, count: records }) => Array.from({ length: records }, () => mark)));
      expect(kept).toEqual(appends.slice(0, kept.length));
      expect(appends.slice(kept.length).filter(({ outcome }) => outcome.acknowledged)).toEqual([]);
      appends = kept;
    }
  }
}

describe("Whatever crashes", () => {
  test("what was acknowledged survives, in order, without gaps and without halves", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) => keepsItsPromises(steps, true)),
      { numRuns: 300 },
    );
  });

  test("control: a disk that answers before it has synced is found out", async () => {
    const lying = fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) => keepsItsPromises(steps, false));
    const { failed } = await fc.check(lying, { numRuns: 300 });
    expect(failed).toBe(true);
  });
});
