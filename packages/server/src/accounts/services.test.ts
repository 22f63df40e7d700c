import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ServiceError } from "../api/service-error.ts";
import { SCOPES, type Scope } from "./api-key.ts";
import { checkGrant } from "./check-grant.ts";
import { createAccount } from "./create-account.ts";
import { createDirectory } from "./create-directory.ts";
import { scopesThatGrant } from "./has-scope.ts";
import { rerollKey } from "./reroll-key.ts";
import { revokeKey } from "./revoke-key.ts";
import { createAccountWorld, NOW, OPERATOR } from "./testing/account-world.ts";
import { rollWebhookSecret, updateAccount } from "./update-account.ts";
import { updateKey } from "./update-key.ts";

const refusal = (code: string) => expect.objectContaining({ name: "ServiceError", code });

describe("accounts", () => {
  test("a child starts from its parent's currency, purpose, policy and answers", async () => {
    const world = createAccountWorld();
    const parent = await world.account({ currency: "GBP", defaultPurpose: "marketing" });
    await world.policy(parent, "strict");
    await updateAccount(world.deps, world.contextOf(parent), parent.id, { defaultPolicy: "strict" });
    const child = await world.account({ name: "Child", parent: parent.id });
    expect(child).toMatchObject({
      parent: parent.id,
      currency: "GBP",
      defaultPurpose: "marketing",
      defaultPolicy: "strict",
    });
    expect(child.twilioSid).toMatch(/^AC[0-9a-f]{32}$/);
    expect(world.directory.isWithin(child.id, parent.id)).toBe(true);
    expect(world.directory.isWithin(parent.id, child.id)).toBe(false);
  });

  test("a key makes accounts below its own and nowhere else", async () => {
    const world = createAccountWorld();
    const own = await world.account();
    const foreign = await world.account({ name: "Foreign" });
    const { key } = await world.key(own, { scopes: ["accounts:write"] });
    const caller = world.contextOf(own, world.principalOf(key));
    expect((await createAccount(world.deps, caller, { name: "Child" })).account.parent).toBe(own.id);
    await expect(createAccount(world.deps, caller, { name: "X", parent: foreign.id })).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(createAccount(world.deps, caller, { name: "X", parent: "acc_none" })).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(updateAccount(world.deps, caller, foreign.id, { name: "Mine" })).rejects.toEqual(refusal("not_found"));
    expect(world.directory.account(foreign.id)?.name).toBe("Foreign");
  });

  test("are nested eight deep and no deeper", async () => {
    const world = createAccountWorld();
    let account = await world.account();
    for (let depth = 2; depth <= 8; depth++) account = await world.account({ parent: account.id });
    await expect(createAccount(world.deps, OPERATOR, { name: "Ninth", parent: account.id })).rejects.toEqual(
      refusal("conflict"),
    );
  });

  test("a change keeps what it does not name, and null takes away", async () => {
    const world = createAccountWorld();
    const before = await world.account({
      declaredChannels: ["sms", "whatsapp"],
      reports: { cmUrl: "https://example.com/cm" },
      answers: { cm: { destination: "reject" } },
    });
    const { account } = await updateAccount(world.deps, OPERATOR, before.id, {
      answers: { twilio: { detection: "reject" } },
    });
    expect(account).toEqual({
      ...before,
      answers: { ...before.answers, twilio: { ...before.answers.twilio, detection: "reject" } },
    });
    expect(account.answers.cm).toMatchObject({ destination: "reject", limit: "report" });
    const cleared = await updateAccount(world.deps, OPERATOR, before.id, {
      declaredChannels: null,
      reports: { cmUrl: null },
    });
    expect(cleared.account).not.toHaveProperty("declaredChannels");
    expect(cleared.account.reports).toEqual({});
  });

  test("the webhook secret is shown when the URL is first set and when it is replaced, and kept sealed", async () => {
    const world = createAccountWorld();
    const { id } = await world.account();
    const first = await updateAccount(world.deps, OPERATOR, id, { reports: { webhookUrl: "https://example.com/a" } });
    expect(first.webhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(first.account.reports.webhookSecretSealed).toBe(`webhook-secret:${id}|${first.webhookSecret}`);
    const second = await updateAccount(world.deps, OPERATOR, id, { reports: { webhookUrl: "https://example.com/b" } });
    expect(second.webhookSecret).toBeUndefined();
    const rolled = await rollWebhookSecret(world.deps, OPERATOR, id);
    expect(rolled.webhookSecret).not.toBe(first.webhookSecret);
    expect(rolled.account.reports.webhookUrl).toBe("https://example.com/b");
  });

  test("changes made at the same time all take effect", async () => {
    const world = createAccountWorld();
    const { id } = await world.account();
    await Promise.all([
      updateAccount(world.deps, OPERATOR, id, { name: "Renamed" }),
      updateAccount(world.deps, OPERATOR, id, { currency: "USD" }),
      updateAccount(world.deps, OPERATOR, id, { networks: ["192.0.2.0/24"] }),
    ]);
    expect(world.directory.account(id)).toMatchObject({ name: "Renamed", currency: "USD", networks: ["192.0.2.0/24"] });
  });

  test("the journal alone gives the same directory again", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const { key } = await world.key(account);
    await rerollKey(world.deps, world.contextOf(account), key.id, 60);
    const again = createDirectory();
    for (const record of JSON.parse(JSON.stringify(world.journal))) again.apply(record);
    expect(again.accounts()).toEqual(world.directory.accounts());
    expect(again.keysOf(account.id)).toEqual(world.directory.keysOf(account.id));
  });
});

