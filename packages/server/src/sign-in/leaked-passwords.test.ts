import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RangeServer, startRangeServer } from "../../test/stand-in/range-server.ts";
import { createHttpExchange } from "../gateway/outbound/http-exchange.ts";
import { createLeakedPasswords, type IsLeaked } from "./leaked-passwords.ts";

const LEAKED = "four words that leaked";

let ranges: RangeServer;
let isLeaked: IsLeaked;
const exchange = createHttpExchange();
const problems: string[] = [];
beforeAll(async () => {
  ranges = await startRangeServer();
  isLeaked = createLeakedPasswords(ranges.url, exchange, (reason) => problems.push(reason));
});
afterEach(() => {
  problems.length = 0;
  ranges.leaked.clear();
  ranges.answers = "lists";
});
afterAll(async () => {
  await exchange.close();
  await ranges.close();
});

test("a password that stands in the range is leaked; padding, and other ranges, say nothing of it", async () => {
  ranges.leaked.set(LEAKED, 3);
  ranges.leaked.set("four words as padding", 0);
  expect(await isLeaked(LEAKED)).toBe(true);
  expect(await isLeaked("four words as padding")).toBe(false);
  expect(await isLeaked("four words of nobody")).toBe(false);
  expect(problems).toEqual([]);
});

test("no more of a password goes out than five digits of its hash", async () => {
  ranges.asked.length = 0;
  await isLeaked(LEAKED);
  const hash = createHash("sha1").update(LEAKED).digest("hex").toUpperCase();
  expect(ranges.asked).toMatchObject([{ path: `/range/${hash.slice(0, 5)}`, headers: { "add-padding": "true" } }]);
  expect(JSON.stringify(ranges.asked)).not.toContain(hash.slice(5));
});

test.each(["a page", "an error", "nothing", "a redirect", "silence"] as const)(
  "where the answer is %s nothing is known, and that is said",
  async (answers) => {
    ranges.leaked.set(LEAKED, 3);
    ranges.answers = answers;
    expect(await isLeaked(LEAKED)).toBe(false);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(LEAKED);
  },
);

test("nor where nobody answers", async () => {
  const nobody = createLeakedPasswords("http://127.0.0.1:1/range/", exchange, (reason) => problems.push(reason));
  expect(await nobody(LEAKED)).toBe(false);
  expect(problems).toEqual([expect.stringContaining("no connection could be made")]);
});
