import type { AskChannel } from "../decide-channels.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import type { ScreeningParts } from "./screening-parts.ts";

/** Asks the engine; the message counts. */
export function counting({ engine }: Pick<ScreeningParts, "engine">, { riskCheck }: OutgoingMessage): AskChannel {
  if (riskCheck === "disable") {
    return (message, policy, counted) =>
      counted === undefined ? engine.decideByRules(message, policy) : engine.reconsiderByRules(message, policy);
  }
  return (message, policy, counted) =>
    counted === undefined ? engine.decide(message, policy) : engine.reconsider(message, policy, counted);
}

/** Asks the engine, and changes nothing. */
export function previewing({ engine }: Pick<ScreeningParts, "engine">, { riskCheck }: OutgoingMessage): AskChannel {
  if (riskCheck === "disable") return byRulesOnly({ engine });
  return (message, policy, counted) =>
    counted === undefined ? engine.preview(message, policy) : engine.reconsider(message, policy, counted);
}

/** Asks what rules and limits say, and changes nothing. */
export function byRulesOnly({ engine }: Pick<ScreeningParts, "engine">): AskChannel {
  return (message, policy) => engine.previewByRules(message, policy);
}

/** Counts what counts: a test key's messages are only told what holds now. */
export function asking(parts: Pick<ScreeningParts, "engine" | "trial">, outgoing: OutgoingMessage): AskChannel {
  return (isCounted(parts, outgoing) ? counting : previewing)(parts, outgoing);
}

export function isCounted(
  { trial }: Pick<ScreeningParts, "trial">,
  { principal: { account, key } }: OutgoingMessage,
): boolean {
  return trial?.counts(account.id, key.mode) ?? true;
}
