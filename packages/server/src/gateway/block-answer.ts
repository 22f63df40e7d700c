import { REASONS } from "@safeguard/core";
import type { AnswerSettings, BlockAnswer } from "../accounts/account.ts";
import type { StoppingVerdict } from "./screening-port.ts";

/** How a client of this dialect is told that its message was stopped, by the account's settings. */
export function blockAnswer(
  dialect: "native" | "twilio" | "cm",
  verdict: StoppingVerdict,
  answers: AnswerSettings,
): BlockAnswer {
  // The client is to come again, and only an answer at once can make it.
  if (verdict.action === "hold") return "reject";
  const { family } = REASONS[verdict.reason];
  switch (dialect) {
    case "native":
      return "reject";
    case "twilio":
      return family === "detection" ? answers.twilio.detection : answers.twilio.destination;
    case "cm":
      if (family === "detection") return answers.cm.detection;
      if (family === "limit") return answers.cm.limit;
      return answers.cm.destination;
  }
}
