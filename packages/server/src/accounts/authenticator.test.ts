import { describe, expect, test } from "vitest";
import { createAuthenticator } from "./create-authenticator.ts";
import { createDirectory } from "./create-directory.ts";
import { hashCredential, mintKey, mintOperatorSecret } from "./mint-key.ts";
import { rerollKey } from "./reroll-key.ts";
import { revokeKey } from "./revoke-key.ts";
import { createAccountWorld, NOW } from "./testing/account-world.ts";
import { updateAccount } from "./update-account.ts";

const HERE = "203.0.113.9";

async function worldWithKey(input: Parameters<ReturnType<typeof createAccountWorld>["key"]>[1] = {}) {
  const world = createAccountWorld();
  const account = await world.account();
  return { ...world, account, ...(await world.key(account, input)) };
}

describe("a credential", () => {
  test("proves its key by each of its three faces", async () => {
    const { authenticator, account, key, minted } = await worldWithKey();
    const proof = { ok: true, principal: { type: "key", account, key } };
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toEqual(proof);
    expect(authenticator.byProductToken(minted.productToken, HERE, NOW)).toEqual(proof);
    expect(authenticator.byProductToken(minted.productToken.toUpperCase(), HERE, NOW)).toEqual(proof);
    expect(authenticator.byAuthToken(account.twilioSid, minted.authToken, HERE, NOW)).toEqual(proof);
  });

  test("of one face is none of another", async () => {
    const { authenticator, account, minted } = await worldWithKey();
    const unknown = { ok: false, failure: "credential_unknown" };
    expect(authenticator.bySecret(minted.productToken, HERE, NOW)).toEqual(unknown);
    expect(authenticator.bySecret(minted.authToken, HERE, NOW)).toEqual(unknown);
    expect(authenticator.byProductToken(minted.secret, HERE, NOW)).toEqual(unknown);
    expect(authenticator.byAuthToken(account.twilioSid, minted.secret, HERE, NOW)).toEqual(unknown);
  });

  test("an auth token proves nothing with another account's SID", async () => {
    const world = createAccountWorld();
    const { minted } = await world.key(await world.account());
    const other = await world.account({ name: "Other" });
    expect(world.authenticator.byAuthToken(other.twilioSid, minted.authToken, HERE, NOW)).toEqual({
      ok: false,
      failure: "credential_unknown",
    });
  });

  test("that is missing, unknown or absurdly long is refused", async () => {
    const { authenticator } = await worldWithKey();
    expect(authenticator.bySecret("", HERE, NOW)).toEqual({ ok: false, failure: "credential_missing" });
    for (const secret of [mintKey("live").secret, "x".repeat(1_000_000), "__proto__", "constructor"]) {
      expect(authenticator.bySecret(secret, HERE, NOW)).toEqual({ ok: false, failure: "credential_unknown" });
    }
  });

  test("ends with its expiry, to the millisecond", async () => {
    const expiresAt = new Date(NOW + 1000).toISOString();
    const { authenticator, minted } = await worldWithKey({ expiresAt });
    expect(authenticator.bySecret(minted.secret, HERE, NOW + 999)).toMatchObject({ ok: true });
    expect(authenticator.bySecret(minted.secret, HERE, NOW + 1000)).toEqual({
      ok: false,
      failure: "credential_expired",
    });
  });

  test("ends when it is revoked, also one that was used before", async () => {
    const { authenticator, minted, key, account, deps, contextOf } = await worldWithKey();
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toMatchObject({ ok: true });
    await revokeKey(deps, contextOf(account), key.id);
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toEqual({ ok: false, failure: "credential_expired" });
  });

  test("survives a reroll for the overlap, and then only the new one holds", async () => {
    const { authenticator, minted, key, account, deps, contextOf } = await worldWithKey();
    const rerolled = await rerollKey(deps, contextOf(account), key.id, 60);
    for (const [secret, at, ok] of [
      [minted.secret, NOW + 59_999, true],
      [minted.secret, NOW + 60_000, false],
      [rerolled.minted.secret, NOW, true],
      [rerolled.minted.secret, NOW + 60_000, true],
    ] as const) {
      expect(authenticator.bySecret(secret, HERE, at).ok).toBe(ok);
    }
    expect(rerolled.key.id).toBe(key.id);
    expect(authenticator.byAuthToken(account.twilioSid, minted.authToken, HERE, NOW)).toMatchObject({ ok: true });
  });

  test("from before an earlier reroll ends at once at the next one", async () => {
    const { authenticator, minted, key, account, deps, contextOf } = await worldWithKey();
    const second = await rerollKey(deps, contextOf(account), key.id, 3600);
    await rerollKey(deps, contextOf(account), key.id, 3600);
    expect(authenticator.bySecret(minted.secret, HERE, NOW).ok).toBe(false);
    expect(authenticator.bySecret(second.minted.secret, HERE, NOW).ok).toBe(true);
  });

  test("without overlap the old one ends at once", async () => {
    const { authenticator, minted, key, account, deps, contextOf } = await worldWithKey();
    await rerollKey(deps, contextOf(account), key.id, 0);
    expect(authenticator.bySecret(minted.secret, HERE, NOW).ok).toBe(false);
  });
});

describe("the client's network", () => {
  const refused = { ok: false, failure: "network_not_allowed" };

  test("must be allowed by account and key both", async () => {
    const { authenticator, minted, account, deps, contextOf } = await worldWithKey({
      networks: ["203.0.113.0/24", "2001:db8::/32"],
    });
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toMatchObject({ ok: true });
    expect(authenticator.bySecret(minted.secret, "::ffff:203.0.113.9", NOW)).toMatchObject({ ok: true });
    expect(authenticator.bySecret(minted.secret, "2001:db8::1", NOW)).toMatchObject({ ok: true });
    expect(authenticator.bySecret(minted.secret, "198.51.100.1", NOW)).toEqual(refused);
    expect(authenticator.bySecret(minted.secret, "", NOW)).toEqual(refused);
    await updateAccount(deps, contextOf(account), account.id, { networks: ["198.51.100.0/24"] });
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toEqual(refused);
    expect(authenticator.bySecret(minted.secret, "198.51.100.1", NOW)).toEqual(refused);
  });

  test("is checked first of all: whoever comes from elsewhere does not learn that a key has expired", async () => {
    const { authenticator, minted, key, account, deps, contextOf } = await worldWithKey({
      networks: ["198.51.100.0/24"],
    });
    await revokeKey(deps, contextOf(account), key.id);
    expect(authenticator.bySecret(minted.secret, HERE, NOW)).toEqual(refused);
  });
});

test("the operator is proved by one secret, and nobody is without one", () => {
  const secret = mintOperatorSecret();
  const directory = createDirectory();
  const authenticator = createAuthenticator(directory, { operatorSecretHash: hashCredential(secret) });
  expect(authenticator.bySecret(secret, HERE, NOW)).toEqual({ ok: true, principal: { type: "operator" } });
  expect(authenticator.bySecret(mintOperatorSecret(), HERE, NOW).ok).toBe(false);
  expect(createAuthenticator(directory).bySecret(secret, HERE, NOW).ok).toBe(false);
});
