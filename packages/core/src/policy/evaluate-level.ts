import type { Message } from "../message.ts";
import type { Destination } from "../numbering/e164.ts";
import type { ReasonCode } from "../verdict/reason-code.ts";
import { type BitSet, channelBit, fieldSet } from "./bit-set.ts";
import {
  type DestinationEntry,
  type ExceptionEntry,
  exceptionHolds,
  type RangeEntry,
  type RuleQuery,
  speaks,
} from "./compiled-document.ts";
import type { CompiledPolicy, EffectiveLevel } from "./compiled-policy.ts";
import { channelGround, listGround, numberTypeGround } from "./constant-grounds.ts";
import type { PolicyGround } from "./policy-document.ts";
import type { ScaledNumber } from "./prefix-index.ts";
import { BLOCK, FILTER, type Strictness } from "./strictness.ts";

/** A rule that holds for the message, with what it comes to. */
export interface Statement {
  readonly strictness: Strictness;
  readonly reason: ReasonCode;
  readonly ground: PolicyGround;
  /** Policy fields that it stems from: locking any of them makes it bind. */
  readonly fields: BitSet;
  /** Index of the document that says it; the last is the default policy. */
  readonly from: number;
}

/** What one account's effective policy (its document over those above it) comes to for one message. */
export interface LevelOutcome {
  /** Step 3. */
  readonly exception: Statement | undefined;
  /** Step 4, whether or not step 3 decides. */
  readonly destination: Statement;
  /** Of the two, the one that decides at this level. */
  readonly deciding: Statement;
  /** The strictest of what accounts below cannot undo: explicit blocks, and outcomes that stem from a locked field. */
  readonly binding: Statement | undefined;
}

const RANGES = fieldSet(["ranges"]);
const EXCEPTIONS = fieldSet(["exceptions"]);
const DESTINATIONS = fieldSet(["destinations"]);
const NUMBER_TYPES = fieldSet(["numberTypes"]);
/** Which destinations the list leaves out is as much a matter of the list as of its mode. */
const LIST = fieldSet(["listMode", "destinations"]);
const CHANNELS = fieldSet(["channels"]);

/** Everything that an evaluation at one level reads. */
interface LevelQuery {
  readonly policy: CompiledPolicy;
  readonly level: number;
  readonly effective: EffectiveLevel;
  readonly rules: RuleQuery;
  readonly message: Message;
}

/** Evaluates the effective policy of the chain's `level`-th account. `number` is the message's recipient. */
export function evaluateLevel(
  policy: CompiledPolicy,
  level: number,
  number: ScaledNumber,
  message: Message,
): LevelOutcome {
  const effective = policy.levels[level];
  if (effective === undefined) throw new RangeError(`the policy has no level ${level}`);
  const channel = channelBit(message.channel);
  const covered = (effective.channels & channel) !== 0;
  const rules: RuleQuery = { scaled: number.scaled, length: number.length, at: message.at, channel, covered };
  const query: LevelQuery = { policy, level, effective, rules, message };

  const found = findException(query);
  const { destination, binding } = evaluateDestination(query);
  if (found === undefined) return { exception: undefined, destination, deciding: destination, binding };

  const exception = exceptionStatement(found.entry, found.from);
  if (found.entry.barred) return { exception, destination, deciding: exception, binding: exception };
  if (found.entry.evenIfDestinationBlocked) {
    return { exception, destination, deciding: exception, binding: undefined };
  }
  return {
    exception,
    destination,
    deciding: destination.strictness === BLOCK ? destination : exception,
    // Trust takes detection out, so of step 4 only a block is left that could bind.
    binding: binding?.strictness === BLOCK ? binding : undefined,
  };
}

/** The longest match; barred beats trusted, then what is said nearer to the account wins. */
function findException(query: LevelQuery): { readonly entry: ExceptionEntry; readonly from: number } | undefined {
  const { documents } = query.policy;
  const { exceptionsFrom } = query.effective;
  let longest: ExceptionEntry | undefined;
  let from = 0;
  for (let index = exceptionsFrom; index < documents.length; index++) {
    const entry = documents[index]?.exceptions.find(query.rules, exceptionHolds);
    if (entry === undefined || !isLonger(entry, longest)) continue;
    longest = entry;
    from = index;
  }
  // Below a lock only barring is heard.
  for (let index = exceptionsFrom - 1; index >= query.level; index--) {
    const entry = documents[index]?.exceptions.find(query.rules, exceptionHolds);
    if (entry === undefined || !entry.barred || !isLonger(entry, longest)) continue;
    longest = entry;
    from = index;
  }
  return longest && { entry: longest, from };
}

function isLonger(entry: ExceptionEntry, than: ExceptionEntry | undefined): boolean {
  if (than === undefined || entry.fixed > than.fixed) return true;
  return entry.fixed === than.fixed && entry.barred && !than.barred;
}

interface Step4 {
  readonly destination: Statement;
  readonly binding: Statement | undefined;
}

