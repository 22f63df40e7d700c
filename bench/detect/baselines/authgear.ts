import { RollingCount, RollingCounts } from "./rolling-count.ts";
import type { Rule } from "./rule.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_COUNTRIES = 3;

/**
 * authgear-server's fraud protection (docs/specs/fraud-protection.md), were it to deny: it only records by default. With
 * its published factors 0.3 by day and 0.2 by hour:
 * unverified codes of a country exceed, in 24 hours, max(20, 0.3 × the most verified on a day of the last 14, 0.3 ×
 * verified in 24 hours), or in an hour max(3, 0.2 × that most / 6, 0.2 × verified in the hour); of an address, in 24 hours
 * max(10, 0.3 × verified in 24 hours), or in an hour max(5, 0.2 × verified in 24 hours / 6); or an address asks in 24
 * hours for codes of more than 3 countries in which it verified nothing. Codes that may still come back are unverified.
 */
export function authgear(): Rule {
  const countries = new Map<string, CountryCodes>();
  const addresses = new AddressCodes();
  return {
    decide({ row, recipient }) {
      const [destination] = recipient.candidates;
      const { time, ip } = row;
      let country = countries.get(destination);
      if (country === undefined) {
        country = new CountryCodes();
        countries.set(destination, country);
      }
      if (country.isExceeded(time) || (ip !== undefined && addresses.isExceeded(ip, destination, time))) return "block";
      country.sent(time);
      if (ip !== undefined) addresses.sent(ip, destination, time);
      return "allow";
    },
    completed({ row, recipient }, at) {
      const [destination] = recipient.candidates;
      countries.get(destination)?.verified(row.time, at);
      if (row.ip !== undefined) addresses.verified(row.ip, destination, row.time, at);
    },
  };
}

/** Sent and verified codes of one country. */
class CountryCodes {
  readonly #sentDay = new RollingCount(DAY);
  readonly #sentHour = new RollingCount(HOUR);
  /** Of the codes that were sent in the window, those that came back. */
  readonly #answeredDay = new RollingCount(DAY);
  readonly #answeredHour = new RollingCount(HOUR);
  readonly #verifiedDay = new RollingCount(DAY);
  readonly #verifiedHour = new RollingCount(HOUR);
  readonly #byDay: number[] = [];
  #firstDay = 0;

  sent(at: number): void {
    this.#sentDay.add(at);
    this.#sentHour.add(at);
  }

  verified(sentAt: number, at: number): void {
    if (at - sentAt < DAY) this.#answeredDay.add(sentAt);
    if (at - sentAt < HOUR) this.#answeredHour.add(sentAt);
    this.#verifiedDay.add(at);
    this.#verifiedHour.add(at);
    const day = Math.floor(at / DAY);
    if (this.#byDay.length === 0) this.#firstDay = day;
    this.#byDay[day - this.#firstDay] = (this.#byDay[day - this.#firstDay] ?? 0) + 1;
  }

  /** Would one more be too many? */
  isExceeded(now: number): boolean {
    const most = this.#mostOnADay(now);
    const perDay = Math.max(20, 0.3 * most, 0.3 * this.#verifiedDay.at(now));
    const perHour = Math.max(3, (0.2 * most) / 6, 0.2 * this.#verifiedHour.at(now));
    const unverifiedDay = this.#sentDay.at(now) - this.#answeredDay.at(now);
    const unverifiedHour = this.#sentHour.at(now) - this.#answeredHour.at(now);
    return unverifiedDay + 1 > perDay || unverifiedHour + 1 > perHour;
  }

  #mostOnADay(now: number): number {
    const today = Math.floor(now / DAY) - this.#firstDay;
    let most = 0;
    for (let day = Math.max(0, today - 14); day <= today; day += 1) most = Math.max(most, this.#byDay[day] ?? 0);
    return most;
  }
}

/** Sent and verified codes of each address, and in which countries. */
class AddressCodes {
  readonly #sentDay = new RollingCounts(DAY);
  readonly #sentHour = new RollingCounts(HOUR);
  readonly #answeredDay = new RollingCounts(DAY);
  readonly #answeredHour = new RollingCounts(HOUR);
  readonly #verifiedDay = new RollingCounts(DAY);
  /** When an address last asked, and last verified, by country: only of the last day. */
  readonly #countries = new Map<string, Map<string, { asked: number; verified: number }>>();
  #day = 0;

  sent(address: string, destination: string, at: number): void {
    this.#sentDay.add(address, at);
    this.#sentHour.add(address, at);
    this.#country(address, destination, at).asked = at;
  }

  verified(address: string, destination: string, sentAt: number, at: number): void {
    if (at - sentAt < DAY) this.#answeredDay.add(address, sentAt);
    if (at - sentAt < HOUR) this.#answeredHour.add(address, sentAt);
    this.#verifiedDay.add(address, at);
    this.#country(address, destination, at).verified = at;
  }

  /** Would one more to this country be too many? */
  isExceeded(address: string, destination: string, now: number): boolean {
    const verified = this.#verifiedDay.at(address, now);
    const unverifiedDay = this.#sentDay.at(address, now) - this.#answeredDay.at(address, now);
    const unverifiedHour = this.#sentHour.at(address, now) - this.#answeredHour.at(address, now);
    if (unverifiedDay + 1 > Math.max(10, 0.3 * verified)) return true;
    if (unverifiedHour + 1 > Math.max(5, (0.2 * verified) / 6)) return true;
    return this.#unverifiedCountries(address, destination, now) > MOST_COUNTRIES;
  }

  #unverifiedCountries(address: string, destination: string, now: number): number {
    const known = this.#countries.get(address);
    if (known === undefined) return 1;
    let count = (known.get(destination)?.verified ?? 0) > now - DAY ? 0 : 1;
    for (const [country, { asked, verified }] of known) {
      if (country !== destination && asked > now - DAY && verified <= now - DAY) count += 1;
    }
    return count;
  }

  #country(address: string, destination: string, at: number): { asked: number; verified: number } {
    if (Math.floor(at / DAY) > this.#day) this.#forget(at);
    let countries = this.#countries.get(address);
    if (countries === undefined) {
      countries = new Map();
      this.#countries.set(address, countries);
    }
    let country = countries.get(destination);
    if (country === undefined) {
      country = { asked: 0, verified: 0 };
      countries.set(destination, country);
    }
    return country;
  }

  #forget(now: number): void {
    this.#day = Math.floor(now / DAY);
    for (const [address, countries] of this.#countries) {
      for (const [name, { asked, verified }] of countries) {
        if (Math.max(asked, verified) <= now - DAY) countries.delete(name);
      }
      if (countries.size === 0) this.#countries.delete(address);
    }
  }
}
