import type { Money } from "@safeguard/client";
import { useTranslation } from "react-i18next";

/** Numbers, money and times as the reader's language writes them. */
export interface Format {
  count(value: number): string;
  /** Where there is little room: `10K`. */
  short(value: number): string;
  /** 0 to 1 as per cent. */
  share(value: number): string;
  money(amount: Money): string;
  /** With date and seconds. */
  instant(at: string | number): string;
  /** To the minute: the time alone if it is within a day. */
  moment(at: string | number): string;
  /** Of the day, with seconds. */
  clock(at: string | number): string;
  day(at: string | number): string;
  /** `3 minutes ago`; what is to come is rounded: 24 hours that have just begun are no 23. */
  since(at: string | number, now: number): string;
  /** Of a destination. */
  place(code: string): string;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatIn(i18n.language);
}

/** Each is made once: a list has hundreds of rows, and one of these takes a browser a millisecond. */
const made = new Map<string, Format>();

export function formatIn(language: string): Format {
  const known = made.get(language);
  if (known !== undefined) return known;
  const format = makeFormat(language);
  made.set(language, format);
  return format;
}

function makeFormat(language: string): Format {
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const instant = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const minute = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const dayAndMinute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const monies = new Map<string, Intl.NumberFormat>();
  const places = new Intl.DisplayNames(language, { type: "region", fallback: "code" });
  return {
    count: (value) => count.format(value),
    short: (value) => short.format(value),
    share: (value) => share.format(value),
    money: ({ amount, currency }) => {
      const value = Number(amount);
      // (a message costs less than a cent)
      const digits = value !== 0 && Math.abs(value) < 1 ? 4 : 2;
      const key = `${currency} ${digits}`;
      const known = monies.get(key);
      if (known !== undefined) return known.format(value);
      const format = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: digits });
      monies.set(key, format);
      return format.format(value);
    },
    instant: (at) => instant.format(new Date(at)),
    moment: (at) =>
      (Math.abs(new Date(at).getTime() - Date.now()) < 86_400_000 ? minute : dayAndMinute).format(new Date(at)),
    clock: (at) => clock.format(new Date(at)),
    day: (at) => day.format(new Date(at)),
    since: (at, now) => {
      const seconds = (new Date(at).getTime() - now) / 1000;
      const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      return relative.format(seconds > 0 ? Math.round(seconds / length) : Math.trunc(seconds / length), unit);
    },
    place: (code) => (/^[A-Z]{2}$/.test(code) ? (places.of(code) ?? code) : code),
  };
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[];
