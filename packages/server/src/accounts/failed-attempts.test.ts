import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startApiUnderTest } from "../api/testing/api-under-test.ts";
import { type FailedAttemptLimits, limitFailedAttempts } from "./failed-attempts.ts";
import type { Authentication, Authenticator, KeyPrincipal } from "./principal.ts";

const PROVED = { ok: true, principal: { type: "key" } as KeyPrincipal } as const;
const OPERATOR = { ok: true, principal: { type: "operator" } } as const;
const UNKNOWN = { ok: false, failure: "credential_unknown" } as const;

/** Knows one key, one operator, and nobody else. */
const knowing = (credential: string): Authentication<KeyPrincipal> =>
  credential === "" ? { ok: false, failure: "credential_missing" } : credential === "good" ? PROVED : UNKNOWN;
const inner: Authenticator = {
  bySecret: (secret) => (secret === "operator" ? OPERATOR : knowing(secret)),
  byProductToken: knowing,
  byAuthToken: (_sid, token) => knowing(token),
};

const LIMITS: FailedAttemptLimits = { credentials: 3, windowMs: 1_000, addresses: 4 };

function outcome(proof: Authentication): string {
  return proof.ok ? proof.principal.type : proof.failure;
}

describe("an address that keeps guessing", () => {
  test("is heard no more, good credential or not, until it has calmed; others are", () => {
    const limited = limitFailedAttempts(inner, LIMITS);
    const at = (secret: string, now: number, address = "192.0.2.1") => limited.bySecret(secret, address, now);
    for (const guess of ["a", "b", "c"]) expect(outcome(at(guess, 100))).toBe("credential_unknown");
    expect(at("d", 101)).toEqual({ ok: false, failure: "too_many_attempts", retryAfterSeconds: 1 });
    expect(outcome(at("good", 1_099))).toBe("too_many_attempts");
    expect(outcome(at("good", 101, "192.0.2.2"))).toBe("key");
    expect(outcome(at("operator", 101))).toBe("operator");
    expect(outcome(at("good", 1_100))).toBe("key");
  });

  test("is counted over all three faces of a key", () => {
    const limited = limitFailedAttempts(inner, LIMITS);
    limited.bySecret("a", "192.0.2.1", 0);
    limited.byProductToken("b", "192.0.2.1", 0);
    limited.byAuthToken("AC1", "c", "192.0.2.1", 0);
    expect(outcome(limited.byProductToken("good", "192.0.2.1", 1))).toBe("too_many_attempts");
    expect(outcome(limited.byAuthToken("AC1", "good", "192.0.2.1", 1))).toBe("too_many_attempts");
  });

  test("is not the client with one old key in a loop, nor the one without any", () => {
    const limited = limitFailedAttempts(inner, LIMITS);
    for (let now = 0; now < 100; now++) {
      limited.bySecret("old", "192.0.2.1", now);
      limited.bySecret("", "192.0.2.1", now);
    }
    expect(outcome(limited.bySecret("good", "192.0.2.1", 100))).toBe("key");
  });

  test("is told of once for each credential, and when it is shut out", () => {
    const told: unknown[] = [];
    const limited = limitFailedAttempts(inner, LIMITS, (...attempt) => void told.push(attempt));
    for (const secret of ["a", "a", "", "good", "b", "b", "c", "d"]) limited.bySecret(secret, "192.0.2.1", 0);
    expect(told).toEqual([
      ["credential_unknown", "192.0.2.1", false],
      ["credential_unknown", "192.0.2.1", false],
      ["credential_unknown", "192.0.2.1", true],
    ]);
  });

  test("is every address of its /64, an IPv4 address in IPv6 clothes, and no other", () => {
    const limited = limitFailedAttempts(inner, LIMITS);
    for (const host of [1, 2, 3]) limited.bySecret(`guess ${host}`, `2001:db8:0:1::${host}`, 0);
    expect(outcome(limited.bySecret("good", "2001:db8:0:1:ffff::9", 1))).toBe("too_many_attempts");
    expect(outcome(limited.bySecret("good", "2001:db8:0:2::1", 1))).toBe("key");
    for (const guess of ["a", "b", "c"]) limited.bySecret(guess, "::ffff:192.0.2.1", 0);
    expect(outcome(limited.bySecret("good", "192.0.2.1", 1))).toBe("too_many_attempts");
    expect(outcome(limited.bySecret("good", "192.0.2.2", 1))).toBe("key");
  });
});

test("remembers no more than it may, and within that does as a plain list of all attempts would", () => {
  const attempt = fc.record({
    address: fc.integer({ min: 1, max: 7 }).map((host) => `192.0.2.${host}`),
    credential: fc.constantFrom("good", "", "a", "b", "c", "d"),
    passed: fc.integer({ min: 0, max: 700 }),
  });
  const run = (addresses: number) =>
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 120 }), (attempts) => {
        const limited = limitFailedAttempts(inner, { ...LIMITS, addresses });
        const heard: { readonly address: string; readonly credential: string; readonly now: number }[] = [];
        let now = 0;
        for (const { address, credential, passed } of attempts) {
          now += passed;
          const told = outcome(limited.bySecret(credential, address, now));
          expect(limited.remembered).toBeLessThanOrEqual(addresses);
          if (addresses < 7) continue;
          expect(told).toBe(
            restsAt(heard, address, now) ? "too_many_attempts" : outcome(inner.bySecret(credential, "", 0)),
          );
          heard.push({ address, credential, now });
        }
      }),
      { numRuns: 150 },
    );
  run(4);
  run(7);
});

/** Goes through everything that an address ever showed: is it resting now? */
function restsAt(
  heard: readonly { readonly address: string; readonly credential: string; readonly now: number }[],
  address: string,
  now: number,
): boolean {
  let since = Number.NEGATIVE_INFINITY;
  let until = 0;
  let wrong: string[] = [];
  for (const each of heard) {
    if (each.address !== address || each.now < until || each.credential === "good" || each.credential === "") continue;
    if (each.now - since >= LIMITS.windowMs) {
      since = each.now;
      wrong = [];
    }
    wrong = [...new Set([...wrong, each.credential])];
    if (wrong.length < LIMITS.credentials) continue;
    until = each.now + LIMITS.windowMs;
    wrong = [];
  }
  return now < until;
}

test("the API answers it with 429 and when to come again, on hot and other routes alike", async () => {
  const api = await startApiUnderTest();
  try {
    const { minted } = await api.key(await api.account());
    const body = { to: "+31612345678" };
    for (let guess = 0; guess < 20; guess++) {
      expect((await api.call(`sg_live_${guess}`, "GET", "/v1/usage")).status).toBe(401);
    }
    for (const secret of [minted.secret, "sg_live_more"]) {
      const answers = [
        await api.call(secret, "GET", "/v1/usage"),
        await api.call(secret, "POST", "/v1/decisions", { body }),
      ];
      for (const { status, json, headers } of answers) {
        expect([status, json.code, headers["retry-after"]]).toEqual([429, "rate_limited", "60"]);
      }
    }
    Object.assign(api.clock, { now: api.clock.now + 60_000 });
    expect((await api.call(minted.secret, "POST", "/v1/decisions", { body })).status).toBe(201);
  } finally {
    await api.close();
  }
});
