import { type Effect, USUAL } from "../world/conditions.ts";
import { daytimeWithin, type EventPlan, homeMarket } from "./event-plan.ts";

/** Where a disturbance is felt: `operator`: by the people whom one operator of a home market serves, whatever their range. */
type Reach = "everywhere" | "one_market" | "one_operator";

/** For `length` milliseconds something about delivery or about people is not as usual. It makes no traffic of its own. */
export function disturbance(reach: Reach, length: number, effect: Partial<Effect>): EventPlan {
  return (setting) => {
    const market = homeMarket(setting);
    const from = daytimeWithin(setting, market.zone);
    return {
      conditions: [
        {
          ...USUAL,
          ...effect,
          event: setting.event,
          from,
          until: Math.min(setting.until, from + length),
          destination: reach === "everywhere" ? undefined : market.destination,
          operator: reach === "one_operator" ? setting.random.integer(2) : undefined,
        },
      ],
    };
  };
}
