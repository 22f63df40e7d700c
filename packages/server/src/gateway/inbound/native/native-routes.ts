import type { InboundDialect } from "../exchange.ts";
import { type PostDecisionsParts, postDecisions } from "./post-decisions.ts";
import { type PostMessagesParts, postMessages } from "./post-messages.ts";

/** The hot routes of the native API, for the bare listener; everything else is served by `createApi`. */
export function nativeRoutes(parts: PostMessagesParts & PostDecisionsParts): InboundDialect {
  return { name: "native", routes: [postMessages(parts), postDecisions(parts)] };
}
