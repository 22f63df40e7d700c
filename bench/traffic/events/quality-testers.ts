import { addressFrom } from "../people/person.ts";
import { opaqueText } from "../random/opaque-text.ts";
import { HOUR } from "../world/rhythm.ts";
import { BatchSource } from "../world/session-flow.ts";
import { daytimeWithin, type EventPlan, homeMarket } from "./event-plan.ts";

const TESTERS = 8;
const TRIES = 15;

/** People at one desk try the sign-up on eight test phones, again and again for two hours; half of it is left unfinished. */
export const qualityTesters: EventPlan = (setting) => {
  const { profile, event, turn, random } = setting;
  const { destination, zone } = homeMarket(setting);
  const from = daytimeWithin(setting, zone);
  const until = from + 2 * HOUR;
  const ip = addressFrom(random.bits());
  return {
    sources: (world) => [
      {
        opensAt: from,
        open() {
          const blocks = world.population.blocksOf(destination);
          const phones = Array.from({ length: TESTERS }, () => blocks.draw(world.dayOf(from), random));
          return new BatchSource(
            {
              from,
              until,
              count: TESTERS * TRIES,
              session(time, each, index) {
                const phone = index % TESTERS;
                return {
                  time,
                  day: world.dayOf(time),
                  account: profile.account,
                  from: profile.from,
                  number: phones[phone] ?? each.pick(phones),
                  destination,
                  returning: false,
                  event,
                  purpose: "otp",
                  conversion: 0.5,
                  endUser: { ip, device: opaqueText(phone) },
                };
              },
            },
            world.writer,
            world.settings.seed,
            event,
            turn,
            profile.account,
          );
        },
      },
    ],
  };
};
