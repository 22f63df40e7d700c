import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AuditRow, EMPTY_CHAIN, erased, nextRow } from "./audit-row.ts";
import { verifyChain } from "./verify-chain.ts";

const texts = fc.array(fc.string(), { minLength: 1, maxLength: 30 });

function chainOf(contents: readonly string[]): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const [index, text] of contents.entries()) {
    const account = index % 3 === 0 ? {} : { account: `acc_${index % 2}` as AccountId };
    const facts = { at: (1000 + index) as EpochMilliseconds, action: "key_saved", ...account };
    rows.push(nextRow(rows.at(-1) ?? EMPTY_CHAIN, facts, text));
  }
  return rows;
}

const found = (rows: readonly AuditRow[]) => rows.map((row) => ({ number: row.number, row }));

/** Every way in which one row can be altered: each field, and its content. */
const ALTERATIONS: Readonly<Record<string, (row: AuditRow) => AuditRow>> = {
  at: (row) => ({ ...row, at: (row.at + 1) as EpochMilliseconds }),
  account: (row) => ({ ...row, account: "acc_other" as AccountId }),
  action: (row) => ({ ...row, action: "account_saved" }),
  previous: (row) => ({ ...row, previous: flipped(row.previous) }),
  commitment: (row) => ({ ...row, commitment: flipped(row.commitment) }),
  hash: (row) => ({ ...row, hash: flipped(row.hash) }),
  text: (row) => ({ ...row, content: { salt: row.content?.salt ?? "", text: `${row.content?.text} ` } }),
  salt: (row) => ({ ...row, content: { salt: flipped(row.content?.salt ?? "0"), text: row.content?.text ?? "" } }),
  "the row, with a hash that fits it": (row) => nextRow({ number: row.number - 1, hash: row.previous }, row, "forged"),
};

function flipped(hex: string): string {
  return (hex.startsWith("0") ? "1" : "0") + hex.slice(1);
}

describe("the audit trail's chain", () => {
  test("holds as it was written, and names its head", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (contents) => {
        const rows = chainOf(contents);
        const last = rows.at(-1);
        expect(await verifyChain(found(rows))).toEqual({
          ok: true,
          rows: rows.length,
          withoutContent: 0,
          head: { number: rows.length, hash: last?.hash },
        });
      }),
    );
  });

  test("still holds when contents are erased", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.infiniteStream(fc.boolean()), async (contents, gone) => {
        const rows = chainOf(contents).map((row) => (gone.next().value === true ? erased(row) : row));
        const withoutContent = rows.filter(({ content }) => content === undefined).length;
        expect(await verifyChain(found(rows))).toMatchObject({ ok: true, withoutContent });
      }),
    );
  });

  test.each(Object.keys(ALTERATIONS))("names the row that was altered: %s", async (field) => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (contents, pick) => {
        const rows = chainOf(contents);
        const index = pick % rows.length;
        const forged = rows.map((row, at) => (at === index ? (ALTERATIONS[field]?.(row) ?? row) : row));
        const result = await verifyChain(found(forged), [{ number: rows.length, hash: rows.at(-1)?.hash ?? "" }]);
        // A row that was written anew as a whole shows at the one after it, or against the head that was noted.
        const brokenAt = field.startsWith("the row") ? Math.min(index + 2, rows.length) : index + 1;
        expect(result).toMatchObject({ ok: false, brokenAt });
      }),
    );
  });

  test("names the row that is missing, and that which cannot be read", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), fc.boolean(), async (contents, pick, unreadable) => {
        const rows = chainOf(contents);
        const index = pick % rows.length;
        const left = unreadable
          ? found(rows).map((one, at) => (at === index ? { number: one.number } : one))
          : found(rows).filter((_, at) => at !== index);
        const result = await verifyChain(left, [{ number: rows.length, hash: rows.at(-1)?.hash ?? "" }]);
        expect(result).toMatchObject({ ok: false, brokenAt: index + 1 });
      }),
    );
  });

  test("without a head that was noted it cannot tell that the end was cut off", async () => {
    const rows = chainOf(["one", "two", "three"]);
    expect(await verifyChain(found(rows.slice(0, 2)))).toMatchObject({ ok: true, rows: 2 });
    expect(await verifyChain(found(rows.slice(0, 2)), [{ number: 3, hash: rows[2]?.hash ?? "" }])).toEqual({
      ok: false,
      brokenAt: 3,
      problem: "the trail ends at row 2, and row 3 was there once",
    });
  });

  test("a trail that was written anew from some row on does not fit a head that was noted before", async () => {
    const rows = chainOf(["one", "two", "three"]);
    const anew = chainOf(["one", "2", "three"]);
    expect(await verifyChain(found(anew))).toMatchObject({ ok: true });
    expect(await verifyChain(found(anew), [{ number: 3, hash: rows[2]?.hash ?? "" }])).toMatchObject({
      ok: false,
      brokenAt: 3,
    });
  });

  test("the same content commits to something else each time, so that nobody can try it out", () => {
    const [one, other] = [chainOf(["+31612345678"])[0], chainOf(["+31612345678"])[0]];
    expect(one?.commitment).not.toBe(other?.commitment);
  });
});