/** Range rules beat the rest of step 4. Below a lock they are heard only where they are stricter than what holds above. */
function evaluateDestination(query: LevelQuery): Step4 {
  const { documents } = query.policy;
  const { rangesFrom } = query.effective;
  let longest: RangeEntry | undefined;
  let from = 0;
  for (let index = rangesFrom; index < documents.length; index++) {
    const entry = documents[index]?.ranges.find(query.rules, speaks);
    if (entry === undefined || (longest !== undefined && entry.length <= longest.length)) continue;
    longest = entry;
    from = index;
  }
  let { destination, binding } =
    longest === undefined ? evaluateWithoutRange(query) : alone(query, rangeStatement(longest, from));
  for (let index = query.level; index < rangesFrom; index++) {
    const entry = documents[index]?.ranges.find(query.rules, speaks);
    if (entry === undefined || (longest !== undefined && entry.length < longest.length)) continue;
    const range = rangeStatement(entry, index);
    destination = stricter(destination, range);
    binding = stricter(binding, range);
  }
  return { destination, binding };
}

function alone(query: LevelQuery, statement: Statement): Step4 {
  return { destination: statement, binding: binds(query, statement) ? statement : undefined };
}

/** The strictest of destination, number type and list, over all destinations that the number may belong to. */
function evaluateWithoutRange(query: LevelQuery): Step4 {
  let strictest: Statement | undefined;
  let binding: Statement | undefined;
  let unlisted: Destination | undefined;
  for (const candidate of query.message.recipient.candidates) {
    const rule = findDestinationRule(query, candidate);
    if (rule === undefined) unlisted ??= candidate;
    else {
      strictest = stricter(strictest, rule);
      if (binds(query, rule)) binding = stricter(binding, rule);
    }
  }
  if (query.rules.covered) {
    const numberType = findNumberTypeBlock(query);
    if (numberType !== undefined) {
      strictest = stricter(strictest, numberType);
      if (binds(query, numberType)) binding = stricter(binding, numberType);
    }
    if (unlisted !== undefined) {
      const list = listStatement(query, unlisted);
      strictest = stricter(strictest, list);
      if (binds(query, list)) binding = stricter(binding, list);
    }
  }
  return { destination: strictest ?? channelStatement(query), binding };
}

/** Can accounts below not undo it? The default policy's blocks are only where a root account starts from. */
function binds(query: LevelQuery, statement: Statement): boolean {
  if ((query.effective.locked & statement.fields) !== 0) return true;
  const explicit = statement.ground.type !== "list_mode" && statement.from < query.policy.levels.length;
  return explicit && statement.strictness === BLOCK;
}

function stricter(a: Statement | undefined, b: Statement): Statement {
  return a === undefined || b.strictness > a.strictness ? b : a;
}

function findDestinationRule(query: LevelQuery, destination: Destination): Statement | undefined {
  const { documents } = query.policy;
  for (let from = query.level; from < documents.length; from++) {
    const entry: DestinationEntry | undefined = documents[from]?.destinations.get(destination);
    if (entry === undefined || !speaks(entry, query.rules)) continue;
    return {
      strictness: entry.strictness,
      reason: entry.strictness === BLOCK ? "destination_blocked" : "destination_allowed",
      ground: entry.ground,
      fields: DESTINATIONS,
      from,
    };
  }
  return undefined;
}

function findNumberTypeBlock(query: LevelQuery): Statement | undefined {
  const { documents } = query.policy;
  const numberType = query.message.recipient.type;
  for (let from = query.level; from < documents.length; from++) {
    const said = documents[from]?.numberTypes.get(numberType);
    if (said === "allow") return undefined;
    if (said === undefined) continue;
    const ground = numberTypeGround(numberType);
    return { strictness: BLOCK, reason: "number_type_blocked", ground, fields: NUMBER_TYPES, from };
  }
  return undefined;
}

function listStatement(query: LevelQuery, destination: Destination): Statement {
  const { listMode, listModeFrom } = query.effective;
  const ground = listGround(listMode, destination);
  return listMode === "allow_list"
    ? { strictness: BLOCK, reason: "destination_not_listed", ground, fields: LIST, from: listModeFrom }
    : { strictness: FILTER, reason: "destination_allowed", ground, fields: LIST, from: listModeFrom };
}

function channelStatement(query: LevelQuery): Statement {
  const ground = channelGround(query.message.channel);
  const from = query.effective.channelsFrom;
  return { strictness: 0, reason: "channel_not_covered", ground, fields: CHANNELS, from };
}

function rangeStatement({ strictness, ground }: RangeEntry, from: number): Statement {
  return { strictness, reason: strictness === BLOCK ? "range_blocked" : "range_allowed", ground, fields: RANGES, from };
}

function exceptionStatement(entry: ExceptionEntry, from: number): Statement {
  return entry.barred
    ? { strictness: BLOCK, reason: "exception_barred", ground: entry.ground, fields: EXCEPTIONS, from }
    : { strictness: 0, reason: "exception_trusted", ground: entry.ground, fields: EXCEPTIONS, from };
}
