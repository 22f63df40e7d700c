import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigurationInvalid, environmentOf } from "./environment.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

const folder = mkdtempSync(join(tmpdir(), "safeguard-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [CERTIFICATE, KEY_FILE] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
writeFileSync(CERTIFICATE, "-----BEGIN CERTIFICATE-----\n");
writeFileSync(KEY_FILE, "-----BEGIN EC PRIVATE KEY-----\n");

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

  it("refuses in production what is made for tests", () => {
    const given = { SAFEGUARD_FAILPOINT: "before-webhook" };
    expect(problemsOf(given).filter((problem) => problem.includes("FAILPOINT"))).toEqual([
      "SAFEGUARD_FAILPOINT is set; it ends the process for a test, and is heard by `safeguard dev` alone",
    ]);
    expect(problemsOf(given, "dev")).toEqual([]);
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

describe("the identity provider", () => {
  const OIDC = {
    SAFEGUARD_OIDC_ISSUER: "https://login.example.com",
    SAFEGUARD_OIDC_CLIENT_ID: "safeguard",
    SAFEGUARD_OIDC_CLIENT_SECRET: "of the client",
  };

  it("is asked for nothing but who it is, where nothing else is said", () => {
    expect(readConfig("dev", environmentOf({})).oidc).toBeUndefined();
    expect(readConfig("dev", environmentOf(OIDC)).oidc).toMatchObject({ name: "login.example.com", acr: [], amr: [] });
  });

  it("may have to say how people sign in there", () => {
    const how = { SAFEGUARD_OIDC_ACR: "urn:example:loa:2, phr", SAFEGUARD_OIDC_AMR: "pwd,otp" };
    expect(readConfig("dev", environmentOf({ ...OIDC, ...how })).oidc).toMatchObject({
      acr: ["urn:example:loa:2", "phr"],
      amr: ["pwd", "otp"],
    });
    expect(problemsOf(how, "dev")).toEqual([expect.stringContaining("SAFEGUARD_OIDC_ISSUER is not")]);
    for (const wrong of ["mfa,", "m fa", ","])
      expect(problemsOf({ ...OIDC, SAFEGUARD_OIDC_AMR: wrong }, "dev")).toEqual([
        expect.stringContaining("SAFEGUARD_OIDC_AMR is"),
      ]);
  });
});

describe("a second factor", () => {
  const of = (value: string, more = {}) =>
    readConfig("dev", environmentOf({ SAFEGUARD_SECOND_FACTOR: value, ...more }));

  it("is everybody's own affair, or required", () => {
    expect(readConfig("dev", environmentOf({})).secondFactor).toBe("optional");
    expect([of("optional").secondFactor, of("required").secondFactor]).toEqual(["optional", "required"]);
    expect(problemsOf({ SAFEGUARD_SECOND_FACTOR: "yes" }, "dev")).toEqual([
      'SAFEGUARD_SECOND_FACTOR is "yes"; it must be optional or required',
    ]);
  });

  it("that is required must be asked for by an identity provider, too", () => {
    const oidc = {
      SAFEGUARD_OIDC_ISSUER: "https://login.example.com",
      SAFEGUARD_OIDC_CLIENT_ID: "safeguard",
      SAFEGUARD_OIDC_CLIENT_SECRET: "of the client",
    };
    expect(problemsOf({ SAFEGUARD_SECOND_FACTOR: "required", ...oidc }, "dev")).toEqual([
      expect.stringContaining("set SAFEGUARD_OIDC_ACR or SAFEGUARD_OIDC_AMR"),
    ]);
    expect(of("required", { ...oidc, SAFEGUARD_OIDC_AMR: "mfa" }).secondFactor).toBe("required");
  });
});

describe("the look-up of leaked passwords", () => {
  const urlOf = (value: string) =>
    readConfig("dev", environmentOf({ SAFEGUARD_LEAKED_PASSWORDS_URL: value })).leakedPasswordsUrl;

  it("is made nowhere, over TLS, or on this machine", () => {
    expect(readConfig("dev", environmentOf({})).leakedPasswordsUrl).toBeUndefined();
    expect(urlOf("https://api.pwnedpasswords.com/range")).toBe("https://api.pwnedpasswords.com/range/");
    expect(urlOf("http://127.0.0.1:8081/")).toBe("http://127.0.0.1:8081/");
  });

  it.each([
    "api.pwnedpasswords.com",
    "http://mirror.example.com/range/",
    "https://a.example/?range=",
    "file:///ranges",
  ])("is not made at %s", (value) => {
    expect(problemsOf({ SAFEGUARD_LEAKED_PASSWORDS_URL: value }, "dev")).toEqual([
      expect.stringContaining("SAFEGUARD_LEAKED_PASSWORDS_URL is"),
    ]);
  });
});

describe("the database", () => {
  const databaseOf = (variables: Record<string, string>) => readConfig("dev", environmentOf(variables)).database;
  const URL = "postgres://safeguard:p%40ss@db.example.com/store";

  it("is the embedded store where nothing is said", () => {
    expect(databaseOf({})).toBeUndefined();
    expect(databaseOf({ PGHOST: "for-psql" })).toBeUndefined();
  });

  it("is what the URL names, over verified TLS", () => {
    expect(databaseOf({ DATABASE_URL: URL })).toEqual({
      address: {
        host: "db.example.com",
        port: 5432,
        user: "safeguard",
        password: "p@ss",
        database: "store",
        tls: "verify",
        authority: undefined,
      },
      allowUnsafe: false,
    });
  });

  it.each([
    ["postgresql://a:b@db.example.com:6000/c?sslmode=require", "verify"],
    ["postgres://a@db.example.com/c?sslmode=disable", "off"],
    ["postgres://a@localhost/c", "off"],
    ["postgres://a@127.0.0.1/c?sslmode=verify-full", "verify"],
    ["postgres://a@[::1]/c", "off"],
    ["postgres://a@localhost/c?host=/var/run/postgresql", "off"],
  ])("%s: TLS %s", (url, tls) => {
    expect(databaseOf({ DATABASE_URL: url })?.address.tls).toBe(tls);
  });

  it("may be told without TLS, and that it is not durable", () => {
    const settings = { SAFEGUARD_DATABASE_TLS: "off", SAFEGUARD_DATABASE_UNSAFE: "true" };
    expect(databaseOf({ DATABASE_URL: URL, ...settings })).toMatchObject({
      address: { tls: "off" },
      allowUnsafe: true,
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ["an empty URL", { DATABASE_URL: "" }, "DATABASE_URL is set, but empty"],
    ["a file that is not there", { DATABASE_URL_FILE: "/nowhere/url" }, "DATABASE_URL_FILE names /nowhere/url"],
    ["another database's URL", { DATABASE_URL: "mysql://a:b@c/d" }, "is no address of a PostgreSQL database"],
    ["no URL at all", { DATABASE_URL: "db.example.com" }, "is no address of a PostgreSQL database"],
    ["a URL without a user", { DATABASE_URL: "postgres://db.example.com/c" }, "names no user"],
    ["a URL without a database", { DATABASE_URL: "postgres://a:b@db.example.com" }, "names no database"],
    ["a URL without a host", { DATABASE_URL: "postgres:///c" }, "names no host and names no user"],
    ["a password with a bare %", { DATABASE_URL: "postgres://a:5%zz@c/d" }, "has a % that escapes nothing"],
    ["a parameter that is not known", { DATABASE_URL: `${URL}?schema=x` }, "has schema, which is not known here"],
    ["a mode that may fall back to the clear", { DATABASE_URL: `${URL}?sslmode=prefer` }, "sslmode=prefer"],
    ["two words on TLS", { DATABASE_URL: `${URL}?sslmode=require`, SAFEGUARD_DATABASE_TLS: "off" }, "contradicts"],
    ["TLS of another name", { DATABASE_URL: URL, SAFEGUARD_DATABASE_TLS: "on" }, "it must be verify or off"],
    [
      "a key that is none",
      { DATABASE_URL: URL, SAFEGUARD_DATABASE_CERTIFICATE: CERTIFICATE, SAFEGUARD_DATABASE_KEY: CERTIFICATE },
      "which holds no private key (PEM)",
    ],
    ["settings of a database without its URL", { SAFEGUARD_DATABASE_TLS: "verify" }, "but DATABASE_URL is not"],
    [
      "a certificate without its key",
      { DATABASE_URL: URL, SAFEGUARD_DATABASE_CERTIFICATE: CERTIFICATE },
      "belong together; set both, or neither",
    ],
    [
      "a certificate where there is none",
      { DATABASE_URL: URL, SAFEGUARD_DATABASE_CERTIFICATE: "package.json", SAFEGUARD_DATABASE_KEY: KEY_FILE },
      "SAFEGUARD_DATABASE_CERTIFICATE names package.json, which holds no certificate (PEM)",
    ],
    [
      "an authority for a connection in the clear",
      { DATABASE_URL: `${URL}?sslmode=disable`, SAFEGUARD_DATABASE_CA: CERTIFICATE },
      "SAFEGUARD_DATABASE_CA is set, but TLS is off",
    ],
    ["an authority that cannot be read", { DATABASE_URL: URL, SAFEGUARD_DATABASE_CA: "/nowhere/ca" }, "cannot be read"],
  ])("with %s is refused, and nothing is kept in the embedded store instead", (_what, variables, problem) => {
    const problems = problemsOf(variables, "dev");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain("p%40ss");
  });

  it("in production is not guessed from what other programs read", () => {
    const safe = { SAFEGUARD_MASTER_KEY: KEY, SAFEGUARD_TRUSTED_PROXIES: "127.0.0.1" };
    expect(problemsOf({ ...safe, PGHOST: "db.example.com" })[0]).toContain("PGHOST is set, but DATABASE_URL is not");
    expect(problemsOf({ ...safe, PGHOST: "db.example.com", DATABASE_URL: URL })).toEqual([]);
  });
});
