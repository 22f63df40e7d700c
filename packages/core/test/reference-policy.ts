import { type Message, NUMBER_CHANNELS } from "../src/message.ts";
import { DEFAULT_POLICY } from "../src/policy/default-policy.ts";
import type { PolicyDocument, PolicyField, PolicyLevel } from "../src/policy/policy-document.ts";

const rank = (said: { action: string }) => ["allow", "monitor", "filter", "block"].indexOf(said.action);

/**
 * Steps 3 and 4 as docs/reference/policy-evaluation.md tells them, written apart from the engine: linear scans, nothing
 * compiled, no code shared. Slow, and short enough to be checked by reading. The tests hold the engine to it.
 */
export function referencePolicy(levels: readonly PolicyLevel[], message: Message): { action: string; reason: string } {
  const documents = [...levels.map((level) => level.document), DEFAULT_POLICY].map((said, from) => ({ ...said, from }));
  const { e164, type, candidates } = message.recipient;
  let { decided } = evaluate(0);
  for (const limit of levels.slice(1).flatMap((_, below) => evaluate(below + 1).binding.slice(0, 1))) {
    const isEarlierStep = rank(limit) === rank(decided) && limit.reason === "exception_barred";
    if (isEarlierStep || rank(limit) > rank(decided)) decided = limit;
  }
  return { action: decided.action, reason: decided.reason };

  /** What the account at this level comes to, and what of it those below cannot undo, strictest first. */
  function evaluate(level: number) {
    const heard = documents.slice(level);
    const lock = (field: PolicyField) =>
      Math.max(
        level,
        documents.findLastIndex((said) => said.locked?.includes(field)),
      );
    const channels = documents.slice(lock("channels")).find((said) => said.channels)?.channels ?? NUMBER_CHANNELS;
    const rules = <R extends object>(of: (said: PolicyDocument) => readonly (R | undefined)[] | undefined) =>
      heard
        .flatMap((said) => (of(said) ?? []).flatMap((rule) => (rule ? { ...rule, from: said.from } : [])))
        .map((rule) => ({ channels, until: Number.POSITIVE_INFINITY, ...rule }))
        .filter((rule) => rule.channels.includes(message.channel) && message.at < rule.until);
    const say = (reason: string, { action, from }: { action: string; from: number }, ...fields: PolicyField[]) => {
      const isExplicitBlock = action === "block" && from < levels.length && reason !== "destination_not_listed";
      const isLocked = heard.some(({ locked }) => fields.some((field) => locked?.includes(field)));
      return { reason, action, binds: isExplicitBlock || isLocked };
    };
    /** The first of sorted rules, and the first of each document below a lock. */
    const split = <R extends { from: number }>(sorted: R[], from: number): [R | undefined, R[]] => [
      sorted.find((rule) => rule.from >= from),
      heard.flatMap((said) => sorted.find((rule) => rule.from === said.from && rule.from < from) ?? []),
    ];
    const verb = (rule: { action: string }) => (rule.action === "block" ? "blocked" : "allowed");

    const ranges = rules((said) => said.ranges).filter(({ prefix }) => e164.startsWith(prefix));
    ranges.sort((a, b) => b.prefix.length - a.prefix.length || a.from - b.from || rank(b) - rank(a));
    const [range, lowerRanges] = split(ranges, lock("ranges"));
    const added = lowerRanges.filter(({ prefix }) => prefix.length >= (range?.prefix.length ?? 0));
    const listed = range ? [] : candidates.map((code) => rules((said) => [said.destinations?.[code]])[0]);
    const isCovered = !range && channels.includes(message.channel);
    const typed = heard.find(({ numberTypes }) => numberTypes?.[type]);
    const typeRule = { action: typed?.numberTypes?.[type] ?? "allow", from: typed?.from ?? 0 };
    const { listMode, from } = heard.find((said) => said.listMode) ?? { from: 0 };
    const notListed = say("destination_not_listed", { action: "block", from }, "listMode", "destinations");
    const open = say("destination_allowed", { action: "filter", from }, "listMode", "destinations");
    const statements = [
      ...(range ? [say(`range_${verb(range)}`, range, "ranges")] : []),
      ...listed.flatMap((rule) => (rule ? say(`destination_${verb(rule)}`, rule, "destinations") : [])),
      ...(isCovered && typeRule.action === "block" ? [say("number_type_blocked", typeRule, "numberTypes")] : []),
      ...(isCovered && listed.includes(undefined) ? [listMode === "allow_list" ? notListed : open] : []),
    ];
    const [first = say("channel_not_covered", { action: "allow", from }), ...others] = statements;
    const lower = added.map((rule) => say(`range_${verb(rule)}`, rule, "ranges"));
    const step4 = [first, ...others, ...lower].sort((a, b) => rank(b) - rank(a));
    const [strictest = first] = step4;
    const binding = step4.filter(({ binds }) => binds);

    const exceptions = rules((said) => said.exceptions)
      .filter(({ range }) => range.length === e164.length && [...range].every((x, at) => x === "x" || x === e164[at]))
      .map((rule) => ({
        ...rule,
        fixed: rule.range.replaceAll("x", "").length,
        even: rule.evenIfDestinationBlocked ?? false,
      }))
      .sort((a, b) => b.fixed - a.fixed || a.kind.localeCompare(b.kind) || a.from - b.from || +a.even - +b.even);
    const [top, lowerExceptions] = split(exceptions, lock("exceptions"));
    const barring = lowerExceptions.filter(({ kind, fixed }) => kind === "barred" && fixed >= (top?.fixed ?? 0));
    if (top?.kind === "barred" || barring.length > 0) {
      const barred = say("exception_barred", { action: "block", from: level }, "exceptions");
      return { decided: barred, binding: [barred] };
    }
    if (top === undefined) return { decided: strictest, binding };
    const trusted = say("exception_trusted", { action: "allow", from: top.from });
    if (top.even) return { decided: trusted, binding: [] };
    const isBlocked = strictest.action === "block";
    return { decided: isBlocked ? strictest : trusted, binding: binding.filter(({ action }) => action === "block") };
  }
}
