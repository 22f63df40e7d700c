import type { AccountId, EpochMilliseconds } from "./brand.ts";
import { decide } from "./decide.ts";
import type { Message } from "./message.ts";
import { NUMBERING_TABLE } from "./numbering/plan.generated.ts";
import { type CompiledDocument, compileDocument } from "./policy/compiled-document.ts";
import { type CompiledPolicy, compilePolicy } from "./policy/compiled-policy.ts";
import { PolicyCache } from "./policy/policy-cache.ts";
import type { PolicyDocument, PolicyLevel } from "./policy/policy-document.ts";
import { type Revision, RevisionHistory, type RevisionState, type Window } from "./policy/revision-history.ts";
import type { Verdict } from "./verdict/verdict.ts";

/** What changes the engine, in the order of the journal. */
export type EngineEvent =
  /** The account exists, below `parent`. */
  | {
      readonly type: "account_placed";
      readonly account: AccountId;
      readonly parent: AccountId | undefined;
    }
  /** A revision was written, or its state or window has changed. */
  | {
      readonly type: "revision_put";
      readonly account: AccountId;
      readonly policy: string;
      readonly number: number;
      readonly state: RevisionState;
      readonly from: EpochMilliseconds;
      readonly until: EpochMilliseconds | undefined;
      readonly document: PolicyDocument;
      readonly numberingTable: string;
    };

/** The engine's whole state as JSON values. Sorted: the same state gives the same text. */
export interface EngineSnapshot {
  readonly version: 1;
  readonly events: readonly EngineEvent[];
}

/** The policy that holds for an account where no policy of the name asked for is in force. */
export const DEFAULT_POLICY_NAME = "default";

const NOTHING_SAID: PolicyDocument = {};
const UNKNOWN_ACCOUNT: CompiledPolicy = compilePolicy([]);
const CACHED_ACCOUNTS = 10_000;

interface Placement {
  /** Revisions may come before the account does; until then it is not known. */
  isPlaced: boolean;
  parent: AccountId | undefined;
  readonly policies: Map<string, RevisionHistory>;
}

/**
 * Holds what decides (accounts and their policy revisions) in memory, and decides. Events in, verdicts out; no clock, no
 * I/O. It takes whatever the journal holds: what makes no sense (an account below itself, below one that never came) is
 * not refused here, where it would stop the start, but decided closed.
 */
export class Engine {
  readonly #accounts: Map<AccountId, Placement> = new Map();
  readonly #cache: PolicyCache;
  /** A parent's document stands in the chain of each of its children, and is compiled once for all of them. */
  readonly #compiled: WeakMap<PolicyDocument, CompiledDocument> = new WeakMap();
  #version = 0;

  /** `cachedAccounts`: for how many accounts, about, compiled policies are kept at hand. */
  constructor({ cachedAccounts = CACHED_ACCOUNTS }: { readonly cachedAccounts?: number } = {}) {
    this.#cache = new PolicyCache(cachedAccounts);
  }

  apply(event: EngineEvent): void {
    this.#version++;
    const placement = this.#placementOf(event.account);
    if (event.type === "account_placed") {
      placement.isPlaced = true;
      placement.parent = event.parent;
      return;
    }
    const history = placement.policies.get(event.policy) ?? new RevisionHistory();
    placement.policies.set(event.policy, history);
    const { number, state, from, until = Number.POSITIVE_INFINITY, document, numberingTable } = event;
    history.put({ number, state, from, until, document, numberingTable });
  }

