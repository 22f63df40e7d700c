import type { AccountId, EpochMilliseconds } from "./brand.ts";
import { type Detect, decide, type Limit } from "./decide.ts";
import {
  AccountDetection,
  type AccountDetectionSnapshot,
  type RememberedNumber,
} from "./detection/account-detection.ts";
import { applyDetectionEvent, type DetectionEvent } from "./detection/detection-event.ts";
import { ALLOWED, type DetectionResult } from "./detection/detection-finding.ts";
import { lineOf, queryOf } from "./detection/detection-query.ts";
import type { DetectionMode, EffectiveDetection } from "./detection/detection-settings.ts";
import { SharedEvidence, type SharedEvidenceSnapshot } from "./detectors/shared-evidence.ts";
import type { Incident } from "./incidents/incident.ts";
import type { LimitNeeds } from "./limits/compiled-limits.ts";
import { DEFAULT_LIMIT_ROWS, type IsProven, LimitBook, type LimitBookSnapshot } from "./limits/limit-book.ts";
import { keyOfRange } from "./limits/limit-key.ts";
import { type LimitUse, limitUse } from "./limits/limit-use.ts";
import { type Message, NUMBER_CHANNELS } from "./message.ts";
import type { E164 } from "./numbering/e164.ts";
import { NUMBERING_TABLE } from "./numbering/plan.generated.ts";
import { type CompiledDocument, compileDocument } from "./policy/compiled-document.ts";
import { type CompiledPolicy, compilePolicy } from "./policy/compiled-policy.ts";
import { PolicyCache } from "./policy/policy-cache.ts";
import type { PolicyDocument, PolicyLevel } from "./policy/policy-document.ts";
import { type Revision, RevisionHistory, type RevisionState, type Window } from "./policy/revision-history.ts";
import { DEFAULT_CAPACITY, type SignalCapacity } from "./signals/account-signals.ts";
import { detectionFinding } from "./verdict/explain-verdict.ts";
import type { Verdict, VerdictAction } from "./verdict/verdict.ts";

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
    }
  | DetectionEvent;

/** The engine's whole state as plain values. Sorted: the same state gives the same snapshot. */
export interface EngineSnapshot {
  readonly version: 5;
  readonly events: readonly EngineEvent[];
  /** Of each account whose traffic was seen; holds typed arrays. */
  readonly detection: readonly AccountDetectionSnapshot[];
  readonly shared: SharedEvidenceSnapshot;
  /** Absent: written before there were limits. Holds typed arrays. */
  readonly limits?: LimitBookSnapshot;
}

/** What was measured and counted of one number. */
export interface KnownOfNumber extends RememberedNumber {
  readonly limits: readonly { readonly ceiling: string; readonly count: number }[];
}

/** The policy that holds for an account where no policy of the name asked for is in force. */
export const DEFAULT_POLICY_NAME = "default";

const NOTHING_SAID: PolicyDocument = {};
const UNKNOWN_ACCOUNT: CompiledPolicy = compilePolicy([]);
const CACHED_ACCOUNTS = 10_000;

export interface EngineOptions {
  readonly cachedAccounts?: number;
  readonly capacity?: SignalCapacity;
  /** Rows that the counts of one account's ceilings may take together. */
  readonly limitRows?: number;
}

interface Placement {
  /** Revisions may come before the account does; until then it is not known. */
  isPlaced: boolean;
  parent: AccountId | undefined;
  readonly policies: Map<string, RevisionHistory>;
}

/**
 * Holds what decides (accounts, their policy revisions, what was seen of their traffic) in memory, and decides. Events in, verdicts out; no clock, no
 * I/O. It takes whatever the journal holds: what makes no sense (an account below itself, below one that never came) is
 * not refused here, where it would stop the start, but decided closed.
 */
