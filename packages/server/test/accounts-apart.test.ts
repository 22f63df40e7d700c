import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../src/accounts/account.ts";
import { SCOPES } from "../src/accounts/api-key.ts";
import { createAccount } from "../src/accounts/create-account.ts";
import { createKey } from "../src/accounts/create-key.ts";
import type { NewKey } from "../src/accounts/key-body.ts";
import type { Role } from "../src/accounts/permissions.ts";
import { startSafeguard, type TestSafeguard } from "./harness.ts";
import { databaseOf } from "./store-of-tests.ts";

let dataDirectory: string;
let product: TestSafeguard;
/** Of each test its own. */
let account: Account;
let testKey: Awaited<ReturnType<typeof keyOf>>;
/** The time of day, for what expires. */
let time: number;

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "safeguard-accounts-"));
  time = Date.now();
  product = await startSafeguard({ dataDirectory, wall: () => time });
});
beforeEach(async () => {
  account = (await createAccount(product.safeguard.services, operatorCaller(), { name: "Shop" })).account;
  const document = { listMode: "block_list", detection: { mode: "enforce" } };
  await asOperator("PUT", "/v1/policies/default", { document, reason: "first" });
  testKey = await keyOf(account);
});
afterAll(async () => {
  await product.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: whatever the route answers
type Json = any;

async function call(
  secret: string,
  method: string,
  path: string,
  body?: unknown,
  account?: string,
): Promise<{ readonly status: number; readonly json: Json }> {
  const reply = await fetch(`${product.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(account === undefined ? {} : { "safeguard-account": account }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: await reply.json() };
}

const asOperator = (method: string, path: string, body?: unknown, named: string = account.id) =>
  call(product.safeguard.operatorSecret, method, path, body, named);

function operatorCaller() {
  return {
    principal: { type: "operator" },
    actor: { type: "operator", name: "test" },
    at: product.safeguard.now(),
  } as const;
}

async function child(parent: Account = account): Promise<Account> {
  return (await createAccount(product.safeguard.services, operatorCaller(), { name: "Child", parent: parent.id }))
    .account;
}

async function keyOf(holder: Account, settings: Partial<NewKey> = {}) {
  const context = { ...operatorCaller(), account: holder };
  const { key, minted } = await createKey(product.safeguard.services, context, {
    name: "program",
    mode: "test",
    scopes: [...SCOPES],
    ...settings,
  });
  return { ...minted, id: key.id, twilioSid: holder.twilioSid };
}

/** A person with a role in the product's account: its member's id, and the secret of its personal key. */
async function person(name: string, role: Role) {
  const member = await asOperator("POST", "/v1/members", { name, email: `${name}@example.com`, role });
  const key = await asOperator("POST", `/v1/members/${member.json.id}/keys`, { name: "laptop", mode: "test" });
  return { member: member.json.id as string, person: member.json.person as string, secret: key.json.secret as string };
}

const MESSAGE = { to: "+31612345678", from: "Shop", text: "Your code is 123456" };

/** One message in each dialect: the status, and what stands for the reason. */
async function sendInEachDialect(key: Awaited<ReturnType<typeof keyOf>>) {
  const native = await call(key.secret, "POST", "/v1/messages", MESSAGE);
  const twilio = await fetch(`${product.url}/2010-04-01/Accounts/${key.twilioSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${key.twilioSid}:${key.authToken}`).toString("base64")}` },
    body: new URLSearchParams({ To: MESSAGE.to, From: "Shop", Body: MESSAGE.text }),
  });
  const cm = await fetch(`${product.url}/v1.0/message`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-cm-producttoken": key.productToken },
    body: JSON.stringify({
      messages: { msg: [{ from: "Shop", to: [{ number: "0031612345678" }], body: { content: MESSAGE.text } }] },
    }),
  });
  const twilioJson: Json = await twilio.json();
  const cmJson: Json = await cm.json();
  return {
    native: [native.status, native.json.code ?? native.json.status],
    twilio: [twilio.status, twilioJson.code ?? null],
    cm: [cm.status, cmJson.errorCode],
  };
}

const TAKEN = { native: [201, "submitted"], twilio: [201, null], cm: [200, 0] };
const REFUSED = { native: [403, "forbidden"], twilio: [401, 20005], cm: [400, 101] };

