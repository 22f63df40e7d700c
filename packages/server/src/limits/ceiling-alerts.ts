import type { AccountId, Engine, EpochMilliseconds, LimitUse } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { AlertDue } from "../incidents/alerts-due.ts";
import type { JournalRecord } from "../store/journal-record.ts";

/** From this share of a ceiling on a person should know. */
const NEAR = 0.8;
/** A ceiling that stopped a message within this time is reached, however much of it is left for a cheaper one. */
const REACHED_FOR_MS = 15 * 60_000;
/** Ceilings of shorter windows throttle as a matter of course: nobody wants to be told. */
const SHORTEST_WINDOW = /^(?:second|minute|\d+ (?:second|minute)s?)$/;
/** Remembered at most: the account's name is part of each. */
const MOST_REMEMBERED = 10_000;

export interface CeilingAlerts {
  /** Notes which ceilings stop messages. */
  hear(record: JournalRecord): void;
  /** What there is to say of an account's own ceilings at this time. */
  due(account: AccountId, at: EpochMilliseconds): readonly AlertDue[];
}

/** Tells when a ceiling is near, reached, or counts more numbers, senders or addresses than can be counted singly. */
export function createCeilingAlerts({
  engine,
  directory,
}: {
  readonly engine: Pick<Engine, "limitUse" | "policiesOf">;
  readonly directory: Pick<Directory, "account">;
}): CeilingAlerts {
  const reached = new Map<string, number>();

  function ownerOf(account: AccountId, level: number): AccountId | undefined {
    let owner: AccountId | undefined = account;
    for (let above = 0; above < level && owner !== undefined; above++) owner = directory.account(owner)?.parent;
    return owner;
  }

  return {
    hear(record) {
      if (record.type !== "message_decided" && record.type !== "decision_made" && record.type !== "message_stopped")
        return;
      if (record.verdict.action !== "block" || record.type === "message_stopped") return;
      for (const finding of record.verdict.findings) {
        if (finding.type !== "limit" || finding.reason === "limit_price_unknown") continue;
        const owner = ownerOf(record.account, finding.level);
        if (owner === undefined || finding.name === "") continue;
        if (reached.size >= MOST_REMEMBERED) reached.clear();
        reached.set(`${owner} ${finding.name}`, record.at);
      }
    },
    due(account, at) {
      const own = ownCeilings(engine, account, directory.account(account)?.defaultPolicy, at);
      const isReached = ({ ceiling, used, most }: LimitUse): boolean =>
        (most > 0 && used >= most) || at - (reached.get(`${account} ${ceiling.name}`) ?? 0) < REACHED_FOR_MS;
      const full = own.filter((use) => isWorthTelling(use) && isReached(use));
      const near = own.filter((use) => isWorthTelling(use) && !full.includes(use) && use.used >= NEAR * use.most);
      const crowded = own.filter(({ isCrowded }) => isCrowded);
      return [
        ...alertOf("ceiling_reached", full, "What would exceed it is stopped. Reached:"),
        ...alertOf("ceiling_near", near, "Four fifths of a ceiling are used. Near:"),
        ...alertOf(
          "ceiling_crowded",
          crowded,
          "More numbers, senders or addresses than can be counted singly; some are counted together, and stopped sooner:",
        ),
      ];
    },
  };
}

/** A ceiling on one person or sender stops a few people's messages; one on many is worth a person's time. */
function isWorthTelling({ per, ceiling }: LimitUse): boolean {
  const isOfMany = per === "account" || per === "each_account" || per === "destination" || per === "range";
  return isOfMany && !SHORTEST_WINDOW.test(ceiling.window);
}

/** The account's own, of all its policies: equal ones are counted together, and named once. */
function ownCeilings(
  engine: Pick<Engine, "limitUse" | "policiesOf">,
  account: AccountId,
  defaultPolicy: string | undefined,
  at: EpochMilliseconds,
): readonly LimitUse[] {
  const names = new Set([...(defaultPolicy === undefined ? [] : [defaultPolicy]), ...engine.policiesOf(account)]);
  const uses = new Map<string, LimitUse>();
  for (const policy of names) {
    for (const use of engine.limitUse(account, policy, at)) {
      const known = uses.get(use.ceiling.name);
      if (use.level === 0 && (known === undefined || use.used / use.most > known.used / known.most)) {
        uses.set(use.ceiling.name, use);
      }
    }
  }
  return [...uses.values()];
}

function alertOf(
  code: "ceiling_near" | "ceiling_reached" | "ceiling_crowded",
  uses: readonly LimitUse[],
  words: string,
): readonly AlertDue[] {
  const names = uses.map(({ ceiling }) => ceiling.name).sort();
  if (names.length === 0) return [];
  return [{ code, facts: { code, ceilings: names }, sentence: `${words} ${names.join(", ")}.` }];
}
