import { readFileSync } from "node:fs";
import type { DatabaseAddress } from "../store/postgres/database-address.ts";
import type { Environment } from "./environment.ts";

/** A PostgreSQL database that takes the embedded store's place. */
export interface DatabaseSettings {
  readonly address: DatabaseAddress;
  /** Use it although it may lose what it has acknowledged. */
  readonly allowUnsafe: boolean;
}

const EXAMPLE = "postgres://safeguard:PASSWORD@db.example.com:5432/safeguard";
const SATELLITES = [
  "SAFEGUARD_DATABASE_TLS",
  "SAFEGUARD_DATABASE_CA",
  "SAFEGUARD_DATABASE_CERTIFICATE",
  "SAFEGUARD_DATABASE_KEY",
  "SAFEGUARD_DATABASE_UNSAFE",
] as const;
/** Files of texts in PEM, and what they hold. */
const FILES = {
  SAFEGUARD_DATABASE_CA: "CERTIFICATE",
  SAFEGUARD_DATABASE_CERTIFICATE: "CERTIFICATE",
  SAFEGUARD_DATABASE_KEY: "PRIVATE KEY",
} as const;
/** Where other programs look; whoever set these may think that Safeguard does. */
const LIBPQ = ["PGHOST", "PGDATABASE"] as const;

/** What libpq's modes come to here: nothing is encrypted without proof of who is at the other end. */
const SSL_MODES: Readonly<Record<string, DatabaseAddress["tls"]>> = {
  disable: "off",
  require: "verify",
  "verify-ca": "verify",
  "verify-full": "verify",
};

interface Reading {
  readonly environment: Environment;
  text(name: (typeof SATELLITES)[number] | "DATABASE_URL"): string | undefined;
  flag(name: "SAFEGUARD_DATABASE_UNSAFE", otherwise: boolean): boolean;
  readonly production: boolean;
  readonly problems: string[];
}

/**
 * Reads `DATABASE_URL` and what belongs to it; undefined: the embedded store. Anything half given is a problem: whoever
 * meant a database must not find himself in an empty store beside it.
 */
export function readDatabaseSettings(reading: Reading): DatabaseSettings | undefined {
  const { environment, text, flag, production, problems } = reading;
  const before = problems.length;
  const url = text("DATABASE_URL");
  const allowUnsafe = flag("SAFEGUARD_DATABASE_UNSAFE", false);
  const tls = text("SAFEGUARD_DATABASE_TLS");
  const files = (Object.keys(FILES) as (keyof typeof FILES)[]).map((name) => [name, text(name)] as const);
  if (url === undefined) {
    if (problems.length > before) return undefined;
    if (environment.has("DATABASE_URL"))
      problems.push(`DATABASE_URL is set, but empty; write it as ${EXAMPLE}, or unset it for the embedded store`);
    else {
      const orphans = [...SATELLITES, ...(production ? LIBPQ : [])].filter((name) => environment.has(name));
      if (orphans.length > 0)
        problems.push(
          `${orphans.join(" and ")} ${orphans.length === 1 ? "is" : "are"} set, but DATABASE_URL is not; set it, as in ${EXAMPLE}, or unset ${orphans.length === 1 ? "the other" : "the others"} for the embedded store`,
        );
    }
    return undefined;
  }
  const parsed = parseUrl(url, problems);
  const mode = tlsOf(tls, parsed, problems);
  const [authority, certificate, key] = files.map(([name, file]) =>
    file === undefined ? undefined : readPem(name, file, mode, problems),
  );
  const [, [, certificateFile] = [], [, keyFile] = []] = files;
  if ((certificateFile === undefined) !== (keyFile === undefined))
    problems.push("SAFEGUARD_DATABASE_CERTIFICATE and SAFEGUARD_DATABASE_KEY belong together; set both, or neither");
  if (parsed === undefined || mode === undefined || problems.length > before) return undefined;
  const { sslmode: _mode, ...place } = parsed;
  const client = certificate === undefined || key === undefined ? {} : { client: { certificate, key } };
  return { address: { ...place, tls: mode, authority, ...client }, allowUnsafe };
}

type ParsedUrl = Omit<DatabaseAddress, "tls" | "authority" | "client"> & { readonly sslmode: string | undefined };

function parseUrl(text: string, problems: string[]): ParsedUrl | undefined {
  // The URL holds a password: it is never shown.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    problems.push(`DATABASE_URL is no address of a PostgreSQL database; write it as ${EXAMPLE}`);
    return undefined;
  }
  const faults: string[] = [];
  const unescaped = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      faults.push("has a % that escapes nothing; write it as %25");
      return part;
    }
  };
  const host = url.searchParams.get("host") ?? unescaped(url.hostname).replace(/^\[|\]$/g, "");
  const user = unescaped(url.username);
  const password = url.password === "" ? undefined : unescaped(url.password);
  const database = unescaped(url.pathname.replace(/^\//, ""));
  if (host === "") faults.push("names no host");
  if (user === "") faults.push("names no user");
  if (database === "" || database.includes("/")) faults.push("names no database");
  const foreign = [...new Set(url.searchParams.keys())].filter((name) => name !== "sslmode" && name !== "host");
  if (foreign.length > 0) faults.push(`has ${foreign.join(", ")}, which is not known here; only sslmode and host are`);
  if (faults.length > 0) {
    problems.push(`DATABASE_URL ${faults.join(" and ")}; write it as ${EXAMPLE}`);
    return undefined;
  }
  const sslmode = url.searchParams.get("sslmode") ?? undefined;
  return { host, port: url.port === "" ? 5432 : Number(url.port), user, password, database, sslmode };
}

/** Verified, unless it is said otherwise or the server is on this machine. */
function tlsOf(
  setting: string | undefined,
  url: ParsedUrl | undefined,
  problems: string[],
): DatabaseAddress["tls"] | undefined {
  if (setting !== undefined && setting !== "verify" && setting !== "off") {
    problems.push(`SAFEGUARD_DATABASE_TLS is ${JSON.stringify(setting)}; it must be verify or off`);
    return undefined;
  }
  const sslmode = url?.sslmode;
  const asked = sslmode === undefined ? undefined : SSL_MODES[sslmode];
  if (sslmode !== undefined && asked === undefined) {
    problems.push(
      `DATABASE_URL has sslmode=${sslmode}; it must be one of ${Object.keys(SSL_MODES).join(", ")}: one that may fall back to the clear is not taken`,
    );
    return undefined;
  }
  if (setting !== undefined && asked !== undefined && setting !== asked) {
    problems.push(`SAFEGUARD_DATABASE_TLS=${setting} contradicts sslmode=${sslmode} in DATABASE_URL; keep one of them`);
    return undefined;
  }
  return setting ?? asked ?? (url !== undefined && isHere(url.host) ? "off" : "verify");
}

function isHere(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127\./.test(host);
}

function readPem(
  name: keyof typeof FILES,
  file: string,
  mode: DatabaseAddress["tls"] | undefined,
  problems: string[],
): string | undefined {
  if (mode === "off") {
    problems.push(`${name} is set, but TLS is off; set SAFEGUARD_DATABASE_TLS=verify`);
    return undefined;
  }
  const what = FILES[name];
  try {
    const text = readFileSync(file, "utf8");
    // (a private key may be of a kind: RSA PRIVATE KEY)
    if (new RegExp(`-----BEGIN (?:[A-Z]+ )?${what}-----`).test(text)) return text;
    problems.push(`${name} names ${file}, which holds no ${what.toLowerCase()} (PEM)`);
  } catch {
    problems.push(`${name} names ${file}, which cannot be read`);
  }
  return undefined;
}
