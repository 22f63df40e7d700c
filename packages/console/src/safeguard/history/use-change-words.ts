import type { Ceiling } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { useCeilingWords } from "../limits/use-ceiling-words.ts";

/** What a change of a policy says in words. */
export interface ChangeWords {
  /** Of a path such as `destinations.NL` or `limits.ceilings.daily`. */
  name(path: string): string;
  /** What stood or stands there. */
  value(path: string, value: unknown): string;
}

type Fields = Readonly<Record<string, unknown>>;

export function useChangeWords(): ChangeWords {
  const { t, i18n } = useTranslation();
  const { count, instant, money, place, share } = useFormat();
  const ceiling = useCeilingWords();
  const seconds = new Intl.NumberFormat(i18n.language, { style: "unit", unit: "second", unitDisplay: "long" });
  const said = (key: string, otherwise: string): string => t(key, { defaultValue: otherwise });

  const name = (path: string): string => {
    const [field = "", ...rest] = path.split(".");
    const below = rest.join(".");
    if (field === "destinations") return `${place(below)} (${below})`;
    const called = said(`policyHistory.field.${field}`, field);
    if (below === "") return called;
    if (field === "exceptions") return `${called}: ${below.replace(/ (?:trusted|barred)$/, "")}`;
    if (field === "numberTypes") return `${called}: ${said(`ranges.types.${below}`, below)}`;
    if (field === "detection") return `${called}: ${detectionField(rest)}`;
    if (field === "limits") return rest[0] === "ceilings" ? `${called}: ${rest.slice(1).join(".")}` : limitField(rest);
    return `${called}: ${below}`;
  };
  const detectionField = ([field = "", purpose]: readonly string[]): string => {
    if (field === "purposes" && purpose !== undefined) return said(`ranges.purpose.${purpose}`, purpose);
    const key = field === "falseBlockBudget" || field === "preset" ? "budget" : field;
    return said(`detection.${key}.title`, field);
  };
  const limitField = ([field = ""]: readonly string[]): string =>
    said(`limits.${SINGLE_LIMITS[field] ?? field}.title`, field);

  const value = (path: string, is: unknown): string => {
    if (is === null || is === undefined) return t("policyHistory.nothing");
    const [field = "", below = ""] = path.split(".");
    if (field === "limits" && isFields(is) && typeof is["window"] === "string") {
      return [ceiling.sentence(is as unknown as Ceiling), is["note"]].filter(Boolean).join(" ");
    }
    if (below === "falseBlockBudget" && typeof is === "number") {
      return t("detection.budget.short", { oneIn: count(Math.round(1 / is)) });
    }
    if (below === "holdSeconds" && typeof is === "number") return seconds.format(is);
    if (below === "mode" || below === "purposes") return said(`mode.${String(is)}.name`, String(is));
    if (field === "detection" && typeof is === "string") {
      return said(`detection.${below === "preset" ? "budget" : below}.${is}`, is);
    }
    return plain(is);
  };
  const plain = (is: unknown): string => {
    if (is === null || is === undefined) return t("policyHistory.nothing");
    if (typeof is === "boolean") return t(is ? "audit.yes" : "audit.no");
    if (typeof is === "number") return count(is);
    if (typeof is === "string") return said(`policyHistory.value.${is}`, is);
    if (Array.isArray(is)) return is.map(plain).join(", ");
    if (!isFields(is)) return String(is);
    const { action, kind, until, note, channels, amount, currency, range: _, prefix: __, ...rest } = is;
    return [
      typeof action === "string" && said(`destinations.action.${action}`, action),
      typeof kind === "string" && said(`ranges.kind.${kind}`, kind),
      typeof amount === "number" && typeof currency === "string" && money({ amount: String(amount), currency }),
      Array.isArray(channels) && channels.map((one) => said(`ranges.channel.${one}`, String(one))).join(", "),
      (typeof until === "number" || typeof until === "string") && `${t("policyHistory.until")} ${instant(until)}`,
      ...Object.entries(rest).map(([key, one]) => {
        const called = said(`policyHistory.value.${key}`, key);
        if (one === true) return called;
        return `${called}: ${key === "share" && typeof one === "number" ? share(one) : plain(one)}`;
      }),
      typeof note === "string" && note !== "" && `“${note}”`,
    ]
      .filter((word) => typeof word === "string")
      .join(", ");
  };
  return { name, value };
}

/** Where the page on limits has the names of those that there is one of. */
const SINGLE_LIMITS: Readonly<Record<string, string>> = {
  maximumPrice: "price",
  unanswered: "unanswered",
  whenPriceUnknown: "unknown",
};

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