  /** The verdict under the account's policy of this name, as it is in force at the message's time. */
  decide(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at));
  }

  /**
   * The chain that decides at this time: the account's own document, its parent's, to the root. Where an account has no
   * revision of the policy in force, its `default` stands in; where it has none of that either, it says nothing
   * (revision 0). Empty: the account, or one above it, is not known.
   */
  levelsFor(account: AccountId, policy: string, at: EpochMilliseconds): readonly PolicyLevel[] {
    return this.#resolve(account, policy, at, everAfter()) ?? [];
  }

  /** Names of the account's policies, sorted; also of those that are not in force. */
  policiesOf(account: AccountId): readonly string[] {
    return [...(this.#accounts.get(account)?.policies.keys() ?? [])].sort();
  }

  snapshot(): EngineSnapshot {
    const accounts = [...this.#accounts].sort(([a], [b]) => compare(a, b));
    return { version: 1, events: accounts.flatMap(([account, placement]) => eventsOf(account, placement)) };
  }

  static restore(snapshot: EngineSnapshot): Engine {
    if (snapshot.version !== 1) throw new SnapshotUnreadable(snapshot.version);
    const engine = new Engine();
    for (const event of snapshot.events) engine.apply(event);
    return engine;
  }

  #placementOf(account: AccountId): Placement {
    const placement = this.#accounts.get(account) ?? { isPlaced: false, parent: undefined, policies: new Map() };
    this.#accounts.set(account, placement);
    return placement;
  }

  #policyFor(account: AccountId, policy: string, at: EpochMilliseconds): CompiledPolicy {
    const cached = this.#cache.get(account, policy);
    if (cached?.version === this.#version && at >= cached.window.from && at < cached.window.until) {
      return cached.compiled;
    }
    const window = everAfter();
    const levels = this.#resolve(account, policy, at, window);
    if (levels === undefined) return UNKNOWN_ACCOUNT;
    const compiled = compilePolicy(levels, (document) => this.#compile(document));
    this.#cache.set(account, policy, { compiled, window, version: this.#version });
    return compiled;
  }

  #compile(document: PolicyDocument): CompiledDocument {
    const compiled = this.#compiled.get(document) ?? compileDocument(document);
    this.#compiled.set(document, compiled);
    return compiled;
  }

  /** Narrows `window` to the time in which the same revisions decide. Undefined: not known up to the root. */
  #resolve(account: AccountId, policy: string, at: number, window: Window): readonly PolicyLevel[] | undefined {
    const levels: PolicyLevel[] = [];
    const seen = new Set<AccountId>();
    let name = policy;
    for (let next: AccountId | undefined = account; next !== undefined; ) {
      const placement: Placement | undefined = this.#accounts.get(next);
      if (placement === undefined || !placement.isPlaced || seen.has(next)) return undefined;
      seen.add(next);
      let revision = placement.policies.get(name)?.inForceAt(at, window);
      if (revision === undefined) {
        revision = placement.policies.get(DEFAULT_POLICY_NAME)?.inForceAt(at, window);
        // An account that says nothing at all leaves the choice to the one above it.
        if (revision !== undefined) name = DEFAULT_POLICY_NAME;
      }
      levels.push(levelOf(next, name, revision));
      next = placement.parent;
    }
    return levels;
  }
}

/** The snapshot was written by another version of the engine. */
export class SnapshotUnreadable extends Error {
  override readonly name = "SnapshotUnreadable";
  readonly code = "snapshot_unreadable";

  constructor(version: unknown) {
    super(`the engine reads snapshots of version 1; this one has version ${String(version)}`);
  }
}

function levelOf(account: AccountId, policy: string, revision: Revision | undefined): PolicyLevel {
  if (revision === undefined) {
    return { account, policy, revision: 0, document: NOTHING_SAID, numberingTable: NUMBERING_TABLE };
  }
  const { number, document, numberingTable } = revision;
  return { account, policy, revision: number, document, numberingTable };
}

function eventsOf(account: AccountId, { isPlaced, parent, policies }: Placement): readonly EngineEvent[] {
  const placed: readonly EngineEvent[] = isPlaced ? [{ type: "account_placed", account, parent }] : [];
  const revisions = [...policies]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([policy, history]) => history.list().map((revision) => revisionEvent(account, policy, revision)));
  return [...placed, ...revisions];
}

function revisionEvent(account: AccountId, policy: string, revision: Revision): EngineEvent {
  const { number, state, document, numberingTable } = revision;
  const from = revision.from as EpochMilliseconds;
  const until = revision.until === Number.POSITIVE_INFINITY ? undefined : (revision.until as EpochMilliseconds);
  return { type: "revision_put", account, policy, number, state, from, until, document, numberingTable };
}

function everAfter(): Window {
  return { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
