import { expect, it } from "vitest";
import { CrashSeason, type LifeEnd, type SeasonCounts } from "../crash/crash-season.ts";
import { keepOutcome, LONG, replayable, SEED, size } from "../long-form.ts";

/** Each season has a data folder of its own, so that starts are not slower and slower. */
const KILLS_OF_SEASON = 50;
const KILLS = size("CRASH_KILLS", 6, 1000);
/** Seasons at once, in the long form: most of a life is waiting. */
const LANES = 4;
const COMMAND = "npm run test:crash";

it(
  `a server that is killed over and over (${KILLS} times) loses nothing it answered, sends nothing twice, and names what is in doubt`,
  {
    timeout: 60_000 + KILLS * 10_000,
  },
  () =>
    replayable(COMMAND, async () => {
      const total: Record<string, number> = {};
      let begun = 0;
      let kills = 0;
      let seasons = 0;
      const lane = async (): Promise<void> => {
        while (begun < KILLS) {
          const asked = Math.min(KILLS_OF_SEASON, KILLS - begun);
          begun += asked;
          seasons++;
          const counts = await season(SEED + seasons, asked);
          kills += counts.kills;
          for (const [name, count] of Object.entries(counts))
            total[name] = name.startsWith("most") ? Math.max(total[name] ?? 0, count) : (total[name] ?? 0) + count;
          if (LONG) console.log(`${kills} of ${KILLS} kills`, JSON.stringify(total));
        }
      };
      await Promise.all(Array.from({ length: LONG ? LANES : 1 }, lane));
      keepOutcome("crash", {
        title: "Kills under load",
        command: COMMAND,
        about:
          "The real process with real HTTP clients and a real HTTP provider, ended by SIGKILL under load, while it starts and while it stops. A run counts only where messages were under way in nearly every life.",
        counts: {
          kills: total["kills"] ?? 0,
          "data folders": seasons,
          "messages sent by clients": total["sent"] ?? 0,
          "answered to the client": total["answered"] ?? 0,
          "answered and lost": total["lost"] ?? Number.NaN,
          "taken by a provider": total["delivered"] ?? 0,
          "sent twice": total["sentTwice"] ?? Number.NaN,
          "in doubt, all listed": total["inDoubt"] ?? 0,
          "most in doubt by one kill (48 may be in flight)": total["mostInDoubtByOneKill"] ?? 0,
          "blocked, none of them sent": total["blocked"] ?? 0,
          "blocked after being answered as accepted, all told": total["reported"] ?? 0,
          "requests repeated with their idempotency key": total["repeated"] ?? 0,
          "turned away at the door, and nothing done": total["turnedAway"] ?? 0,
          "lives under load with fewer than 20 answers": total["idleLives"] ?? 0,
        },
      });
      // A run in which hardly anything happened would prove nothing.
      expect(total["answered"]).toBeGreaterThan(KILLS * (LONG ? 15 : 5));
      expect(total["cutOff"]).toBeGreaterThan(KILLS / 6);
    }),
);

async function season(seed: number, kills: number): Promise<SeasonCounts> {
  const one = await CrashSeason.start({ seed });
  try {
    for (let done = 0; done < kills; ) {
      const end = ENDS[done % ENDS.length] ?? "at random";
      await one.live({ type: end });
      done += end === "while it starts" ? 2 : 1;
    }
    return await one.check();
  } finally {
    await one.close();
  }
}

const ENDS: readonly Exclude<LifeEnd["type"], "failpoint">[] = [
  ...(["at random", "at random", "while it starts", "at random"] as const),
  ...(["while it stops", "at random"] as const),
];
