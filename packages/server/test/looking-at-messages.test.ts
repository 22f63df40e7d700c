import { createClient, type SafeguardClient } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addMember, createPersonalKey } from "../src/members/member-services.ts";
import type { JournalRecord } from "../src/store/journal-record.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

const NUMBER = "+31612345678";

let safeguard: TestSafeguard;
let program: SafeguardClient;
let analyst: SafeguardClient;
let reader: SafeguardClient;
let blocked: string;

beforeAll(async () => {
  safeguard = await startSafeguard({ detection: "off" });
  program = createClient({ baseUrl: safeguard.url, key: safeguard.liveKey.secret });
  [analyst, reader] = await Promise.all([person("analyst"), person("read_only")]);
  const requests = Array.from({ length: 30 }, (_, index) => ({
    to: index === 7 ? NUMBER : `+3162000${String(1000 + index)}`,
    from: "Shop",
    text: "x",
    purpose: index % 3 === 0 ? ("marketing" as const) : ("otp" as const),
  }));
  await program.messages.sendBatch(requests);
  await program.policies.changeExceptions("default", {
    add: [{ range: NUMBER, kind: "barred" }],
    reason: "test",
  });
  blocked = (await program.messages.send({ to: NUMBER, from: "Shop", text: "x" })).id;
}, 60_000);
afterAll(() => safeguard.stop());

async function person(role: "analyst" | "read_only"): Promise<SafeguardClient> {
  const { services, now } = { services: safeguard.safeguard.services, now: safeguard.safeguard.now };
  const context = {
    principal: { type: "operator" },
    actor: { type: "operator", name: "test" },
    account: safeguard.account,
    at: now(),
  } as const;
  const member = await addMember(services, context, { name: role, email: `${role}@example.org`, role });
  const { minted } = await createPersonalKey(services, context, member.id, { name: "laptop", mode: "test" });
  return createClient({ baseUrl: safeguard.url, key: minted.secret });
}

async function looks(): Promise<readonly JournalRecord[]> {
  const found: JournalRecord[] = [];
  for await (const { record } of safeguard.safeguard.store.journal.read(1)) {
    if (record.type === "number_revealed") found.push(record);
  }
  return found;
}

describe("a message, looked at", () => {
  it("is whole to the program that sent it, and masked to a person, wherever its number stands", async () => {
    const whole = await program.messages.get(blocked);
    expect(whole.to).toBe(NUMBER);
    expect(whole.sentence).toContain(NUMBER);
    const masked = await analyst.messages.get(blocked);
    expect(masked.to).toBe("+31612345•••");
    for (const answer of [
      masked,
      await analyst.messages.list({ limit: 100 }),
      await analyst.decisions.get(blocked),
      await analyst.call({ method: "GET", path: `/v1/decisions/${blocked}/explanation` }),
      await analyst.call({ method: "GET", path: `/v1/messages/${blocked}/check` }),
    ]) {
      expect(JSON.stringify(answer)).not.toContain(NUMBER.slice(1));
    }
  });

  it("shows its number to who may see it, and that is in the audit trail", async () => {
    const path = `/v1/messages/${blocked}/reveal`;
    await expect(reader.call({ method: "POST", path, body: {} })).rejects.toMatchObject({ status: 403 });
    expect(await looks()).toEqual([]);
    expect(await analyst.call({ method: "POST", path, body: {} })).toEqual({ id: blocked, to: NUMBER });
    expect(await looks()).toMatchObject([{ actor: { type: "key" } }]);
    const trail = JSON.stringify(await program.call({ method: "GET", path: "/v1/audit" }));
    expect(trail).toContain(blocked);
    expect(trail).toContain("revealed");
    expect(trail).not.toContain(NUMBER);
  });

  it("is decided again on the policy as it is now, and nothing is counted", async () => {
    const check = () =>
      analyst.call<{ action: string; reason: string }>({ method: "GET", path: `/v1/messages/${blocked}/check` });
    expect(await check()).toMatchObject({ id: blocked, action: "block", reason: "exception_barred" });
    await program.policies.changeExceptions("default", { remove: [NUMBER], reason: "test" });
    expect(await check()).toMatchObject({ action: "allow" });
    expect((await program.messages.get(blocked)).action).toBe("block");
  });
});

describe("the list of messages", () => {
  const ids = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await analyst.call<{ items: readonly { id: string }[]; next: string | null }>({
        method: "GET",
        path: "/v1/messages",
        query: { ...query, ...(cursor !== undefined && { cursor }) },
      });
      all.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return all;
  };

  it("is narrowed by what stands only in the records, a page at a time", async () => {
    expect(await ids({ reason: "exception_barred" })).toEqual([blocked]);
    expect(await ids({ prefix: "+316123" })).toHaveLength(2);
    expect(await ids({ prefix: "+3162000", purpose: "marketing" })).toHaveLength(10);
    const twoByTwo = await ids({ prefix: "+3162000", limit: "2" });
    expect(twoByTwo).toEqual(await ids({ prefix: "+3162000" }));
    expect(new Set(twoByTwo).size).toBe(29);
  });

  it("names the field that is not right", async () => {
    await expect(ids({ purpose: "love" })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("purpose"),
    });
    await expect(ids({ prefix: "0612" })).resolves.toEqual([]);
    await expect(ids({ reason: "Range!" })).rejects.toMatchObject({ problems: [{ field: "reason" }] });
  });
});
