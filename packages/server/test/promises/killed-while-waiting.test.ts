import { expect, it } from "vitest";
import { type WaitingCounts, WaitingSeason } from "../crash/waiting-season.ts";
import { keepOutcome, replayable, SEED, size } from "../long-form.ts";

/** Each season has a data folder of its own, and then waits until nothing waits. */
const KILLS_OF_SEASON = 25;
const KILLS = size("WAITING_KILLS", 3, 200);
const COMMAND = "npm run test:crash";

it(
  `what is held, queued and scheduled is killed over and over (${KILLS} times): each has its last word once, in its time`,
  { timeout: 300_000 + KILLS * 20_000 },
  () =>
    replayable(COMMAND, async () => {
      const total: Record<string, number> = {};
      for (let begun = 0, seasons = 0; begun < KILLS; begun += KILLS_OF_SEASON, seasons++) {
        const counts = await season(SEED + seasons, Math.min(KILLS_OF_SEASON, KILLS - begun));
        for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
      }
      keepOutcome("crash-waiting", {
        title: "Kills while messages wait",
        command: COMMAND,
        about:
          "Clients that do not wait: their messages are queued, scheduled for the next seconds, or held by detection when the server is ended by SIGKILL. After the last start all of them have their last word.",
        counts: {
          kills: total["kills"] ?? 0,
          "messages answered": total["answered"] ?? 0,
          "as held": total["held"] ?? 0,
          "as scheduled": total["scheduled"] ?? 0,
          "as queued": total["queued"] ?? 0,
          "answered and lost": total["lost"] ?? Number.NaN,
          "taken by the provider": total["taken"] ?? 0,
          "taken in a later life than they were answered in": total["takenInALaterLife"] ?? 0,
          "sent twice": total["sentTwice"] ?? Number.NaN,
          "in doubt": total["inDoubt"] ?? 0,
          "stopped or refused": total["stopped"] ?? 0,
          canceled: total["canceled"] ?? 0,
          expired: total["expired"] ?? 0,
        },
      });
      // A run in which hardly anything waited would prove nothing.
      expect(total["canceled"]).toBeGreaterThan(0);
      for (const name of ["held", "scheduled", "queued", "takenInALaterLife"])
        expect(total[name], name).toBeGreaterThanOrEqual(KILLS);
    }),
);

it("control: a server that answers before its record is durable is found out", { timeout: 300_000 }, async () => {
  const one = await WaitingSeason.start({ seed: SEED, plant: "answer-before-durable" });
  try {
    let complained: unknown;
    for (let lives = 0; lives < 6 && complained === undefined; lives++) {
      await one.live();
      complained = await one.check().then(
        () => undefined,
        (failure: unknown) => failure,
      );
    }
    expect(complained).toHaveProperty("name", "AssertionError");
  } finally {
    await one.close();
  }
});

async function season(seed: number, kills: number): Promise<WaitingCounts> {
  const one = await WaitingSeason.start({ seed });
  try {
    for (let done = 0; done < kills; done++) await one.live();
    return await one.check();
  } finally {
    await one.close();
  }
}
