import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import { expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import { createAccountWorld } from "../accounts/testing/account-world.ts";
import { GroupJournal, type JournalGroup } from "../store/group-journal.ts";
import { readLine } from "../store/journal-line.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { MasterKey } from "../store/master-key.ts";
import { createRecordIds } from "../store/record-ids.ts";
import { type AuditRow, EMPTY_CHAIN } from "./audit-row.ts";
import type { AuditedState } from "./audited-change.ts";
import { auditedJournal } from "./audited-journal.ts";
import { verifyChain } from "./verify-chain.ts";

const AT = 1_800_000_000_000 as EpochMilliseconds;
const ACTOR = { type: "operator", name: "test" } as const;

/** A journal whose device keeps groups until it is told to fail. */
function journalUnderTest() {
  const groups: JournalGroup[] = [];
  const device = { failing: false };
  const ids = createRecordIds(new Uint8Array(32).fill(7) as MasterKey, 1n);
  const inner = new GroupJournal(
    {
      async commit(group) {
        if (device.failing) throw new Error("disk full");
        groups.push(group);
      },
      groupsFrom: async () => groups,
    },
    ids,
    0,
  );
  const accounts = new Map<AccountId, Account>();
  const state: AuditedState = {
    account: (id) => accounts.get(id),
    key: () => undefined,
    member: () => undefined,
    provider: () => undefined,
    routes: () => undefined,
    alertSettings: () => undefined,
    revision: () => undefined,
  };
  const records = (): readonly JournalRecord[] => groups.flatMap(({ text }) => text.split("\n").map(readLine));
  return { journal: auditedJournal(inner, EMPTY_CHAIN, state), device, groups, records, accounts };
}

const saved = (account: Account): JournalRecord => ({ type: "account_saved", at: AT, actor: ACTOR, account });
const rowsOf = (records: readonly JournalRecord[]): readonly AuditRow[] =>
  records.flatMap((record) => (record.type === "audited" ? [record.row] : []));

test("a change and its row are in one group, which becomes durable whole or not at all", async () => {
  const { journal, groups, accounts } = journalUnderTest();
  const account = await createAccountWorld().account();
  await journal.append([saved(account)]);
  accounts.set(account.id, account);
  await journal.append([saved({ ...account, name: "Renamed" })]);
  for (const { text } of groups) {
    expect(text.split("\n").map((line) => readLine(line).type)).toEqual(["account_saved", "audited"]);
  }
});

test("a change whose row cannot be written is refused, and so is every later one", async () => {
  const { journal, device, records } = journalUnderTest();
  const account = await createAccountWorld().account();
  device.failing = true;
  await expect(journal.append([saved(account)])).rejects.toMatchObject({ code: "journal_unwritable" });
  device.failing = false;
  await expect(journal.append([saved(account)])).rejects.toMatchObject({ code: "journal_unwritable" });
  expect(records()).toEqual([]);
});

test("the rows of concurrent changes are one chain, in the order of the journal", async () => {
  const { journal, records } = journalUnderTest();
  const account = await createAccountWorld().account();
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => journal.append([saved({ ...account, name: `Shop ${index}` })])),
  );
  const rows = rowsOf(records());
  expect(await verifyChain(rows.map((row) => ({ number: row.number, row })))).toMatchObject({ ok: true, rows: 50 });
  expect(rows.map(({ content }) => JSON.parse(content?.text ?? "{}").after.name)).toEqual(
    Array.from({ length: 50 }, (_, index) => `Shop ${index}`),
  );
});

test("what nobody did has no row, and its id stays the one that was told", async () => {
  const { journal, records } = journalUnderTest();
  const account = await createAccountWorld().account();
  const id = journal.upcomingId(1);
  const notice: JournalRecord = {
    type: "detection_alert",
    id,
    at: AT,
    account: account.id,
    code: "lockdown",
    sentence: "test",
  };
  await journal.append([saved(account), notice]);
  await journal.append([{ type: "alert_resolved", at: AT, account: account.id, alert: id, code: "lockdown" }]);
  expect(records().map(({ type }) => type)).toEqual(["account_saved", "detection_alert", "audited", "alert_resolved"]);
});
