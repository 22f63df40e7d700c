import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";

export interface RevealAllowanceLimits {
  /** Looks that one person may take within a window. */
  readonly looks: number;
  readonly windowMs: number;
  /** Persons remembered at most; who looked longest ago is forgotten first. */
  readonly persons: number;
}

const LIMITS: RevealAllowanceLimits = { looks: 120, windowMs: 600_000, persons: 10_000 };

/** Looks at whole numbers, counted: enough for whoever works on a case, too few to copy a customer base. */
export interface RevealAllowance {
  /** Throws `rate_limited` where this person has looked too often. Programs, which hear numbers whole anyway, may always. */
  take(context: Pick<AccountContext, "actor" | "at">): void;
}

interface Looks {
  readonly since: number;
  count: number;
}

export function createRevealAllowance(limits: RevealAllowanceLimits = LIMITS): RevealAllowance {
  // In the order in which their windows began.
  const byPerson = new Map<string, Looks>();
  return {
    take({ actor, at }) {
      if (actor.type !== "key" || actor.person === undefined) return;
      const known = byPerson.get(actor.person);
      if (known !== undefined && at - known.since < limits.windowMs) {
        if (known.count >= limits.looks) throw tooOften(known.since + limits.windowMs - at);
        known.count += 1;
        return;
      }
      byPerson.delete(actor.person);
      byPerson.set(actor.person, { since: at, count: 1 });
      const [oldest] = byPerson.keys();
      if (byPerson.size > limits.persons && oldest !== undefined) byPerson.delete(oldest);
    },
  };
}

function tooOften(waitMs: number): ServiceError {
  const detail = "You have looked at many whole numbers in the last minutes. Wait as long as Retry-After says.";
  return new ServiceError("rate_limited", detail, [], { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) });
}
