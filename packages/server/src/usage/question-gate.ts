import type { AccountId } from "@safeguard/core";
import { ServiceError } from "../api/service-error.ts";

export interface QuestionGateLimits {
  /** At work at once, in the whole server. Each may hold 20,000 messages. */
  readonly atOnce: number;
  /** At work or waiting, of one account. */
  readonly ofAccount: number;
  /** Waiting, in the whole server. */
  readonly waiting: number;
}

const LIMITS: QuestionGateLimits = { atOnce: 2, ofAccount: 16, waiting: 64 };

/**
 * Questions about the past that look through many messages wait for one another, so that however many are asked at once,
 * the memory that they take is bounded and messages go on being decided.
 */
export interface QuestionGate {
  /** Throws `rate_limited` where the account has too many under way, `unavailable` where the server has. */
  ask<Answer>(account: AccountId, question: () => Promise<Answer>): Promise<Answer>;
}

export function createQuestionGate(limits: QuestionGateLimits = LIMITS): QuestionGate {
  const ofAccount = new Map<AccountId, number>();
  const waiting: (() => void)[] = [];
  let atWork = 0;
  const enter = (): Promise<void> | undefined => {
    if (atWork < limits.atOnce) {
      atWork += 1;
      return undefined;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    // (whoever comes next takes the place that is left)
    if (next === undefined) atWork -= 1;
    else next();
  };
  return {
    async ask(account, question) {
      const own = ofAccount.get(account) ?? 0;
      const headers = { "retry-after": "2" };
      if (own >= limits.ofAccount) {
        const detail = "This account asks too much about its past at once. Ask again in a moment.";
        throw new ServiceError("rate_limited", detail, [], headers);
      }
      if (waiting.length >= limits.waiting) {
        throw new ServiceError("unavailable", "Too much is asked about the past at once. Ask again.", [], headers);
      }
      ofAccount.set(account, own + 1);
      try {
        await enter();
        try {
          return await question();
        } finally {
          leave();
        }
      } finally {
        const left = (ofAccount.get(account) ?? 1) - 1;
        if (left === 0) ofAccount.delete(account);
        else ofAccount.set(account, left);
      }
    },
  };
}
