import type { Finding, LimitFinding, PolicyFinding, Verdict } from "@safeguard/client";
import type { TFunction } from "i18next";
import { evidenceSentence, scopeWords, type Words } from "../incidents/evidence-sentence.ts";
import type { Format } from "../shared/format.ts";

type Said = Pick<Verdict, "action" | "reason" | "sentence" | "findings" | "would"> & {
  readonly destination?: string | null;
};
type VerdictWords = Words & Pick<Format, "moment" | "money">;

/**
 * What was decided, why, and whose rule it was, in the reader's language; where detection only monitors, also what it would
 * have done. Of what has no finding (a text that is no number, a reason that this console does not know) the server's words.
 */
export function verdictSentence(verdict: Said, t: TFunction, words: VerdictWords): string {
  const { action, reason, findings, would } = verdict;
  const detection = findings.find((finding) => finding.type === "detection");
  const limit =
    action === "allow"
      ? undefined
      : findings.find((finding): finding is LimitFinding => finding.type === "limit" && finding.reason === reason);
  const decided = limit ?? (detection?.reason === reason ? detection : decidingPolicy(verdict));
  if (decided === undefined) return reason === "policy_missing" ? said(reason, {}, "") : verdict.sentence;
  const values = fillings(decided, verdict, t, words);
  if (values === undefined) return verdict.sentence;
  const level = "level" in decided ? decided.level : 0;
  const first = said(reason, values, level === 0 ? "" : t("verdict.above", { count: level }));
  if (would === undefined || detection === undefined || detection.reason === "none") return first;
  const then = fillings(detection, verdict, t, words);
  if (then === undefined) return first;
  return `${first} ${t("verdict.would", {
    action: t(`verdict.wouldBe.${would}`),
    reason: capital(t(`verdict.reason.${detection.reason}`, then)),
  })}`;

  function said(code: string, filled: Readonly<Record<string, string>>, above: string): string {
    return `${t(`verdict.action.${action}`)}: ${capital(t(`verdict.reason.${code}`, filled))}${above}.`;
  }
}

/** The rule whose reason the verdict has; where a trusted number set the account's own block aside, the one above it. */
function decidingPolicy({ findings, reason, action }: Said): PolicyFinding | undefined {
  const rules = findings.filter((finding): finding is PolicyFinding => finding.type === "policy");
  const matching = rules.filter((rule) => rule.reason === reason && (rule.action === "block") === (action === "block"));
  const isSetAside = action === "block" && rules.some((rule) => rule.reason === "exception_trusted");
  return isSetAside ? matching.at(-1) : matching[0];
}

/** What goes between the words; undefined: this console has no words for it. */
function fillings(
  finding: Finding,
  { destination }: Said,
  t: TFunction,
  words: VerdictWords,
): Readonly<Record<string, string>> | undefined {
  if (t(`verdict.reason.${finding.reason}`, { defaultValue: "" }) === "") return undefined;
  if (finding.type === "limit") return limitWords(finding, t, words);
  if (finding.type === "detection") {
    const { evidence, limit, until } = finding;
    const scope = finding.scope ?? evidence?.scope;
    return {
      range: scope === undefined ? "" : scopeWords(scope, t, words),
      evidence:
        evidence === undefined || evidence.hits === 0
          ? t("verdict.byOperator")
          : evidenceSentence(evidence, t, words, destination),
      ...(until !== undefined && { until: words.moment(until) }),
      ...(limit !== undefined && {
        count: words.count(limit.count),
        limit: words.count(limit.limit),
        window: t(`verdict.window.${limit.window}`),
      }),
    };
  }
  const { destination: place, prefix, range, channel, numberType } = finding.ground;
  return {
    destination: typeof place === "string" ? words.place(place) : "",
    prefix: text(prefix),
    range: text(range),
    channel: typeof channel === "string" ? t(`ranges.channel.${channel}`, { defaultValue: channel }) : "",
    numberType: typeof numberType === "string" ? t(`messages.numberType.${numberType}`) : "",
  };
}

/** Of a limit of an account above no amounts are told. */
function limitWords(finding: LimitFinding, t: TFunction, words: VerdictWords): Readonly<Record<string, string>> {
  const { name, per, level, reason, most, amount, currency, window, retryAt } = finding;
  const amountOf = (value: number | undefined): string =>
    value === undefined
      ? "–"
      : currency === undefined
        ? t("verdict.limit.messages", { count: value, formatted: words.count(value) })
        : words.money({ amount: String(value), currency });
  const limit = name === "" ? t("verdict.limit.price") : name;
  if (reason === "limit_price") {
    const use =
      level > 0
        ? t("verdict.limit.priceAbove")
        : t("verdict.limit.priceUse", { amount: amountOf(amount), most: amountOf(most) });
    return { limit, use, currency: currency ?? "" };
  }
  const whose = per === null || per === "account" || per === "duplicate" ? "" : t(`verdict.limit.whose.${per}`);
  const used =
    level > 0
      ? t("verdict.limit.above", { whose })
      : t(currency === undefined ? "verdict.limit.use" : "verdict.limit.useMoney", {
          used: currency === undefined ? words.count(finding.count ?? 0) : amountOf(finding.count),
          most: amountOf(most),
          whose,
          window: t(`verdict.window.${window ?? ""}`, { defaultValue: window ?? "" }),
          amount: amountOf(amount),
        });
  const when =
    retryAt === undefined ? t("verdict.limit.never") : t("verdict.limit.room", { at: words.moment(retryAt) });
  return { limit, use: `${used}; ${when}`, currency: currency ?? "" };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
