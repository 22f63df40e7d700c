import type { DetectionEvidence, DetectionScope } from "@safeguard/client";
import type { TFunction } from "i18next";
import type { Format } from "../shared/format.ts";

/** Factors below 2 say nothing that a person should act on. */
const WORTH_SAYING = Math.LN2;
/** 0.28 × 100 is a little more than 28. */
const ROUNDING = 1e-9;

export type Words = Pick<Format, "count" | "share" | "place">;

/** The numbers of a scope: `+92346732xxx`, or which blocks of a destination. */
export function scopeWords(scope: DetectionScope, t: TFunction, { count, place }: Words): string {
  if (scope.type === "block") return scope.prefix + "x".repeat(String(scope.size).length - 1);
  return t("evidence.newBlocks", { size: count(scope.size), place: place(scope.destination) });
}

/**
 * What speaks for an attack, in the reader's language: every finding with its numbers, without the factors and the full
 * stop. `destination`: of the numbers, where they have one.
 */
export function evidenceSentence(
  evidence: DetectionEvidence,
  t: TFunction,
  words: Words,
  destination?: string | null,
): string {
  const where = scopeWords(evidence.scope, t, words);
  const concentration =
    evidence.share >= WORTH_SAYING ? [concentrationWords(evidence, where, t, words, destination)] : [];
  const others = [
    ...(evidence.adjacency >= WORTH_SAYING ? [t("evidence.adjacency")] : []),
    ...outcomeWords(evidence, t, words),
  ];
  if (concentration.length > 0) return [...concentration, ...others].join("; ");
  if (others.length > 0) return t("evidence.in", { where, found: others.join("; ") });
  return t("evidence.nothing", { where });
}

/** Nobody reported what became of the codes. */
export function areOutcomesUnknown({ unanswered, faked, counts }: DetectionEvidence): boolean {
  return unanswered === 0 && faked === 0 && counts.converted === 0 && counts.sent > 0;
}

function concentrationWords(
  { scope, trials, hits, expectedShare }: DetectionEvidence,
  where: string,
  t: TFunction,
  words: Words,
  destination: string | null | undefined,
): string {
  const isBlock = scope.type === "block";
  return t(trials === 1 ? "evidence.concentrationOne" : "evidence.concentration", {
    hits: words.count(hits),
    trials: words.count(trials),
    of: isBlock && destination != null ? t("evidence.of", { place: words.place(destination) }) : "",
    where,
    usual: t(isBlock ? "evidence.usualBlock" : "evidence.usualBlocks", { share: usually(expectedShare, t, words) }),
  });
}

/** An upper bound stays one when it is rounded up. */
function usually(expected: number, t: TFunction, { count, share }: Words): string {
  if (expected > 0.2) return t("evidence.atMost", { share: share(Math.ceil(expected * 100 - ROUNDING) / 100) });
  if (!(expected > 0)) return t("evidence.none");
  const step = 10 ** Math.max(0, Math.floor(Math.log10(1 / expected)) - 1);
  return t("evidence.atMostOneIn", { count: count(Math.floor(1 / expected / step) * step) });
}

/** Of codes unanswered and answers faked the stronger counts, so only that one is said. */
function outcomeWords(evidence: DetectionEvidence, t: TFunction, words: Words): readonly string[] {
  const { counts, unanswered, faked, expectedConversion } = evidence;
  if (faked >= WORTH_SAYING && faked >= unanswered) return fakedWords(evidence, t, words);
  if (unanswered >= WORTH_SAYING) {
    const share = words.share(Math.floor(expectedConversion * 100 + ROUNDING) / 100);
    return [t("evidence.usuallyAnswered", { unanswered: unansweredWords(counts, t, words), share })];
  }
  if (unanswered <= -WORTH_SAYING && counts.converted > 0) {
    return [t("evidence.but", { codes: codes(counts.converted, counts.sent, t, words) })];
  }
  return [];
}

function unansweredWords(
  { unanswered, pending, sent }: DetectionEvidence["counts"],
  t: TFunction,
  words: Words,
): string {
  // A code that is still young counts in proportion to its age.
  if (unanswered === 0) return t("evidence.notYet", { codes: codes(pending, sent, t, words) });
  const said = { codes: codes(unanswered, sent, t, words), open: words.count(pending) };
  return t(pending === 0 ? "evidence.unanswered" : "evidence.unansweredOpen", said);
}

/** What the habits do not explain of faked answers is how they look. */
function fakedWords({ counts, faked, habits = {} }: DetectionEvidence, t: TFunction, words: Words): readonly string[] {
  const found = (["delivered", "enteredOnce", "sharedAddress"] as const).flatMap((name) => {
    const habit = habits[name];
    return habit === undefined ? [] : [{ name, ...habit }];
  });
  const looks = faked - found.reduce((sum, { nats }) => sum + nats, 0);
  return [
    t(looks < WORTH_SAYING ? "evidence.faked" : "evidence.fakedLooks", {
      codes: codes(counts.converted, counts.sent, t, words),
    }),
    ...found
      .filter(({ nats }) => nats >= WORTH_SAYING)
      .map(({ name, count, of, usual }) =>
        t(`evidence.habit.${name}`, {
          some: words.count(count),
          all: words.count(of),
          share: words.share(Math.round(usual * 100) / 100),
        }),
      ),
  ];
}

function codes(some: number, all: number, t: TFunction, { count }: Words): string {
  return t("evidence.codes", { count: all, some: count(some), all: count(all) });
}