describe("a suspension", () => {
  test("of a key refuses the very next request in each dialect's own way, until it is resumed", async () => {
    const key = await keyOf(account);
    expect(await sendInEachDialect(key)).toEqual(TAKEN);
    expect((await asOperator("POST", `/v1/keys/${key.id}/suspend`, { reason: "seen in a log" })).status).toBe(200);
    expect(await sendInEachDialect(key)).toEqual(REFUSED);
    await asOperator("POST", `/v1/keys/${key.id}/resume`, { reason: "was another one" });
    expect(await sendInEachDialect(key)).toEqual(TAKEN);
  });

  test("of an account reaches those below it, and not those above or beside", async () => {
    const middle = await child();
    const below = await child(middle);
    const beside = await child();
    const keys = await Promise.all([middle, below, beside, account].map((one) => keyOf(one)));
    const answers = async () => (await Promise.all(keys.map(sendInEachDialect))).map(({ native }) => native[0]);
    await asOperator("POST", `/v1/accounts/${middle.id}/suspend`, { reason: "unpaid" });
    expect(await answers()).toEqual([403, 403, 201, 201]);
    await asOperator("POST", `/v1/accounts/${middle.id}/resume`, { reason: "paid" });
    expect(await answers()).toEqual([201, 201, 201, 201]);
  });

  test("stands for who acts for the account from above, who can still manage it and end it", async () => {
    const below = await child();
    const above = await keyOf(account);
    await call(above.secret, "POST", `/v1/accounts/${below.id}/suspend`, { reason: "unpaid" });
    expect((await call(above.secret, "POST", "/v1/messages", MESSAGE, below.id)).status).toBe(403);
    expect((await call(above.secret, "POST", "/v1/decisions", { to: MESSAGE.to }, below.id)).status).toBe(403);
    expect((await call(above.secret, "GET", "/v1/keys", undefined, below.id)).status).toBe(200);
    expect((await call(above.secret, "POST", `/v1/accounts/${below.id}/resume`, { reason: "paid" })).status).toBe(200);
    expect((await call(above.secret, "POST", "/v1/messages", MESSAGE, below.id)).status).toBe(201);
  });

  test("tells nothing to who has the wrong credential, and is no guess", async () => {
    const key = await keyOf(account);
    await asOperator("POST", `/v1/keys/${key.id}/suspend`, { reason: "test" });
    expect((await call("sg_live_wrong", "GET", "/v1/usage")).json.detail).not.toContain("suspended");
    for (let attempt = 0; attempt < 40; attempt++) {
      expect((await call(key.secret, "GET", "/v1/keys")).status).toBe(403);
    }
  });

  test("is still there after a restart, and in the audit trail with its reason", async () => {
    const below = await child();
    const key = await keyOf(below);
    await asOperator("POST", `/v1/accounts/${below.id}/suspend`, { reason: "unpaid" });
    await restart();
    expect((await sendInEachDialect(key)).native[0]).toBe(403);
    const [latest] = (await asOperator("GET", "/v1/audit?limit=1", undefined, below.id)).json.items;
    expect(latest).toMatchObject({
      action: "account_saved",
      account: below.id,
      reason: "unpaid",
      who: { type: "operator" },
      what: { type: "account", id: below.id },
    });
    expect(latest.before.suspendedAt).toBeUndefined();
    expect(latest.after.suspendedAt).toBeTypeOf("number");
  });
});

async function restart(): Promise<void> {
  await product.stop();
  product = await startSafeguard({ dataDirectory, wall: () => time });
}

