import { describe, expect, it } from "vitest";
import type { Account } from "./account.ts";
import type { ApiKey } from "./api-key.ts";
import type { Authenticator } from "./principal.ts";
import { type CredentialUse, tellUses } from "./tell-uses.ts";

const HOUR = 3_600_000;

/** Lets in what begins with `good`, as the key of that name; `operator` as the operator. */
const proving: Authenticator = (() => {
  const prove = (credential: string) =>
    credential.startsWith("good")
      ? ({
          ok: true,
          principal: {
            type: "key",
            account: { id: "acme" } as unknown as Account,
            key: { id: `key_of_${credential}`.replace("good_", "") } as ApiKey,
          },
        } as const)
      : ({ ok: false, failure: "credential_unknown" } as const);
  return {
    bySecret: (secret) => (secret === "operator" ? { ok: true, principal: { type: "operator" } } : prove(secret)),
    byProductToken: (token) => prove(token),
    byAuthToken: (_, token) => prove(token),
  };
})();

function telling(most?: number) {
  const told: CredentialUse[] = [];
  return { told, authenticator: tellUses(proving, (use) => told.push(use), most) };
}

describe("a good credential", () => {
  it("is told of once in an hour from each address, by whichever face it comes", () => {
    const { told, authenticator } = telling();
    for (let at = 0; at < HOUR; at += 60_000) authenticator.bySecret("good_a", "192.0.2.1", at);
    authenticator.byProductToken("good_a", "192.0.2.1", HOUR - 1);
    expect(told).toEqual([{ who: "key", key: "key_of_a", account: "acme", address: "192.0.2.1" }]);
    authenticator.byAuthToken("AC1", "good_a", "192.0.2.2", HOUR - 1);
    authenticator.byAuthToken("AC1", "good_b", "192.0.2.2", HOUR - 1);
    expect(told.slice(1).map(({ key, address }) => [key, address])).toEqual([
      ["key_of_a", "192.0.2.2"],
      ["key_of_b", "192.0.2.2"],
    ]);
    authenticator.bySecret("good_a", "192.0.2.1", HOUR);
    expect(told).toHaveLength(4);
  });

  it("is told of without the credential, and the operator's, too", () => {
    const { told, authenticator } = telling();
    authenticator.bySecret("good_secret", "::1", 0);
    authenticator.bySecret("operator", "::1", 0);
    expect(told[1]).toEqual({ who: "operator", address: "::1" });
    expect(JSON.stringify(told)).not.toContain("good_secret");
  });

  it("that is none is not told of here", () => {
    const { told, authenticator } = telling();
    expect(authenticator.bySecret("wrong", "192.0.2.1", 0)).toEqual({ ok: false, failure: "credential_unknown" });
    expect(told).toEqual([]);
  });

  it("from however many addresses costs bounded memory: those told longest ago are told again", () => {
    const { told, authenticator } = telling(3);
    for (let host = 1; host <= 4; host++) authenticator.bySecret("good_a", `192.0.2.${host}`, host);
    authenticator.bySecret("good_a", "192.0.2.4", 5);
    expect(told).toHaveLength(4);
    authenticator.bySecret("good_a", "192.0.2.1", 6);
    expect(told).toHaveLength(5);
  });
});
