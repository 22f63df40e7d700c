import type { Ceiling } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { windowParts } from "./ceilings.ts";

/** What the page says of ceilings in words. */
export interface CeilingWords {
  /** The whole ceiling in one sentence. */
  sentence(ceiling: Ceiling): string;
  /** `200 messages`, `€500.00`. */
  amount(amount: number, currency: string | null | undefined): string;
  /** `10 minutes`. */
  window(window: string): string;
}

export function useCeilingWords(): CeilingWords {
  const { t, i18n } = useTranslation();
  const { count, money, place } = useFormat();
  const list = new Intl.ListFormat(i18n.language);
  const amount = (value: number, currency: string | null | undefined): string =>
    currency === null || currency === undefined
      ? t("limits.messages", { count: value, messages: count(value) })
      : money({ amount: String(value), currency });
  const window = (text: string): string => {
    const parts = windowParts(text);
    if (parts === undefined) return text;
    return new Intl.NumberFormat(i18n.language, { style: "unit", unit: parts.unit, unitDisplay: "long" }).format(
      parts.count,
    );
  };
  return {
    amount,
    window,
    sentence: (ceiling) => {
      const { per = "account", destinations, prefixes, purposes, numbers, digits, key } = ceiling;
      const most =
        ceiling.money === undefined
          ? amount(ceiling.messages ?? 0, undefined)
          : amount(ceiling.money.amount, ceiling.money.currency);
      const said = [
        t("limits.sentence.most", { most, window: window(ceiling.window) }),
        t(`limits.sentence.per.${per}`, { digits, key }),
        ...(destinations === undefined
          ? []
          : [t("limits.sentence.destinations", { names: list.format(destinations.map(place)) })]),
        ...(prefixes === undefined ? [] : [t("limits.sentence.prefixes", { prefixes: list.format(prefixes) })]),
        ...(purposes === undefined
          ? []
          : [
              t("limits.sentence.purposes", {
                purposes: list.format(purposes.map((purpose) => t(`ranges.purpose.${purpose}`))),
              }),
            ]),
        ...(numbers === undefined ? [] : [t("limits.sentence.unproven")]),
      ];
      return `${said.join(", ")}.`;
    },
  };
}
