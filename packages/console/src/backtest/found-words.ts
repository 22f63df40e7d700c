import type { TFunction } from "i18next";
import type { Format } from "../shared/format.ts";
import { moneyOf, stoppedOf, stoppedOfAttack } from "./amounts.ts";
import type { Amounts, BacktestAttack, BacktestResult } from "./backtest-types.ts";

/** From this share of the rows on the answer begins with it: the file is likely written otherwise than it was read. */
const MANY_REJECTED = 0.01;
const HOUR_MS = 3_600_000;

type Words = Pick<Format, "count" | "share" | "money" | "moment">;

/** The answer in a few sentences: was there an attack, how soon would it have stopped, what was saved, who was hit. */
export function headlineOfResult(result: BacktestResult, t: TFunction, words: Words): string {
  const { incidents, messages, rejected } = result;
  const all = messages.total + rejected.messages;
  const first =
    rejected.messages > 0 && rejected.messages >= MANY_REJECTED * all ? [rejectedWords(result, t, words)] : [];
  if (messages.total === 0) return [t("backtest.words.nothing"), ...first].join(" ");
  const stopped = stoppedOf(messages);
  const hit = hitWords(result, t, words);
  if (incidents.length === 0) {
    const found = t("backtest.words.noAttack", { count: messages.total, formatted: words.count(messages.total) });
    const rest = stopped === 0 ? [] : [t("backtest.words.wouldStop", { stopped: words.count(stopped) }), hit];
    return [...first, `${[found, ...rest].join("; ")}.`].join(" ");
  }
  const attacks = t("backtest.words.attacks", { count: incidents.length, formatted: words.count(incidents.length) });
  const rest = [stopWords(incidents, t, words), ...savedWords(incidents, t, words), hit].join("; ");
  return [...first, attacks, `${rest}.`].join(" ");
}

/** What the reader should know, in his language where the result has all that it speaks of. */
export function remarkWords(
  { code, text }: BacktestResult["remarks"][number],
  result: BacktestResult,
  t: TFunction,
  words: Words,
): { readonly text: string; readonly isServers: boolean } {
  const { file, legitimate, messages, unpriced } = result;
  const ms = file.from === undefined || file.until === undefined ? 0 : Date.parse(file.until) - Date.parse(file.from);
  const values: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    empty: {},
    detection_off: {},
    outcomes_missing: {},
    deliveries_missing: {},
    no_prices: {},
    unsorted: {},
    completions_in_doubt: { count: legitimate.inDoubt, formatted: words.count(legitimate.inDoubt) },
    some_prices_missing: {
      count: unpriced,
      formatted: words.count(unpriced),
      share: words.share(unpriced / messages.total),
    },
    short_file: { count: Math.max(1, Math.round(ms / HOUR_MS)) },
    bad_rows: { count: file.badRows, formatted: words.count(file.badRows) },
  };
  const known = values[code];
  if (known === undefined) return { text, isServers: true };
  return { text: t(`backtest.remark.${code}`, known), isServers: false };
}

function rejectedWords({ rejected, messages }: BacktestResult, t: TFunction, { count, share }: Words): string {
  const all = messages.total + rejected.messages;
  return t("backtest.words.rejected", {
    rejected: count(rejected.messages),
    all: count(all),
    share: share(rejected.messages / all),
  });
}

function stopWords(incidents: readonly BacktestAttack[], t: TFunction, { count }: Words): string {
  const stopped = incidents.filter((one) => stoppedOfAttack(one) > 0);
  if (stopped.length === 0) return t("backtest.words.notStopped", { count: incidents.length });
  const before = stopped.map(({ leakedBeforeFirstStop }) => leakedBeforeFirstStop);
  const most = Math.max(...before);
  const after =
    before.length === 1
      ? t("backtest.words.messages", { count: most, formatted: count(most) })
      : t("backtest.words.each", { least: count(Math.min(...before)), most: count(most) });
  return stopped.length === incidents.length
    ? t("backtest.words.stoppedAfter", { count: incidents.length, after })
    : t("backtest.words.someStoppedAfter", { some: count(stopped.length), after });
}

function savedWords(incidents: readonly BacktestAttack[], t: TFunction, words: Words): readonly string[] {
  const saved: Record<string, number> = {};
  const cost: Record<string, number> = {};
  for (const { incident } of incidents) {
    const { currency, savedMicros, lostMicros } = incident.counts.money;
    if (currency === undefined) continue;
    saved[currency] = (saved[currency] ?? 0) + savedMicros;
    cost[currency] = (cost[currency] ?? 0) + savedMicros + lostMicros;
  }
  const amounts = (of: Amounts): string => moneyOf(of).map(words.money).join(" + ");
  if (moneyOf(cost).length > 0) return [t("backtest.words.saved", { saved: amounts(saved), cost: amounts(cost) })];
  const attempts = incidents.reduce((sum, { incident }) => sum + incident.counts.attempts, 0);
  const stops = incidents.reduce((sum, one) => sum + stoppedOfAttack(one), 0);
  return [t("backtest.words.savedMessages", { stops: words.count(stops), attempts: words.count(attempts) })];
}

function hitWords({ legitimate, file }: BacktestResult, t: TFunction, { count, moment }: Words): string {
  const { verifiedMessages, inDoubt } = legitimate;
  if (verifiedMessages === 0) return t("backtest.words.hitUnknown");
  const hit = count(Math.max(0, stoppedOf(legitimate) - inDoubt));
  return [
    t("backtest.words.hit", { hit, count: verifiedMessages, verified: count(verifiedMessages) }),
    ...(inDoubt === 0 ? [] : [t("backtest.words.inDoubt", { more: count(inDoubt) })]),
    ...(file.convertedUntil === undefined ? [] : [t("backtest.words.until", { at: moment(file.convertedUntil) })]),
  ].join(", ");
}