describe("a member", () => {
  test("may do what its role permits, from the next request on, and nothing once removed", async () => {
    const { member, secret } = await person("ann", "read_only");
    const change = () => call(secret, "POST", "/v1/policies/default/destinations", { block: ["NG"], reason: "test" });
    expect((await change()).json.detail).toBe("The role read_only does not permit policies:write.");
    await asOperator("PATCH", `/v1/members/${member}`, { role: "operator" });
    expect((await change()).status).toBe(201);
    expect((await call(secret, "GET", "/v1/keys")).status).toBe(403);
    await asOperator("DELETE", `/v1/members/${member}`);
    expect((await call(secret, "GET", "/v1/members")).status).toBe(401);
    await restart();
    expect((await call(secret, "GET", "/v1/members")).status).toBe(401);
  });

  test("is the same person in every account, and has there what it was given there", async () => {
    const below = await child();
    const here = await asOperator("POST", "/v1/members", { name: "Ann", email: "Ann@Example.com", role: "analyst" });
    const there = await asOperator(
      "POST",
      "/v1/members",
      { name: "A. Smith", email: "ann@example.com", role: "read_only" },
      below.id,
    );
    expect(there.json).toMatchObject({ person: here.json.person, role: "read_only", name: "A. Smith" });
    const again = await asOperator("POST", "/v1/members", { name: "Ann", email: "ann@example.com", role: "owner" });
    expect(again.status).toBe(409);
  });

  test("gives no role that permits more than it may do itself, and takes none such away", async () => {
    const program = await keyOf(account, { scopes: ["members:write", "messages:read"] });
    const { member } = await person("owner", "owner");
    const give = await call(program.secret, "POST", "/v1/members", {
      name: "B",
      email: "b@example.com",
      role: "owner",
    });
    expect(give).toMatchObject({ status: 403, json: { problems: [{ field: "role" }] } });
    expect((await call(program.secret, "DELETE", `/v1/members/${member}`)).status).toBe(403);
    const key = await call(program.secret, "POST", `/v1/members/${member}/keys`, { name: "mine", mode: "test" });
    expect(key.status).toBe(403);
  });

  test("cannot be taken over by giving its key new secrets", async () => {
    const weak = await keyOf(account, { scopes: ["keys:write"] });
    await person("owner", "owner");
    const keys = (await asOperator("GET", "/v1/keys?limit=100")).json.items;
    const personal = keys.find((key: Json) => key.person !== null);
    expect((await call(weak.secret, "POST", `/v1/keys/${personal.id}/reroll`, {})).status).toBe(403);
    const wider = await asOperator("PATCH", `/v1/keys/${personal.id}`, { scopes: ["messages:send"] });
    expect(wider).toMatchObject({ status: 409, json: { problems: [{ field: "scopes" }] } });
  });

  test("an owner cannot leave the account without one", async () => {
    const { member, secret } = await person("owner", "owner");
    expect((await call(secret, "DELETE", `/v1/members/${member}`)).status).toBe(409);
    expect((await call(secret, "PATCH", `/v1/members/${member}`, { role: "analyst" })).status).toBe(409);
    await person("other", "owner");
    expect((await call(secret, "DELETE", `/v1/members/${member}`)).status).toBe(200);
  });
});

