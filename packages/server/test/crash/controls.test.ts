import { expect, it } from "vitest";
import { SEED } from "../long-form.ts";
import type { PlantName } from "../planted-fault.ts";
import { CrashSeason } from "./crash-season.ts";

/** Lives in which a fault must show. Most show in the first. */
const LIVES = 12;

/** A test of crashes that stays green with these would prove nothing. */
it.each<PlantName>(["answer-before-durable", "resend-after-doubt", "forget-at-restart"])(
  "the crash test sees %s",
  { timeout: 120_000 },
  async (plant) => {
    const season = await CrashSeason.start({ seed: SEED, plant });
    try {
      let complained: unknown;
      for (let lives = 0; lives < LIVES && complained === undefined; lives++) {
        await season.live({ type: "at random" });
        complained = await season.check().then(
          () => undefined,
          (failure: unknown) => failure,
        );
      }
      expect(complained).toHaveProperty("name", "AssertionError");
    } finally {
      await season.close();
    }
  },
);
