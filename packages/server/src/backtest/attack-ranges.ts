import type { AccountId, Incident, Scope } from "@safeguard/core";
import { LOGGED, LOGGED_STOP, type MessageLog } from "./message-log.ts";

/** Where an incident's range is looked for. */
export interface RangePlace {
  /** Index of the incident in the list that was given. */
  readonly incident: number;
  /** Index of the range in the incident. */
  readonly range: number;
}

/** Numbers of the largest block that a range can be. */
const WIDEST = 100_000;

const NONE: readonly never[] = [];

interface AccountRanges {
  /** The blocks of {@link WIDEST} in which there is any range: most messages lie in none of them. */
  readonly around: Set<number>;
  /** By size, then by the digits of the prefix as a number. */
  readonly blocks: Map<number, Map<number, RangePlace[]>>;
  readonly newBlocks: Map<string, { readonly size: number; readonly place: RangePlace }[]>;
  /** Blocks in which somebody completed a verification by now, by size; only those sizes that are asked for. */
  readonly verified: Map<number, Set<number>>;
}

/** Which ranges of which incidents a message lies in. Messages are asked about in the order of the log, each once. */
export class AttackRanges {
  readonly #log: MessageLog;
  readonly #accounts = new Map<AccountId, AccountRanges>();
  #account: AccountId | undefined;
  #ranges: AccountRanges | undefined;

  constructor(log: MessageLog, incidents: readonly Incident[]) {
    this.#log = log;
    for (const [incident, { account, ranges }] of incidents.entries()) {
      const known = this.#accounts.get(account) ?? newAccount();
      this.#accounts.set(account, known);
      for (const [range, { scope }] of ranges.entries()) addScope(known, scope, { incident, range });
    }
  }

  /** Puts what is found into `into`, which is emptied first. */
  of(message: number, into: RangePlace[]): void {
    into.length = 0;
    const log = this.#log;
    const account = log.account(message);
    if (account !== this.#account) {
      this.#account = account;
      this.#ranges = this.#accounts.get(account);
    }
    const known = this.#ranges;
    if (known === undefined) return;
    const line = log.line(message);
    if (known.around.has(Math.floor(line / WIDEST))) {
      for (const [size, byPrefix] of known.blocks) {
        const places = byPrefix.get(Math.floor(line / size));
        if (places !== undefined) into.push(...places);
      }
    }
    if (known.newBlocks.size === 0) return;
    for (const { size, place } of known.newBlocks.get(log.destination(message)) ?? NONE) {
      if (known.verified.get(size)?.has(Math.floor(line / size)) !== true) into.push(place);
    }
    const flags = log.flags(message);
    if ((flags & LOGGED.converted) === 0 || (flags & LOGGED_STOP & ~LOGGED.wouldStop) !== 0) return;
    for (const [size, blocks] of known.verified) blocks.add(Math.floor(line / size));
  }
}

function newAccount(): AccountRanges {
  return { around: new Set(), blocks: new Map(), newBlocks: new Map(), verified: new Map() };
}

function addScope({ around, blocks, newBlocks, verified }: AccountRanges, scope: Scope, place: RangePlace): void {
  const { size } = scope;
  if (scope.type === "block") {
    const byPrefix = blocks.get(size) ?? new Map<number, RangePlace[]>();
    blocks.set(size, byPrefix);
    const prefix = Number(scope.prefix.slice(1));
    around.add(Math.floor((prefix * size) / WIDEST));
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), place]);
    return;
  }
  newBlocks.set(scope.destination, [...(newBlocks.get(scope.destination) ?? []), { size, place }]);
  if (!verified.has(size)) verified.set(size, new Set());
}
