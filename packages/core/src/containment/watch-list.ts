import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";
import type { IncidentLog } from "../incidents/incident-log.ts";
import {
  BLOCK_LEVELS,
  type BlockTable,
  blockKey,
  blockRange,
  LEVEL_100K,
  levelOfKey,
  NEW_BLOCK,
} from "../signals/block-table.ts";
import { SESSION } from "../signals/session-log.ts";
import { isCrowded } from "./new-blocks-asked.ts";
import { type ProbeSchedule, ProbeSchedules, type ProbeSchedulesSnapshot } from "./probe-schedule.ts";
import { keyOfScope, NEW_BLOCK_SIZES, newBlocksKey, scopeOfBlock } from "./scope-key.ts";
import { copyTurnedAway } from "./turned-away.ts";
import { type ContainmentCause, copyWatch, IDLE_MS, newWatch, noEvidence, type Watch } from "./watch.ts";
import { WatchIndex } from "./watch-index.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A number this near the last one of an attack, this soon after, goes on with it. */
const CONSECUTIVE = 16;
const CONSECUTIVE_MS = 10 * MINUTE_MS;
/** Where so many tenths of a block are attacked one after the other, the block is. */
const MOST_PARTS = 3;
/** Messages that a completion in a shut scope lets pass, and how many unused ones open it. */
const TOKENS_PER_CONVERSION = 2;
const OPENING_TOKENS = 6;
/** Completed probes that open a contained range again. */
const REOPENING_CONVERSIONS = 2;

/** More are not watched at once; of a full list so many end together. An attack on as many blocks is one on new blocks, too. */
const MOST_WATCHES = 32_768;
const ROOM_MADE = 2_048;

/** What of an account's traffic is watched, and contained. */
export class WatchList {
  readonly #incidents: IncidentLog;
  readonly #watches: Map<number, Watch> = new Map();
  readonly #index: WatchIndex = new WatchIndex();
  /** Blocks of 100,000 in which something was stopped, and when for the first time: oldest first. */
  readonly #attacked: Map<number, number> = new Map();
  #probes: ProbeSchedules = new ProbeSchedules();

  constructor(incidents: IncidentLog) {
    this.#incidents = incidents;
  }

  get size(): number {
    return this.#watches.size;
  }

  get(key: number): Watch | undefined {
    return this.#watches.get(key);
  }

  values(): IterableIterator<Watch> {
    return this.#watches.values();
  }

  /** The newest number that was asked for in a watched scope. */
  sawLast(watch: Watch, line: number, at: number): void {
    watch.lastSeenAt = Math.max(watch.lastSeenAt, at);
    this.#index.sawLast(watch, line);
  }

  probesOf(destination: number, at: number): ProbeSchedule {
    return this.#probes.of(destination, at);
  }

  /** The watch that applies to a number: a contained one before others, the smallest first. `destination`: −1, not seen. */
  around(line: number, destination: number, blocks: BlockTable, at: number): Watch | undefined {
    if (this.#watches.size === 0) return undefined;
    let found: Watch | undefined;
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      const watch = this.#watches.get(blockKey(line, level));
      if (watch === undefined) continue;
      if (watch.contained !== undefined) return watch;
      // Where one tenth of it explains it, the others are let alone, unless nobody ever verified there.
      const { majorityChild, isNew } = watch;
      if (level > 0 && !isNew && majorityChild !== 0 && majorityChild !== blockKey(line, level - 1)) continue;
      if (found === undefined || at < watch.closedUntil) found = watch;
    }
    return found ?? this.ofNewBlocks(line, destination, blocks, at);
  }