export class Engine {
  readonly #accounts: Map<AccountId, Placement> = new Map();
  readonly #cache: PolicyCache;
  /** A parent's document stands in the chain of each of its children, and is compiled once for all of them. */
  readonly #compiled: WeakMap<PolicyDocument, CompiledDocument> = new WeakMap();
  readonly #detection: Map<AccountId, AccountDetection> = new Map();
  readonly #capacity: SignalCapacity;
  #shared: SharedEvidence = new SharedEvidence();
  #limits: LimitBook;
  readonly #isProven: IsProven = ({ account, recipient, at }) =>
    this.#detection.get(account)?.isProven(lineOf(recipient.e164), at) ?? false;
  readonly #limit: Limit = {
    reserve: (message, limits) => {
      const exceeded = this.#limits.exceeded(limits, message, this.#isProven);
      if (exceeded === undefined) this.#limits.spend(limits, message, this.#isProven);
      return exceeded;
    },
    release: (message) => this.#limits.releaseLast(message),
  };
  readonly #foreseeLimit: Limit = {
    reserve: (message, limits) => this.#limits.exceeded(limits, message, this.#isProven),
    release: () => undefined,
  };
  readonly #detect: Detect = (message, mode, settings) =>
    mode === "off"
      ? this.#lockdownFor(message)
      : this.detectionOf(message.account).decide(queryOf(message, mode, settings));
  readonly #foresee: Detect = (message, mode, settings) => this.#look(message, mode, settings, true);
  #version = 0;

  /** `cachedAccounts`: for how many accounts, about, compiled policies are kept at hand; `capacity`: see the signals. */
  constructor({
    cachedAccounts = CACHED_ACCOUNTS,
    capacity = DEFAULT_CAPACITY,
    limitRows = DEFAULT_LIMIT_ROWS,
  }: EngineOptions = {}) {
    this.#cache = new PolicyCache(cachedAccounts);
    this.#capacity = capacity;
    this.#limits = new LimitBook(limitRows);
  }

  apply(event: EngineEvent): void {
    if (event.type !== "account_placed" && event.type !== "revision_put") {
      applyDetectionEvent(this.detectionOf(event.account), event);
      return;
    }
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

  /**
   * The verdict under the account's policy of this name, as it is in force at the message's time. The message counts as
   * asked for: what was measured of the account's traffic moves on. Allowed, it has reserved its part of every limit: spent
   * at once, or, where it has an id, until `release` or `settle`.
   */
  decide(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at), this.#detect, this.#limit);
  }

  /**
   * Decides on a recorded message once more, under the policy that decided then (see `levelsFor`), and counts it: so
   * detection comes to where it was. Limits do not take part: what was recorded as allowed is spent (see `spend`).
   */
  decideUnder(message: Message, policy: CompiledPolicy): Verdict {
    return decide(message, policy, this.#detect);
  }

  /**
   * A further question about a message that was counted with the verdict `earlier`: another channel, the next provider. It
   * is not counted again; detection says what it said, or what holds now where that is stricter.
   */
  reconsider(message: Message, policy: string, earlier: Verdict): Verdict {
    const said = detectionFinding(earlier);
    return decide(message, this.#policyFor(message.account, policy, message.at), (again, mode, settings) => {
      const now = this.#look(again, mode, settings, false);
      if (said === undefined || isStricter(now.opinion.action, said.opinion.action)) return now;
      return { opinion: said.opinion, score: said.score, incident: said.incident };
    });
  }

  /** Without steps 6 and 7, for a message that detection is not to look at: detection does not count it, limits do. */
  decideByRules(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at), undefined, this.#limit);
  }

  /** As `reconsider`, for a message that detection is not to look at. */
  reconsiderByRules(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at));
  }

  /** As `preview`, for a message that detection is not to look at. */
  previewByRules(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at), undefined, this.#foreseeLimit);
  }

  /** Counts a recorded message that was allowed under this policy, whether there is room or not. */
  spend(message: Message, policy: CompiledPolicy | string): void {
    const compiled = typeof policy === "string" ? this.#policyFor(message.account, policy, message.at) : policy;
    if (compiled.limits === undefined || !NUMBER_CHANNELS.includes(message.channel)) return;
    this.#limits.spend(compiled.limits, message, this.#isProven);
  }

  /** The message with this id did not go out: what it reserved is free again. */
  release(id: string): void {
    this.#limits.release(id);
  }

  /** The message with this id went out, or may have: what it reserved is spent. */
  settle(id: string): void {
    this.#limits.settle(id);
  }

  /** The limits that hold for the account under this policy, its own first, with their use at this time. */
  limitUse(account: AccountId, policy: string, at: EpochMilliseconds): readonly LimitUse[] {
    const { limits } = this.#policyFor(account, policy, at);
    return limits === undefined ? [] : limitUse(this.#limits, limits, account, at);
  }

  /** What limits under this policy have to know of a message, besides what is always known. Undefined: nothing. */
  limitNeeds(account: AccountId, policy: string, at: EpochMilliseconds): LimitNeeds | undefined {
    return this.#policyFor(account, policy, at).limits?.needs;
  }

  /** What would be said now, changing nothing. */
  preview(message: Message, policy: string): Verdict {
    return decide(message, this.#policyFor(message.account, policy, message.at), this.#foresee, this.#foreseeLimit);
  }

  /** Lets time pass: what is due up to `until` happens. */
  advance(until: EpochMilliseconds): void {
    for (const detection of this.#detection.values()) detection.advance(until);
  }

  /** Incidents that changed since this was last asked. */
  takeIncidents(): readonly Incident[] {
    return [...this.#detection.values()].flatMap((detection) => detection.incidents.takeChanged());
  }

  /** As `detectionOf`; undefined: none of its traffic was seen, and nothing said of it. */
  findDetection(account: AccountId): AccountDetection | undefined {
    return this.#detection.get(account);
  }

  /** What was measured of an account's traffic, and what detection makes of it. */
  detectionOf(account: AccountId): AccountDetection {
    const known = this.#detection.get(account);
    if (known !== undefined) return known;
    const made = new AccountDetection(account, this.#capacity, this.#shared);
    this.#detection.set(account, made);
    return made;
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

  /** What was measured and counted of one number in this account. `limits`: by the ids of the ceilings that it has set. */
  knownOf(account: AccountId, e164: E164, at: EpochMilliseconds): KnownOfNumber {
    const remembered = this.#detection.get(account)?.knownOf(lineOf(e164)) ?? { sessions: [], incidents: [] };
    return { ...remembered, limits: this.#limits.countsOf(account, keyOfRange(e164, 0), at) };
  }

  /**
   * A number was erased: what was measured and counted of it in this account is from now on of what stands for it (see
   * `standInFor`). Replaying the journal, in which the same was done, comes to the same.
   */
  eraseNumber(account: AccountId, e164: E164, standIn: E164): void {
    this.#detection.get(account)?.rename(lineOf(e164), lineOf(standIn));
    // (ranges stay: they are of others, too)
    this.#limits.rename(account, keyOfRange(e164, 0), keyOfRange(standIn, 0));
  }

  snapshot(): EngineSnapshot {
    const accounts = [...this.#accounts].sort(([a], [b]) => compare(a, b));
    const detection = [...this.#detection].sort(([a], [b]) => compare(a, b));
    return {
      version: 5,
      events: accounts.flatMap(([account, placement]) => eventsOf(account, placement)),
      detection: detection.map(([, state]) => state.snapshot()),
      shared: this.#shared.snapshot(),
      limits: this.#limits.snapshot(),
    };
  }

  static restore(snapshot: EngineSnapshot, options: EngineOptions = {}): Engine {
    if (snapshot.version !== 5) throw new SnapshotUnreadable(snapshot.version);
    const engine = new Engine(options);
    for (const event of snapshot.events) engine.apply(event);
    engine.#shared = SharedEvidence.restore(snapshot.shared);
    if (snapshot.limits !== undefined) engine.#limits = LimitBook.restore(snapshot.limits, options.limitRows);
    for (const state of snapshot.detection) {
      engine.#detection.set(state.account, AccountDetection.restore(state, engine.#capacity, engine.#shared));
    }
    return engine;
  }

  #placementOf(account: AccountId): Placement {
    const placement = this.#accounts.get(account) ?? { isPlaced: false, parent: undefined, policies: new Map() };
    this.#accounts.set(account, placement);
    return placement;
  }

  #look(message: Message, mode: DetectionMode, settings: EffectiveDetection, ofFurther: boolean): DetectionResult {
    if (mode === "off") return this.#lockdownFor(message);
    const detection = this.#detection.get(message.account);
    return detection === undefined ? ALLOWED : detection.preview(queryOf(message, mode, settings), ofFurther);
  }

  #lockdownFor({ account, recipient, at }: Message): DetectionResult {
    const detection = this.#detection.get(account);
    // (nearly never: no number is read for nothing)
    if (detection === undefined || at >= detection.lockdownUntil) return ALLOWED;
    return detection.lockdownOf(lineOf(recipient.e164), at);
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
    super(`the engine reads snapshots of version 5; this one has version ${String(version)}`);
  }
}

const FROM_MILDEST: readonly VerdictAction[] = ["allow", "hold", "challenge", "block"];

function isStricter(a: VerdictAction, b: VerdictAction): boolean {
  return FROM_MILDEST.indexOf(a) > FROM_MILDEST.indexOf(b);
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
