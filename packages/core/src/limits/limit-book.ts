import type { AccountId, EpochMilliseconds } from "../brand.ts";
import type { Message } from "../message.ts";
import {
  amountOf,
  type CompiledCeiling,
  type CompiledLimits,
  keysOf,
  type MaximumPrice,
  priceIn,
  speaksOf,
} from "./compiled-limits.ts";
import { LimitCounts, type LimitCountsSnapshot, type Place, type RowAllowance } from "./limit-counts.ts";
import type { LimitFinding, LimitReason } from "./limit-finding.ts";

/** Rows that the counts of one account's ceilings may take together: about 30 MB of messages, or 70 MB of money. */
export const DEFAULT_LIMIT_ROWS: number = 1 << 19;

/** Messages that may be under way at once. Of more, what became of them will not be known: they are spent. */
const MOST_OPEN = 1_000_000;

/** Was the number of this message verified? */
export type IsProven = (message: Message) => boolean;

/** What was reserved of one ceiling. */
interface Share {
  readonly id: string;
  readonly key: number;
  readonly place: Place;
  readonly amount: number;
}

/**
 * What was counted of every ceiling. A message is reserved before anything else may stop it; what is not released in time
 * counts as spent.
 */
export class LimitBook {
  readonly #counts: Map<string, LimitCounts> = new Map();
  readonly #accounts: Map<string, AccountId> = new Map();
  readonly #allowances: Map<AccountId, RowAllowance> = new Map();
  /** By message: reserved, and not known to be spent or released. */
  readonly #open: Map<string, readonly Share[]> = new Map();
  readonly #rows: number;
  #last: readonly Share[] = [];

  constructor(rows: number = DEFAULT_LIMIT_ROWS) {
    this.#rows = rows;
  }

  /** The limits that the message would exceed; undefined: none. Changes nothing. */
  exceeded(limits: CompiledLimits, message: Message, isProven: IsProven): readonly LimitFinding[] | undefined {
    let found: LimitFinding[] | undefined;
    for (const limit of limits.maximumPrices) {
      const finding = overPrice(limit, message);
      if (finding !== undefined) {
        found ??= [];
        found.push(finding);
      }
    }
    for (const limit of limits.ceilings) {
      if (!speaksOf(limit, message, isProven)) continue;
      const finding = this.#reached(limit, message);
      if (finding === undefined) continue;
      found ??= [];
      found.push(finding);
    }
    return found;
  }

