import { describe, expect, it } from "vitest";
import { clearWires, refuseClearListening } from "./clear-wires.ts";
import { readConfig } from "./config.ts";
import { ConfigurationInvalid, environmentOf } from "./environment.ts";

const MAIL = { SAFEGUARD_SMTP_HOST: "localhost", SAFEGUARD_SMTP_FROM: "safeguard@example.com" };
const OIDC = { SAFEGUARD_OIDC_CLIENT_ID: "safeguard", SAFEGUARD_OIDC_CLIENT_SECRET: "secret" };
const read = (variables: Record<string, string>) =>
  readConfig("dev", environmentOf({ SAFEGUARD_REQUIRE_TLS: "true", ...variables }));

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (failure) {
    if (failure instanceof ConfigurationInvalid) return failure.problems;
    throw failure;
  }
}

describe("a server that talks over TLS alone", () => {
  it.each([
    ["database", { DATABASE_URL: "postgres://me:x@localhost/db" }, "SAFEGUARD_DATABASE_TLS=verify"],
    [
      "database",
      { DATABASE_URL: "postgres://me:x@db.example.com/db?sslmode=disable" },
      "SAFEGUARD_DATABASE_TLS=verify",
    ],
    ["mail server", { ...MAIL, SAFEGUARD_SMTP_TLS: "off" }, "use starttls or implicit"],
    ["identity provider", { ...OIDC, SAFEGUARD_OIDC_ISSUER: "http://localhost:9000" }, "must begin with https://"],
    [
      "list of leaked passwords",
      { SAFEGUARD_LEAKED_PASSWORDS_URL: "http://localhost:9/range/" },
      "must begin with https://",
    ],
    ["public address", { SAFEGUARD_PUBLIC_URL: "http://sms.example.com" }, "must begin with https://"],
  ])("does not start where the %s would be in the clear", (_, variables, right) => {
    expect(problemsOf(() => read(variables))).toEqual([expect.stringContaining(right)]);
    expect(problemsOf(() => readConfig("dev", environmentOf(variables)))).toEqual([]);
  });

  it("takes all of them with TLS, and a database by a socket of this machine", () => {
    const config = read({
      ...MAIL,
      ...OIDC,
      SAFEGUARD_OIDC_ISSUER: "https://login.example.com",
      SAFEGUARD_PUBLIC_URL: "https://sms.example.com",
      DATABASE_URL: "postgres://me:x@db.example.com/db",
    });
    expect(clearWires(config)).toEqual([]);
    expect(problemsOf(() => read({ DATABASE_URL: "postgres://me:x@localhost/db?host=/run/postgresql" }))).toEqual([]);
  });

  it("listens only with a certificate, or behind a proxy that was named", () => {
    expect(problemsOf(() => refuseClearListening(read({})))).toEqual([expect.stringContaining("listen in the clear")]);
    const proxied = read({ SAFEGUARD_TRUSTED_PROXIES: "192.0.2.1" });
    expect(problemsOf(() => refuseClearListening(proxied))).toEqual([]);
    const tls = { certificate: "PEM", key: "PEM" };
    expect(problemsOf(() => refuseClearListening({ ...read({}), tls }))).toEqual([]);
    expect(problemsOf(() => refuseClearListening(readConfig("dev", environmentOf({}))))).toEqual([]);
  });
});

describe("the hosts that customers' URLs may point at", () => {
  it("are names, what is below one, and blocks; each that is none is named", () => {
    const config = readConfig(
      "dev",
      environmentOf({ SAFEGUARD_CALLBACK_HOSTS: "hooks.example.com, *.shop.example,2001:db8::/32" }),
    );
    expect(config.callbackHosts).toEqual(["hooks.example.com", "*.shop.example", "2001:db8::/32"]);
    const wrong = problemsOf(() =>
      readConfig("dev", environmentOf({ SAFEGUARD_CALLBACK_HOSTS: "https://example.com, *, 10.0.0.5/8" })),
    );
    expect(wrong).toHaveLength(3);
    for (const problem of wrong) expect(problem).toContain("SAFEGUARD_CALLBACK_HOSTS: ");
    expect(problemsOf(() => readConfig("dev", environmentOf({ SAFEGUARD_CALLBACK_HOSTS: " , " })))).toHaveLength(1);
    expect(readConfig("dev", environmentOf({})).callbackHosts).toBeUndefined();
  });
});
