import type { TFunction } from "i18next";
import type { SignInAnswer } from "../api/server.ts";

type Refused = Extract<SignInAnswer, { readonly ok: false }>;

const OF_CODES = {
  CODE_OF_BEFORE: "signIn.codeOfBefore",
  CODE_OF_AFTER: "signIn.codeOfAfter",
  CODE_USED: "signIn.codeUsed",
} as const;

/** Why a sign-in, or a code of a second factor, was refused. `wrong`: what is said of one that is just not right. */
export function refusedWords(t: TFunction, answer: Refused, wrong: string): string {
  if (answer.status === 429) return t("signIn.tooMany");
  const known = Object.entries(OF_CODES).find(([code]) => code === answer.code);
  if (known !== undefined) return t(known[1]);
  return answer.status === 401 ? wrong : answer.message;
}
