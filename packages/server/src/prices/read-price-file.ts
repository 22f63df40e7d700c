import { CURRENCY, isDestination, TWINS } from "@safeguard/core";
import type { PricesBody } from "./price-routes.ts";

export interface PriceFile {
  readonly prices: PricesBody["prices"];
  /** Lines that say no price, with why. Counted from 1, the header among them. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Names of columns, as price tables call them. */
const COLUMNS = {
  destination: ["destination", "iso2", "iso", "country"],
  operator: ["operator", "network"],
  prefix: ["prefix"],
  price: ["price", "price_usd"],
  currency: ["currency"],
} as const;

/** What tables write where they mean all the other operators. */
const REST: ReadonlySet<string> = new Set(["", "other", "default", "all networks", "*"]);

/**
 * Reads a CSV of prices: a header with `destination` and `price`, and where there are such `operator`, `prefix` and
 * `currency` (default: the one given; a column `price_usd` is in US dollars). The price is of one segment.
 */
export function readPriceFile(text: string, defaultCurrency: string): PriceFile {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const header = cellsOf(lines[0] ?? "").map((name) => name.trim().toLowerCase());
  const columnOf = (names: readonly string[]): number => header.findIndex((name) => names.includes(name));
  const column = {
    destination: columnOf(COLUMNS.destination),
    operator: columnOf(COLUMNS.operator),
    prefix: columnOf(COLUMNS.prefix),
    price: columnOf(COLUMNS.price),
    currency: columnOf(COLUMNS.currency),
  };
  if (column.destination === -1 || column.price === -1) {
    const message = "has no header with the columns destination and price, such as destination,operator,price,currency";
    return { prices: [], problems: [{ line: 1, message }] };
  }
  const inDollars = header[column.price] === "price_usd";
  const prices: PricesBody["prices"] = [];
  const problems: { line: number; message: string }[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const cells = cellsOf(line);
    const cell = (name: keyof typeof column): string => cells[column[name]]?.trim() ?? "";
    const report = (message: string): void => void problems.push({ line: index + 1, message });
    const destination = mainCode(cell("destination").toUpperCase());
    const price = cell("price") === "" ? Number.NaN : Number(cell("price"));
    const currency = cell("currency") || (inDollars ? "USD" : defaultCurrency);
    const [operator, prefix] = [cell("operator"), cell("prefix")];
    if (!isDestination(destination))
      report(`${JSON.stringify(cell("destination"))} is no destination; write such as NL`);
    else if (!(price >= 0 && price <= 1000)) report(`${JSON.stringify(cell("price"))} is no price from 0 to 1000`);
    else if (!CURRENCY.test(currency)) report(`${JSON.stringify(currency)} is no currency; write such as EUR`);
    else if (prefix !== "" && !/^\+?[1-9]\d{0,14}$/.test(prefix)) report(`${JSON.stringify(prefix)} is no prefix`);
    else {
      prices.push({
        destination,
        ...(REST.has(operator.toLowerCase()) ? undefined : { operator }),
        ...(prefix === "" ? undefined : { prefix: prefix.startsWith("+") ? prefix : `+${prefix}` }),
        price,
        currency,
      });
    }
  }
  return { prices, problems };
}

/** RFC 4180, without line breaks in a cell. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(",", at);
      cells.push(line.slice(at, end === -1 ? undefined : end));
      at = end === -1 ? line.length + 1 : end + 1;
      continue;
    }
    let cell = "";
    for (at++; at < line.length; at++) {
      if (line[at] !== '"') cell += line[at];
      else if (line[at + 1] === '"') cell += line[at++];
      else break;
    }
    cells.push(cell);
    const end = line.indexOf(",", at);
    at = end === -1 ? line.length + 1 : end + 1;
  }
  return cells;
}

/** A price of a twin (Guernsey has its own numbers, Åland has not) is that of the destination that it follows. */
function mainCode(code: string): string {
  return Object.hasOwn(TWINS, code) ? (TWINS[code] ?? code) : code;
}