describe("keys", () => {
  test("nothing of their secrets is kept but hashes and the sealed auth token", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const { key, minted } = await world.key(account);
    const kept = JSON.stringify(world.journal).replace(`auth-token:${key.id}|${minted.authToken}`, "");
    for (const secret of [minted.secret, minted.productToken, minted.authToken]) expect(kept).not.toContain(secret);
    expect(key.hint).toBe(minted.secret.slice(-4));
  });

  test("a key gives no more than it has: scopes", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const scopes = fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 });
    const { key: giver } = await world.key(account, { scopes: ["keys:write"] });
    const { key: given } = await world.key(account);
    fc.assert(
      fc.property(scopes, scopes, (own: Scope[], wanted: Scope[]) => {
        const principal = { type: "key" as const, account, key: { ...giver, scopes: own } };
        const grant = () => checkGrant(principal, { ...given, scopes: wanted });
        const gives = (scope: Scope) => scopesThatGrant(scope).some((one) => own.includes(one));
        if (wanted.every(gives)) expect(grant).not.toThrow();
        else expect(grant).toThrow(ServiceError);
      }),
    );
  });

  test.each([
    ["live traffic", { mode: "test" }, { mode: "live" }, "mode"],
    ["skipping the risk check", {}, { mayDisableRiskCheck: true }, "mayDisableRiskCheck"],
    ["other networks", { networks: ["10.0.0.0/8"] }, { networks: ["10.1.0.0/16", "192.0.2.0/24"] }, "networks"],
    ["any network", { networks: ["10.0.0.0/8"] }, { networks: [] }, "networks"],
    ["another policy", { mayChoosePolicies: ["strict"] }, { policy: "loose" }, "policy"],
    ["a choice of policies", { mayChoosePolicies: ["strict"] }, { mayChoosePolicies: ["strict", "loose"] }, "policy"],
  ] as const)("a key gives no more than it has: %s", async (_what, own, wanted, field) => {
    const world = createAccountWorld();
    const account = await world.account();
    await world.policy(account, "strict");
    await world.policy(account, "loose");
    const settings = { scopes: ["keys:write", "messages:send"] as Scope[] };
    const { key } = await world.key(account, { ...settings, ...own } as never);
    const context = world.contextOf(account, world.principalOf(key));
    const attempt = world.key(account, { ...own, ...wanted, scopes: ["messages:send"] } as never, context);
    await expect(attempt).rejects.toMatchObject({ code: "forbidden", problems: [{ field }] });
  });

  test("names only policies that the account, or one above it, has", async () => {
    const world = createAccountWorld();
    const parent = await world.account();
    const account = await world.account({ parent: parent.id });
    await expect(
      world.key(account, { policy: "strict", mayChoosePolicies: ["default", "loose"] }),
    ).rejects.toMatchObject({
      code: "invalid_request",
      problems: [
        { field: "policy", message: "there is no policy strict; there are default. Make it first" },
        { field: "mayChoosePolicies.1" },
      ],
    });
    await expect(
      updateAccount(world.deps, world.contextOf(account), account.id, { senderPolicies: { SHOP: "strict" } }),
    ).rejects.toMatchObject({ problems: [{ field: "senderPolicies.SHOP" }] });
    await world.policy(parent, "strict");
    expect((await world.key(account, { policy: "strict" })).key.policy).toBe("strict");
  });

  test("networks that are not given are the giver's own", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const { key } = await world.key(account, { scopes: ["keys:write", "messages:send"], networks: ["10.0.0.0/8"] });
    const made = await world.key(account, {}, world.contextOf(account, world.principalOf(key)));
    expect(made.key.networks).toEqual(["10.0.0.0/8"]);
  });

  test("a weak key cannot take over a strong one: neither new secrets nor a change", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const { key: weak } = await world.key(account, { scopes: ["keys:write"] });
    const { key: strong } = await world.key(account, { scopes: ["messages:send", "policies:write"] });
    const context = world.contextOf(account, world.principalOf(weak));
    await expect(rerollKey(world.deps, context, strong.id, 60)).rejects.toEqual(refusal("forbidden"));
    await expect(updateKey(world.deps, context, strong.id, { name: "mine" })).rejects.toEqual(refusal("forbidden"));
    await expect(updateKey(world.deps, context, weak.id, { scopes: [...SCOPES] })).rejects.toEqual(
      refusal("forbidden"),
    );
  });

  test("a revoked key stays revoked", async () => {
    const world = createAccountWorld();
    const account = await world.account();
    const { key } = await world.key(account);
    const context = world.contextOf(account);
    const revoked = await revokeKey(world.deps, context, key.id);
    expect(revoked.revokedAt).toBe(NOW);
    expect(await revokeKey(world.deps, { ...context, at: (NOW + 5) as typeof NOW }, key.id)).toEqual(revoked);
    await expect(rerollKey(world.deps, context, key.id, 60)).rejects.toEqual(refusal("conflict"));
    await expect(updateKey(world.deps, context, key.id, { name: "x" })).rejects.toEqual(refusal("conflict"));
  });
});