describe("four eyes", () => {
  const BLOCK = { block: ["NG"], reason: "pumping" };
  const ALLOW = { allow: ["NG"], reason: "a new market" };
  const change = (secret: string, body: object) => call(secret, "POST", "/v1/policies/default/destinations", body);
  const decide = (secret: string, verb: string, number: number, policy = "default") =>
    call(secret, "POST", `/v1/policies/${policy}/revisions/${number}/${verb}`, { reason: "looked at it" });
  const isBlocked = async () =>
    (await call(testKey.secret, "POST", "/v1/decisions", { to: "+2348031234567" })).json.action === "block";

  beforeEach(async () => {
    await asOperator("PATCH", `/v1/accounts/${account.id}`, { fourEyes: { expiresAfterHours: 24 } });
  });

  test("what tightens holds at once; what loosens waits until another has approved it", async () => {
    const ann = await person("ann", "operator");
    const bob = await person("bob", "operator");
    expect((await change(ann.secret, BLOCK)).json.revisions[0].state).toBe("in_force");
    expect(await isBlocked()).toBe(true);

    const proposed = (await change(ann.secret, ALLOW)).json.revisions[0];
    expect(proposed).toMatchObject({ state: "pending_approval", decides: false, proposal: { state: "open" } });
    expect(await isBlocked()).toBe(true);
    expect((await decide(ann.secret, "approve", proposed.number)).status).toBe(403);
    expect((await call(bob.secret, "GET", "/v1/approvals")).json.items).toMatchObject([
      { policy: "default", number: proposed.number, comparison: { loosens: true } },
    ]);

    const approved = await decide(bob.secret, "approve", proposed.number);
    expect(approved).toMatchObject({
      status: 201,
      json: { revisions: [{ state: "in_force", restores: proposed.number }] },
    });
    expect(await isBlocked()).toBe(false);
    expect((await call(bob.secret, "GET", "/v1/approvals")).json.items).toEqual([]);
    expect((await decide(bob.secret, "approve", proposed.number)).status).toBe(409);
  });

  test("a proposal waits through a restart, and is void when its time is over", async () => {
    const ann = await person("ann", "operator");
    const bob = await person("bob", "operator");
    await change(ann.secret, BLOCK);
    const { number } = (await change(ann.secret, ALLOW)).json.revisions[0];
    await restart();
    expect((await call(bob.secret, "GET", "/v1/approvals")).json.items).toHaveLength(1);
    time += 24 * 3_600_000;
    expect((await call(bob.secret, "GET", "/v1/approvals")).json.items).toEqual([]);
    expect(await decide(bob.secret, "approve", number)).toMatchObject({
      status: 409,
      json: { detail: "The proposal is expired." },
    });
    expect(await isBlocked()).toBe(true);
  });

  test("rejected by another or withdrawn by its author, it never holds", async () => {
    const ann = await person("ann", "operator");
    const bob = await person("bob", "operator");
    await change(ann.secret, BLOCK);
    const first = (await change(ann.secret, ALLOW)).json.revisions[0].number;
    expect((await decide(bob.secret, "withdraw", first)).status).toBe(403);
    expect((await decide(bob.secret, "reject", first)).json.revisions[0].proposal.state).toBe("rejected");
    const second = (await change(ann.secret, ALLOW)).json.revisions[0].number;
    expect((await decide(ann.secret, "withdraw", second)).json.revisions[0].proposal.state).toBe("withdrawn");
    for (const number of [first, second]) expect((await decide(bob.secret, "approve", number)).status).toBe(409);
    expect(await isBlocked()).toBe(true);
  });

  test("an approval does not undo what was tightened meanwhile", async () => {
    const ann = await person("ann", "operator");
    const bob = await person("bob", "operator");
    await change(ann.secret, BLOCK);
    const { number } = (await change(ann.secret, ALLOW)).json.revisions[0];
    await change(ann.secret, { block: ["PK"], reason: "pumping there, too" });
    expect(await decide(bob.secret, "approve", number)).toMatchObject({ status: 409 });
  });

  test("nobody is a second person by another key: neither his own, nor one that he made or has seen", async () => {
    const ann = await person("ann", "owner");
    await change(ann.secret, BLOCK);
    const { number } = (await change(ann.secret, ALLOW)).json.revisions[0];
    const made = await call(ann.secret, "POST", "/v1/keys", { name: "x", mode: "test", scopes: [...SCOPES] });
    const madeByIt = await call(made.json.secret, "POST", "/v1/keys", { name: "y", mode: "test", scopes: [...SCOPES] });
    const friend = await person("friend", "owner");
    const keys = (await asOperator("GET", "/v1/keys?limit=100")).json.items;
    const friends = keys.find((key: Json) => key.person === friend.person);
    const seen = await call(ann.secret, "POST", `/v1/keys/${friends.id}/reroll`, {});
    for (const secret of [ann.secret, made.json.secret, madeByIt.json.secret, seen.json.secret]) {
      expect((await decide(secret, "approve", number)).status).toBe(403);
    }
    expect(await isBlocked()).toBe(true);
  });

  test.each([
    [
      "a whole document",
      (secret: string) => call(secret, "PUT", "/v1/policies/default", { document: {}, reason: "x" }),
    ],
    ["an earlier revision", (secret: string) => decide(secret, "restore", 1)],
    [
      "a trusted number",
      (secret: string) =>
        call(secret, "POST", "/v1/policies/default/exceptions", {
          add: [{ range: "+2348031234567", kind: "trusted", evenIfDestinationBlocked: true }],
          reason: "x",
        }),
    ],
    [
      "weaker detection",
      (secret: string) => call(secret, "POST", "/v1/policies/default/detection", { mode: "off", reason: "x" }),
    ],
    [
      "a draft that is activated",
      async (secret: string) => {
        const body = { document: {}, state: "draft", reason: "x" };
        const { number } = (await call(secret, "PUT", "/v1/policies/default", body)).json;
        return decide(secret, "activate", number);
      },
    ],
    [
      "a looser policy that begins tomorrow",
      (secret: string) =>
        call(secret, "PUT", "/v1/policies/default", {
          document: {},
          reason: "x",
          from: new Date(time + 86_400_000).toISOString(),
        }),
    ],
  ])("there is no other way to loosen: %s", async (_what, loosen) => {
    const ann = await person("ann", "operator");
    await change(ann.secret, BLOCK);
    await loosen(ann.secret);
    expect(await isBlocked()).toBe(true);
    expect((await call(ann.secret, "GET", "/v1/approvals")).json.items).toMatchObject([{ mine: true }]);
    expect((await asOperator("GET", "/v1/approvals")).json.items).toMatchObject([{ mine: false }]);
  });

  describe("besides policies", () => {
    const bypassed = async () => (await asOperator("GET", "/v1/detection")).json.bypass !== null;
    const waitsAs = async (answer: Awaited<ReturnType<typeof call>>): Promise<string> => {
      expect(answer, JSON.stringify(answer.json)).toMatchObject({ status: 409 });
      expect(answer.json.type).toContain("approval_pending");
      return /prp_[a-z0-9]{20}/.exec(answer.json.detail)?.[0] ?? "";
    };
    const decideOn = (secret: string, verb: string, id: string) =>
      call(secret, "POST", `/v1/approvals/acts/${id}/${verb}`, { reason: "looked at it" });

    test("a bypass waits for another, also through a restart; a lockdown holds at once, its end waits", async () => {
      const ann = await person("ann", "operator");
      const bob = await person("bob", "operator");
      const id = await waitsAs(await call(ann.secret, "POST", "/v1/detection/bypass", { reason: "a launch" }));
      expect(await bypassed()).toBe(false);
      expect(await waitsAs(await call(ann.secret, "POST", "/v1/detection/bypass", { reason: "a launch" }))).toBe(id);
      expect((await decideOn(ann.secret, "approve", id)).status).toBe(403);
      await restart();
      expect((await call(bob.secret, "GET", "/v1/approvals/acts")).json.items).toMatchObject([
        { id, what: "bypass detection", reason: "a launch", author: ann.person, state: "open", decision: null },
      ]);
      // Each is told whether it is his own, and who it was.
      const seenBy = async (secret: string) =>
        (await call(secret, "GET", "/v1/approvals/acts?state=all")).json.items[0];
      expect(await seenBy(ann.secret)).toMatchObject({ mine: true, proposedBy: { person: ann.person } });
      expect(await seenBy(bob.secret)).toMatchObject({ mine: false, proposedBy: { person: ann.person } });
      expect(await decideOn(bob.secret, "approve", id)).toMatchObject({ status: 200, json: { state: "approved" } });
      expect(await bypassed()).toBe(true);
      expect((await decideOn(bob.secret, "approve", id)).status).toBe(409);
      expect((await seenBy(ann.secret)).decision).toMatchObject({ by: { person: bob.person }, reason: "looked at it" });

      expect((await call(ann.secret, "POST", "/v1/detection/lockdown", { reason: "now" })).status).toBe(200);
      const end = await waitsAs(await call(ann.secret, "DELETE", "/v1/detection/lockdown?reason=over"));
      expect((await asOperator("GET", "/v1/detection")).json.lockdown).not.toBeNull();
      expect((await decideOn(bob.secret, "reject", end)).json.state).toBe("rejected");
      expect((await call(bob.secret, "GET", "/v1/approvals/acts")).json.items).toEqual([]);
      expect((await asOperator("GET", "/v1/audit/verify")).json.ok).toBe(true);
    });

    test("an incident's release, a released range and another's right wait; what gives nobody more does not", async () => {
      const ann = await person("ann", "owner");
      const bob = await person("bob", "owner");
      const cem = await person("cem", "read_only");
      const key = await keyOf(account, { scopes: ["messages:send"] });
      for (const answer of [
        await call(ann.secret, "POST", "/v1/incidents/1/release", { reason: "ours" }),
        await call(ann.secret, "POST", "/v1/incidents/1/close", { reason: "ours" }),
        await call(ann.secret, "POST", "/v1/incidents/1/false-alarm", { reason: "ours" }),
        await call(ann.secret, "DELETE", "/v1/detection/ranges?range=%2B99200123xxxx&reason=ours"),
        await call(ann.secret, "POST", "/v1/members", { name: "Dee", email: "dee@example.com", role: "operator" }),
        await call(ann.secret, "PATCH", `/v1/members/${cem.member}`, { role: "analyst" }),
        await call(ann.secret, "PATCH", `/v1/keys/${key.id}`, { scopes: ["messages:send", "policies:write"] }),
      ]) {
        await waitsAs(answer);
      }
      const { items } = (await call(bob.secret, "GET", "/v1/approvals/acts")).json;
      expect(items).toHaveLength(7);
      expect(items.map(({ subject }: { subject: string | null }) => subject)).toEqual([
        (await asOperator("GET", `/v1/keys/${key.id}`)).json.name,
        "cem",
        "Dee",
        ...[null, null, null, null],
      ]);
      // What no longer fits is refused when it is approved, and stays open.
      expect((await decideOn(bob.secret, "approve", items[6].id)).status).toBe(404);
      expect((await decideOn(bob.secret, "approve", items[0].id)).status).toBe(200);
      expect((await asOperator("GET", `/v1/keys/${key.id}`)).json.scopes).toContain("policies:write");
      expect((await decideOn(bob.secret, "approve", items[1].id)).status).toBe(200);
      expect((await asOperator("GET", `/v1/members/${cem.member}`)).json.role).toBe("analyst");

      expect((await call(ann.secret, "POST", "/v1/incidents/1/acknowledge", { reason: "seen" })).status).toBe(404);
      expect((await call(ann.secret, "PATCH", `/v1/keys/${key.id}`, { name: "renamed" })).status).toBe(200);
      expect((await call(ann.secret, "PATCH", `/v1/members/${cem.member}`, { role: "read_only" })).status).toBe(200);
    });

    test("a proposal is taken back by its author only, is void in time, and is nobody else's to see", async () => {
      const ann = await person("ann", "operator");
      const bob = await person("bob", "operator");
      const ask = () => call(ann.secret, "POST", "/v1/detection/bypass", { reason: "a launch" });
      const first = await waitsAs(await ask());
      expect((await decideOn(bob.secret, "withdraw", first)).status).toBe(403);
      expect((await decideOn(ann.secret, "withdraw", first)).json.state).toBe("withdrawn");
      const second = await waitsAs(await ask());
      const other = (await createAccount(product.safeguard.services, operatorCaller(), { name: "Other" })).account;
      const foreign = await keyOf(other);
      expect(await decideOn(foreign.secret, "approve", second)).toMatchObject({ status: 404 });
      time += 25 * 3_600_000;
      expect((await decideOn(bob.secret, "approve", second)).status).toBe(409);
      expect(await bypassed()).toBe(false);
    });
  });

  test("cannot be turned off by the account itself", async () => {
    const ann = await person("ann", "owner");
    const off = await call(ann.secret, "PATCH", `/v1/accounts/${account.id}`, { fourEyes: null });
    expect(off).toMatchObject({ status: 403, json: { problems: [{ field: "fourEyes" }] } });
    expect((await asOperator("PATCH", `/v1/accounts/${account.id}`, { fourEyes: null })).json.fourEyes).toBeNull();
  });
});

