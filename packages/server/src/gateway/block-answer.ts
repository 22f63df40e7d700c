import type { ReasonFamily } from "@safeguard/core";
import type { AnswerSettings, BlockAnswer } from "../accounts/account.ts";

/** How a client of this dialect is told that its message was stopped, by the account's settings. */
export function blockAnswer(
  dialect: "native" | "twilio" | "cm",
  family: ReasonFamily,
  answers: AnswerSettings,
): BlockAnswer {
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