  /** Counts the message, whether there is room or not. With an id it can be released until it is settled. */
  spend(limits: CompiledLimits, message: Message, isProven: IsProven): void {
    const { id, at } = message;
    const shares: Share[] = [];
    for (const limit of limits.ceilings) {
      if (!speaksOf(limit, message, isProven)) continue;
      const amount = amountOf(limit, message);
      if (amount === undefined) continue;
      for (const key of keysOf(limit, message)) {
        const place = this.#ensure(limit, at).add(key, at, amount);
        shares.push({ id: limit.id, key, place, amount });
      }
    }
    this.#last = shares;
    if (id === undefined || shares.length === 0) return;
    if (this.#open.size >= MOST_OPEN) this.#open.clear();
    this.#open.set(id, shares);
  }

  /** The message that was spent last was stopped after all. */
  releaseLast({ id }: Message): void {
    if (id !== undefined) this.#open.delete(id);
    this.#takeBack(this.#last);
    this.#last = [];
  }

  /** The message did not go out. Of one that is settled, or was never reserved, nothing. */
  release(id: string): void {
    const shares = this.#open.get(id);
    if (shares === undefined) return;
    this.#open.delete(id);
    this.#takeBack(shares);
  }

  /** The message went out, or may have: what it reserved is spent. */
  settle(id: string): void {
    if (this.#open.size > 0) this.#open.delete(id);
  }

  /** Messages that hold a reservation. */
  get open(): number {
    return this.#open.size;
  }

  find({ id }: CompiledCeiling): LimitCounts | undefined {
    return this.#counts.get(id);
  }

  /** What the ceilings of this account have counted of one key, by their ids. */
  countsOf(
    account: AccountId,
    key: number,
    at: number,
  ): readonly { readonly ceiling: string; readonly count: number }[] {
    return [...this.#counts].flatMap(([ceiling, counts]) => {
      const count = this.#accounts.get(ceiling) === account && counts.has(key) ? counts.used(key, at) : 0;
      return count === 0 ? [] : [{ ceiling, count }];
    });
  }

  /** What the ceilings of this account have counted of one key is another's from now on. */
  rename(account: AccountId, key: number, other: number): void {
    for (const [id, counts] of this.#counts) if (this.#accounts.get(id) === account) counts.rename(key, other);
    const renamed = (share: Share): Share =>
      share.key === key && this.#accounts.get(share.id) === account ? { ...share, key: other } : share;
    for (const [message, shares] of this.#open) {
      if (shares.some((share) => share.key === key)) this.#open.set(message, shares.map(renamed));
    }
    this.#last = this.#last.map(renamed);
  }

  snapshot(): LimitBookSnapshot {
    return {
      counts: [...this.#counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, counts]) => [id, this.#accounts.get(id) ?? ("" as AccountId), counts.snapshot()]),
      open: [...this.#open].sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }

  static restore({ counts, open }: LimitBookSnapshot, rows: number = DEFAULT_LIMIT_ROWS): LimitBook {
    const book = new LimitBook(rows);
    for (const [id, account, snapshot] of counts) {
      book.#counts.set(id, LimitCounts.restore(snapshot, book.#allowanceOf(account)));
      book.#accounts.set(id, account);
    }
    for (const [id, shares] of open) book.#open.set(id, shares);
    return book;
  }

  #takeBack(shares: readonly Share[]): void {
    for (const { id, key, place, amount } of shares) this.#counts.get(id)?.takeBack(key, place, amount);
  }

  #reached(limit: CompiledCeiling, message: Message): LimitFinding | undefined {
    const amount = amountOf(limit, message);
    if (amount === undefined) return findingOf(limit, "limit_price_unknown", { count: 0, amount: 0 });
    const counts = this.#counts.get(limit.id);
    let worst: LimitFinding | undefined;
    for (const key of keysOf(limit, message)) {
      if (counts === undefined) {
        if (amount > limit.most) return findingOf(limit, reasonOf(limit), { count: 0, amount });
        continue;
      }
      const room = counts.room(key, message.at, amount, limit.most);
      if (room.isFree) continue;
      if (worst !== undefined && !isLater(room.retryAt, worst.retryAt)) continue;
      worst = findingOf(limit, reasonOf(limit), { count: room.count, amount, retryAt: room.retryAt });
    }
    return worst;
  }

  #ensure(limit: CompiledCeiling, at: number): LimitCounts {
    const known = this.#counts.get(limit.id);
    if (known !== undefined) return known;
    // A ceiling that is said no more must not take its rows from a new one.
    for (const [id, counts] of this.#counts) if (this.#accounts.get(id) === limit.account) counts.shrink(at);
    const made = new LimitCounts(limit.windowMs, limit.isFine, this.#allowanceOf(limit.account));
    this.#counts.set(limit.id, made);
    this.#accounts.set(limit.id, limit.account);
    return made;
  }

  #allowanceOf(account: AccountId): RowAllowance {
    const allowance = this.#allowances.get(account) ?? { rows: this.#rows };
    this.#allowances.set(account, allowance);
    return allowance;
  }
}

export interface LimitBookSnapshot {
  readonly counts: readonly (readonly [id: string, account: AccountId, counts: LimitCountsSnapshot])[];
  readonly open: readonly (readonly [message: string, shares: readonly Share[]])[];
}

function reasonOf({ per, currency, ceiling }: CompiledCeiling): LimitReason {
  if (per === "duplicate") return "limit_duplicate";
  if (ceiling.numbers === "unproven") return "ceiling_unproven";
  return currency === undefined ? "ceiling_messages" : "ceiling_money";
}

function overPrice({ micros, currency, level, isAssumed }: MaximumPrice, message: Message): LimitFinding | undefined {
  const price = priceIn(message, currency);
  const of = {
    type: "limit",
    name: "",
    per: undefined,
    window: undefined,
    count: 0,
    most: micros,
    currency,
    level,
  } as const;
  if (price === undefined) return isAssumed ? undefined : { ...of, reason: "limit_price_unknown", amount: 0 };
  return price > micros ? { ...of, reason: "limit_price", amount: price } : undefined;
}

function findingOf(
  { ceiling, per, most, currency, level }: CompiledCeiling,
  reason: LimitReason,
  {
    count,
    amount,
    retryAt,
  }: { readonly count: number; readonly amount: number; readonly retryAt?: number | undefined },
): LimitFinding {
  return {
    type: "limit",
    reason,
    name: ceiling.name,
    per,
    window: ceiling.window,
    count,
    amount,
    most,
    ...(currency !== undefined && { currency }),
    ...(retryAt !== undefined && { retryAt: retryAt as EpochMilliseconds }),
    level,
  };
}

/** Undefined is never. */
function isLater(a: number | undefined, b: number | undefined): boolean {
  if (b === undefined) return false;
  return a === undefined || a > b;
}
