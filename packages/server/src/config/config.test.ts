import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigurationInvalid, environmentOf } from "./environment.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

function problemsOf(variables: Record<string, string>, mode: "dev" | "production" = "production"): readonly string[] {
  try {
    readConfig(mode, environmentOf(variables));
    return [];
  } catch (failure) {
    if (failure instanceof ConfigurationInvalid) return failure.problems;
    throw failure;
  }
}

describe("the configuration", () => {
  it("needs nothing in dev", () => {
    const config = readConfig("dev", environmentOf({}));
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      sandbox: true,
      allowPrivateCallbacks: true,
      logLevel: "warn",
    });
  });

  it("refuses unsafe defaults in production, all at once", () => {
    const problems = problemsOf({});
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("SAFEGUARD_MASTER_KEY");
    expect(problems[1]).toContain("SAFEGUARD_TLS_CERT");
  });

  it("is content with a key and a proxy", () => {
    expect(problemsOf({ SAFEGUARD_MASTER_KEY: KEY, SAFEGUARD_TRUSTED_PROXIES: "10.0.0.0/8, ::1" })).toEqual([]);
    expect(problemsOf({ SAFEGUARD_MASTER_KEY: "ab".repeat(32), SAFEGUARD_TRUSTED_PROXIES: "192.0.2.1" })).toEqual([]);
  });

  it("names the file of a certificate or key that cannot be used", () => {
    const tls = { SAFEGUARD_TLS_CERT: "/nowhere/c", SAFEGUARD_TLS_KEY: "/nowhere/k" };
    expect(problemsOf({ SAFEGUARD_MASTER_KEY: KEY, ...tls })).toEqual([
      "SAFEGUARD_TLS_CERT names /nowhere/c, which cannot be read",
      "SAFEGUARD_TLS_KEY names /nowhere/k, which cannot be read",
    ]);
  });

  it("says all problems at once, and each once, also that of a secret's file", () => {
    expect(problemsOf({ SAFEGUARD_MASTER_KEY_FILE: "/nowhere/key" })).toHaveLength(2);
  });

  it("names each setting that is wrong, and what is right", () => {
    const problems = problemsOf(
      {
        SAFEGUARD_PORT: "80800",
        SAFEGUARD_LOG_LEVEL: "loud",
        SAFEGUARD_PUBLIC_URL: "sms.example.com",
        SAFEGUARD_TRUSTED_PROXIES: "everyone",
        SAFEGUARD_TLS_CERT: "only-one",
        SAFEGUARD_MASTER_KEY: "short",
        SAFEGUARD_EXCHANGE_RATES: "EUR:1",
        SAFEGUARD_SANDBOX: "maybe",
      },
      "dev",
    );
    for (const name of [
      "PORT",
      "LOG_LEVEL",
      "PUBLIC_URL",
      "TRUSTED_PROXIES",
      "TLS_CERT",
      "MASTER_KEY",
      "EXCHANGE_RATES",
    ])
      expect(problems.join("\n")).toContain(`SAFEGUARD_${name}`);
  });

  it("takes a secret from a file, and refuses it twice", () => {
    expect(problemsOf({ SAFEGUARD_MASTER_KEY: KEY, SAFEGUARD_MASTER_KEY_FILE: "/nowhere" }, "dev")[0]).toContain(
      "both set",
    );
    expect(problemsOf({ SAFEGUARD_MASTER_KEY_FILE: "/nowhere/key" }, "dev")[0]).toContain("cannot be read");
  });
});