  /** The smallest block around a number that stays shut until something that it let through is completed. */
  shutAround(line: number): Watch | undefined {
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      const watch = this.#watches.get(blockKey(line, level));
      if (watch === undefined || !watch.firm || watch.tokens > 0) continue;
      const { majorityChild, isNew } = watch;
      if (level === 0 || isNew || majorityChild === 0 || majorityChild === blockKey(line, level - 1)) return watch;
    }
    return undefined;
  }

  /** The watch on new blocks of the destination, where the number is in one. */
  ofNewBlocks(line: number, destination: number, blocks: BlockTable, at: number): Watch | undefined {
    if (destination < 0) return undefined;
    const day = Math.floor(at / DAY_MS);
    for (const [size, level] of NEW_BLOCK_SIZES) {
      const watch = this.#watches.get(newBlocksKey(destination, size));
      if (watch === undefined) continue;
      const slot = blocks.find(blockKey(line, level));
      if (slot === -1 || blocks.converted(slot, day) < NEW_BLOCK) return watch;
    }
    return undefined;
  }

  /** An attack on consecutive numbers goes on beyond the end of what is watched: so does the watch. */
  continuing(line: number, destination: number, at: EpochMilliseconds): Watch | undefined {
    const watch = this.#index.near(
      line,
      CONSECUTIVE,
      ({ hasStopped, key, lastSeenAt, contained }) =>
        hasStopped && key >= 0 && at - lastSeenAt <= CONSECUTIVE_MS && contained?.cause !== "operator",
    );
    if (watch === undefined) return undefined;
    const level = levelOfKey(watch.key);
    const parent = level === LEVEL_100K ? 0 : blockKey(line, level + 1);
    const widens = parent !== 0 && this.#stoppedParts(parent, level) >= MOST_PARTS;
    const key = widens ? parent : blockKey(line, level);
    const evidence = { ...watch.evidence, scope: scopeOfBlock(key) };
    const next: Watch = {
      ...copyWatch(watch),
      key,
      destination,
      since: at,
      lastSeenAt: at,
      lastLine: line,
      majorityChild: 0,
      evidence,
    };
    if (widens) this.#endParts(parent, level);
    this.#put(next);
    this.#incidents.rangeFound(next.incident, evidence.scope, at);
    if (next.contained !== undefined) this.#announce(next, next.contained);
    return next;
  }

  /** The watch of this key with its newest evidence; begun where there was none. */
  watch(key: number, destination: number, evidence: Evidence, at: number): Watch {
    const known = this.#watches.get(key);
    if (known !== undefined) {
      known.evidence = evidence;
      known.lastSeenAt = at;
      return known;
    }
    // Who was turned away from a part was turned away from the whole.
    const part = this.#mostTurnedAway(key);
    const begun = newWatch(key, destination, at, evidence);
    const watch = part === undefined ? begun : { ...begun, turnedAway: copyTurnedAway(part.turnedAway) };
    this.#put(watch);
    return watch;
  }

  /** The blocks around a number that are watched besides this one, and not contained: larger than it, the smallest first. */
  *wider(line: number, { key }: Watch): Generator<Watch> {
    for (let level = levelOfKey(key) + 1; key > 0 && level < BLOCK_LEVELS; level++) {
      const watch = this.#watches.get(blockKey(line, level));
      if (watch !== undefined && watch.contained === undefined) yield watch;
    }
  }

  /** So many pass that people have to prove themselves: in all that is watched around the number. */
  noteLarge(line: number, until: number): void {
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      const watch = this.#watches.get(blockKey(line, level));
      if (watch !== undefined) watch.largeUntil = until;
    }
  }

  contain(watch: Watch, cause: ContainmentCause, at: EpochMilliseconds, until: EpochMilliseconds): void {
    if (watch.contained !== undefined) return;
    watch.contained = { cause, from: at, until, conversions: 0 };
    this.#announce(watch, watch.contained);
  }

  /** A block of an attack on new blocks is contained by itself. */
  containPart(wide: Watch, key: number, at: EpochMilliseconds, until: EpochMilliseconds): Watch {
    const evidence = { ...wide.evidence, scope: scopeOfBlock(key) };
    const begun = newWatch(key, wide.destination, at, evidence);
    const watch: Watch = { ...begun, origin: wide.key, incident: wide.incident, isNew: true };
    this.#put(watch);
    this.#incidents.rangeFound(watch.incident, evidence.scope, at);
    this.contain(watch, "unanswered", at, until);
    return watch;
  }

  /** An operator contains a range of 100 to 100,000 numbers. `until` not after `at`: what contains it ends. */
  containRange(
    scope: Extract<Scope, { readonly type: "block" }>,
    incident: number | undefined,
    until: EpochMilliseconds,
    at: EpochMilliseconds,
  ): void {
    const key = keyOfScope(scope);
    if (until <= at) {
      const ended = this.#watches.get(key);
      if (ended?.contained === undefined) return;
      this.#incidents.note(ended.incident, at, "released", scope);
      this.#end(ended);
      return;
    }
    const watch = this.#watches.get(key) ?? this.#put(newWatch(key, -1, at, noEvidence(scope, at)));
    watch.isNew = true;
    watch.incident = incident ?? watch.incident;
    watch.contained = undefined;
    watch.lastSeenAt = at;
    this.contain(watch, "operator", at, until);
  }

  /** Ends every watch of an incident. */
  release(incident: number, at: number): void {
    for (const watch of this.#watches.values()) {
      if (watch.incident !== incident) continue;
      this.#incidents.note(incident, at, "released", watch.evidence.scope);
      this.#end(watch);
    }
  }

  /** Ends every watch but those that an operator contained. */
  forgetOwn(at: number): void {
    for (const watch of this.#watches.values()) {
      // (destinations are numbered anew)
      if (watch.contained?.cause === "operator") this.#index.moveTo(watch, -1);
      else {
        if (watch.incident !== 0) this.#incidents.note(watch.incident, at, "released", watch.evidence.scope);
        this.#end(watch);
      }
    }
    this.#attacked.clear();
    this.#probes = new ProbeSchedules();
  }

  isContained(incident: number): boolean {
    for (const watch of this.#watches.values()) {
      if (watch.incident === incident && watch.contained !== undefined) return true;
    }
    return false;
  }

  /**
   * A session that was let through is completed: shut scopes around it let more pass, and open when several in a row are.
   * `state`: the session's.
   */
  converted(line: number, destination: number, state: number, at: number): void {
    // A number that was verified before says nothing of new ones.
    if ((state & SESSION.trusted) !== 0) return;
    if ((state & SESSION.elsewhere) !== 0) this.#answeredElsewhere(destination);
    for (let level = 0; level < BLOCK_LEVELS; level++)
      this.#convertedIn(blockKey(line, level), line, destination, state, at);
    if ((state & SESSION.elsewhere) !== 0) return;
    if ((state & SESSION.new10k) !== 0)
      this.#convertedIn(newBlocksKey(destination, 10_000), line, destination, state, at);
    if ((state & SESSION.new100k) !== 0)
      this.#convertedIn(newBlocksKey(destination, 100_000), line, destination, state, at);
  }

  /** Has the destination so many watched blocks of 100,000 in which a message was stopped, or nothing was completed? */
  hasAttackedApart(destination: number, blocks: number): boolean {
    const apart = new Set<number>();
    for (const watch of this.#index.ofDestination(destination)) {
      if (watch.key < 0 || (!watch.hasStopped && watch.evidence.counts.converted > 0)) continue;
      apart.add(blockKey(blockRange(watch.key).first, LEVEL_100K));
      if (apart.size >= blocks) return true;
    }
    return false;
  }

  /** A watch stops a message; where nothing was ever completed in it, its block counts as attacked. */
  noteStopped(watch: Watch, at: number): void {
    watch.hasStopped = true;
    const { converted, unanswered } = watch.evidence.counts;
    if (converted > 0 || unanswered < 2) return;
    // The parts of an attack on new blocks are one attack.
    const block = watch.origin < 0 ? watch.origin : blockKey(blockRange(watch.key).first, LEVEL_100K);
    if (!this.#attacked.has(block)) this.#attacked.set(block, at);
  }

  /** How many blocks of 100,000 were attacked within a day, wherever: those who attack try one after the other. */
  attackedBlocks(at: number): number {
    for (const [block, stoppedAt] of this.#attacked) {
      if (at - stoppedAt < DAY_MS) break;
      this.#attacked.delete(block);
    }
    return this.#attacked.size;
  }

  /** Containments expire, and what nobody asks for is watched no more: gives what ended so. */
  advance(until: number): readonly Watch[] {
    const ended: Watch[] = [];
    for (const watch of this.#watches.values()) {
      const { contained } = watch;
      if (contained !== undefined && contained.until <= until) {
        this.#incidents.note(watch.incident, contained.until, "expired", watch.evidence.scope);
        watch.contained = undefined;
      }
      if (watch.contained === undefined && until - watch.pace.attackAt >= IDLE_MS) {
        this.#end(watch);
        ended.push(watch);
      }
    }
    this.#probes.advance(until);
    return ended;
  }

  /** What is remembered of one number is remembered of another from now on. */
  rename(line: number, other: number): void {
    for (const watch of this.#watches.values()) {
      if (watch.lastLine === line) this.#index.sawLast(watch, other);
      for (const [block, first] of watch.asked ?? []) if (first === line) watch.asked?.set(block, other);
    }
  }

  snapshot(): WatchListSnapshot {
    return {
      watches: [...this.#watches.values()].map(copyWatch),
      attacked: [...this.#attacked],
      probes: this.#probes.snapshot(),
    };
  }

  static restore(snapshot: WatchListSnapshot, incidents: IncidentLog): WatchList {
    const list = new WatchList(incidents);
    for (const watch of snapshot.watches) list.#put(copyWatch(watch));
    for (const [block, at] of snapshot.attacked) list.#attacked.set(block, at);
    list.#probes = ProbeSchedules.restore(snapshot.probes);
    return list;
  }

  #convertedIn(key: number, line: number, destination: number, state: number, at: number): void {
    const watch = this.#watches.get(key);
    if (watch === undefined) return;
    watch.turnedAway.completed++;
    if (watch.firm) watch.tokens += TOKENS_PER_CONVERSION;
    else watch.closedUntil = 0;
    const isProbe = (state & SESSION.probe) !== 0;
    if (isProbe) Object.assign(this.#probes.of(destination, at), { count: 0, pause: 0 });
    if (watch.tokens >= OPENING_TOKENS && (isProbe || !isCrowded(watch))) {
      watch.firm = false;
      watch.exhausted = 0;
      watch.closedUntil = 0;
    }
    if (watch.incident !== 0 && (state & SESSION.suspected) !== 0) this.#incidents.converted(watch.incident, line);
    const { contained } = watch;
    if (contained === undefined || !isProbe || contained.cause !== "unanswered") return;
    if (++contained.conversions < REOPENING_CONVERSIONS) return;
    watch.contained = undefined;
    this.#incidents.note(watch.incident, at, "reopened", watch.evidence.scope);
  }

  #answeredElsewhere(destination: number): void {
    for (const [size] of NEW_BLOCK_SIZES) {
      const watch = this.#watches.get(newBlocksKey(destination, size));
      if (watch !== undefined) watch.openElsewhereAt = 0;
    }
  }

  #announce(watch: Watch, { cause, from, until }: NonNullable<Watch["contained"]>): void {
    this.#incidents.contained(watch.incident, {
      scope: watch.evidence.scope,
      by: cause === "operator" ? "operator" : "detection",
      action: "block",
      from: from as EpochMilliseconds,
      until: until as EpochMilliseconds,
    });
  }

  /** How many tenths of a block are watched and have stopped something. */
  #stoppedParts(parent: number, level: number): number {
    let parts = 0;
    for (const { key, hasStopped } of this.#index.partsOf(parent)) if (hasStopped && levelOfKey(key) === level) parts++;
    return parts;
  }

  /** The part of a block that turned the most away. */
  #mostTurnedAway(parent: number): Watch | undefined {
    let most: Watch | undefined;
    for (const watch of this.#index.partsOf(parent))
      if (watch.turnedAway.numbers > (most?.turnedAway.numbers ?? 0)) most = watch;
    return most;
  }

  #endParts(parent: number, level: number): void {
    for (const watch of [...this.#index.partsOf(parent)]) if (levelOfKey(watch.key) === level) this.#end(watch);
  }

  #put(watch: Watch): Watch {
    const before = this.#watches.get(watch.key);
    if (before === undefined && this.#watches.size >= MOST_WATCHES) this.#makeRoom();
    this.#watches.set(watch.key, watch);
    this.#index.add(watch, before);
    return watch;
  }

  /** Those that were begun first go, what is contained last of all; what an operator contained stays. */
  #makeRoom(): void {
    for (const isContained of [false, true]) {
      for (const watch of this.#watches.values()) {
        if (this.#watches.size <= MOST_WATCHES - ROOM_MADE) return;
        const { contained, incident, lastSeenAt, evidence } = watch;
        if ((contained !== undefined) !== isContained || contained?.cause === "operator") continue;
        if (isContained) this.#incidents.note(incident, lastSeenAt, "expired", evidence.scope);
        this.#end(watch);
      }
    }
  }

  #end(watch: Watch): void {
    this.#watches.delete(watch.key);
    this.#index.remove(watch);
  }
}

export interface WatchListSnapshot {
  readonly watches: readonly Watch[];
  readonly attacked: readonly (readonly [number, number])[];
  readonly probes: ProbeSchedulesSnapshot;
}