describe("the audit trail", () => {
  test("has a row for every change that somebody made, in the same append, also after a restart", async () => {
    const ann = await person("ann", "owner");
    await call(ann.secret, "POST", "/v1/policies/default/destinations", { block: ["NG"], reason: "pumping" });
    await restart();
    await call(ann.secret, "POST", "/v1/keys", { name: "made", mode: "test", scopes: ["messages:send"] });
    await call(ann.secret, "POST", "/v1/detection/lockdown", {
      reason: "test",
      until: new Date(time + 3_600_000).toISOString(),
    });
    const acted: string[] = [];
    const audited: string[] = [];
    for await (const { record } of product.safeguard.store.journal.read(1)) {
      if (record.type === "audited") audited.push(record.row.action);
      else if ("actor" in record) acted.push(record.type);
    }
    expect(audited).toEqual(acted);
    expect(acted).toEqual(expect.arrayContaining(["member_saved", "revision_saved", "key_saved", "provider_saved"]));
    const verified = await asOperator("GET", "/v1/audit/verify");
    expect(verified.json).toMatchObject({ ok: true, rows: audited.length, withoutContent: 0 });
  });

  test("says who, from where, what, before and after, and why; and never a secret", async () => {
    const ann = await person("ann", "operator");
    await call(ann.secret, "POST", "/v1/policies/default/destinations", { block: ["NG"], reason: "pumping" });
    const { items } = (await asOperator("GET", "/v1/audit?limit=1000")).json;
    expect(items[0]).toMatchObject({
      action: "revision_saved",
      who: { type: "key", person: ann.person },
      address: expect.stringMatching(/127\.0\.0\.1$/),
      what: { type: "policy", id: "default/2" },
      reason: "pumping",
      before: { number: 1 },
      after: { number: 2, changes: [{ path: "destinations.NG", after: { action: "block" }, loosens: false }] },
    });
    const text = JSON.stringify(items);
    const { directory } = product.safeguard;
    for (const key of directory.keysOf(account.id)) {
      for (const secret of [key.secretHash, key.authTokenHash, key.authTokenSealed]) expect(text).not.toContain(secret);
    }
    for (const secret of [ann.secret, testKey.secret, testKey.authToken]) {
      expect(text).not.toContain(secret);
    }
  });

  test("masks numbers of persons where it is read, and keeps them where it is proved", async () => {
    await asOperator("POST", "/v1/policies/default/exceptions", {
      add: [{ range: "+31612345678", kind: "barred" }],
      reason: "asked us to stop",
    });
    const listed = await asOperator("GET", "/v1/audit?limit=1");
    expect(JSON.stringify(listed.json)).not.toContain("+31612345678");
    const exported = await asOperator("GET", "/v1/audit/export");
    expect(JSON.stringify(exported.json)).not.toContain("+31612345678");
    const whole = await asOperator("GET", "/v1/audit/export?whole=true");
    expect(JSON.stringify(whole.json)).toContain("+31612345678");
    expect((await asOperator("GET", "/v1/audit?limit=1000", undefined, "")).status).toBe(404);
    const [latest] = (await call(product.safeguard.operatorSecret, "GET", "/v1/audit?limit=1")).json.items;
    expect(latest).toMatchObject({ action: "audit_exported", account: null });
  });

  test("shows an account its own changes and those of accounts below, and nobody else's", async () => {
    const below = await child();
    const key = await keyOf(account, { scopes: ["audit:read"] });
    const belowKey = await keyOf(below, { scopes: ["audit:read"] });
    const accountsSeen = async (secret: string) => {
      const { items } = (await call(secret, "GET", "/v1/audit?limit=1000")).json;
      return new Set(items.map(({ account }: Json) => account));
    };
    expect(await accountsSeen(key.secret)).toEqual(new Set([account.id, below.id]));
    expect(await accountsSeen(belowKey.secret)).toEqual(new Set([below.id]));
    // The proof is of the whole chain, and tells nothing of what others' rows say.
    const { json, status } = await call(belowKey.secret, "GET", "/v1/audit/verify");
    expect(status).toBe(200);
    expect(Object.keys(json).sort()).toEqual(["brokenAt", "head", "ok", "problem", "rows", "withoutContent"]);
    expect(json.ok).toBe(true);
    expect((await call(key.secret, "GET", "/v1/audit/export")).status).toBe(403);
  });

  test("names the first row that was altered in the database, whatever was done to it", async () => {
    if (databaseOf(dataDirectory) !== undefined) return;
    for (const name of ["one", "two", "three"]) await keyOf(account, { name });
    const { head } = (await asOperator("GET", "/v1/audit/verify")).json;
    const third = "number = 3";
    for (const [statement, brokenAt] of [
      [`UPDATE audit SET at = at + 1 WHERE ${third}`, 3],
      [`UPDATE audit SET document = (SELECT document FROM audit WHERE number = 2) WHERE ${third}`, 3],
      [`DELETE FROM audit WHERE ${third}`, 3],
      // (the start after it writes rows of its own in that place)
      [`DELETE FROM audit WHERE number = ${head.number}`, head.number],
    ] as const) {
      await product.stop();
      const tables = new DatabaseSync(join(dataDirectory, "tables.db"));
      tables.exec("CREATE TABLE kept AS SELECT * FROM audit");
      tables.exec(statement);
      tables.close();
      product = await startSafeguard({ dataDirectory, wall: () => time });
      const expected = `expect=${head.number}:${head.hash}`;
      const verified = await asOperator("GET", `/v1/audit/verify?${expected}`);
      expect(verified.json, statement).toMatchObject({ ok: false, brokenAt });
      await product.stop();
      const again = new DatabaseSync(join(dataDirectory, "tables.db"));
      again.exec("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept; DROP TABLE kept");
      again.close();
      product = await startSafeguard({ dataDirectory, wall: () => time });
    }
  });
});
