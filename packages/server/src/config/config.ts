import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { parseNetwork } from "../accounts/network.ts";
import { hostProblem } from "../gateway/outbound/host-list.ts";
import { clearWires } from "./clear-wires.ts";
import { type DatabaseSettings, readDatabaseSettings } from "./database-settings.ts";
import { ConfigurationInvalid, type Environment } from "./environment.ts";
import { type MailSettings, readMailSettings } from "./mail-settings.ts";
import { type OidcSettings, readOidcSettings } from "./oidc-settings.ts";

/** `dev`: for trying out, nothing is really sent. `production`: refuses unsafe defaults. */
export type RunMode = "dev" | "production";

/** Everything that can be set from outside, checked once at start. */
export interface Config {
  readonly mode: RunMode;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** Absent: the embedded store, in the data directory. */
  readonly database: DatabaseSettings | undefined;
  readonly host: string;
  readonly port: number;
  /** Where providers and customers reach us, without a trailing slash. Absent: delivery reports cannot come back. */
  readonly publicUrl: string | undefined;
  /** 32 bytes as base64 or hex. Absent (dev only): kept in a file in the data directory. */
  readonly masterKey: string | undefined;
  /** CIDR blocks of reverse proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** PEM texts that fit each other. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Let customers' callback URLs point at private addresses. */
  readonly allowPrivateCallbacks: boolean;
  /** Names, `*.` and a name, CIDR blocks that customers' URLs may point at. Absent: any that is public. */
  readonly callbackHosts?: readonly string[] | undefined;
  /** Nothing that is not encrypted is sent or taken. */
  readonly requireTls: boolean;
  /** The sandbox provider, for keys in test mode; always there in dev. */
  readonly sandbox: boolean;
  readonly logLevel: LogLevel;
  /** Units of a currency for one US dollar, for accounts that do not count in dollars. */
  readonly exchangeRates: Readonly<Record<string, number>>;
  readonly metrics: {
    /** Who is not on this machine must show it. Absent: in dev this machine alone may read them, in production nobody. */
    readonly token: string | undefined;
    /** Show account ids as labels. */
    readonly accounts: boolean;
  };
  /** Absent: this server sends no mail. */
  readonly mail?: MailSettings | undefined;
  /** Requests of the dialects that may be under way at once; a batch counts as its messages. */
  readonly maxRequests: number;
  /** Messages of one account that may wait to be sent at once. */
  readonly maxWaiting: number;
  /**
   * What a person said of what waits from before this start. `true`: it is sent, also from a store that was restored or
   * copied. `false`: it is not, as if the store had been restored. Undefined: nothing; it is sent unless the store was.
   */
  readonly resumeSending: boolean | undefined;
  /** Backtests that people run on this server. */
  readonly backtests: {
    /** Largest file that may be brought; 0: none may. */
    readonly megabytes: number;
    /** For files that nobody can see. Absent: the system's place for temporary files. */
    readonly scratchDirectory: string | undefined;
  };
  /** People may sign in by this identity provider. */
  readonly oidc: OidcSettings | undefined;
  /** `required`: whoever signs in by a password sets one up before anything else. */
  readonly secondFactor: "optional" | "required";
  /** Where new passwords are looked up among leaked ones; ends with a slash. Absent: nowhere. */
  readonly leakedPasswordsUrl: string | undefined;
}

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the command line can set; wins over the environment. */
export interface ConfigFlags {
  readonly dataDirectory?: string;
  readonly host?: string;
  readonly port?: number;
  readonly publicUrl?: string;
  readonly sandbox?: boolean;
  readonly resumeSending?: boolean;
}

/** Every setting with its meaning: the reference page is generated from this. */
export const SETTINGS = {
  SAFEGUARD_DATA_DIR: "Folder for everything that is kept. Default `./data`.",
  DATABASE_URL:
    "PostgreSQL instead of the embedded store: `postgres://user:password@host:5432/database`. Also as `DATABASE_URL_FILE`.",
  SAFEGUARD_DATABASE_TLS:
    "`verify`: the connection is encrypted and the server's certificate checked, with its name; `off`: in the clear. Default `verify`; `off` for a database on this machine. `sslmode` in the URL says the same.",
  SAFEGUARD_DATABASE_CA:
    "File with the certificates (PEM) that the database's must be signed by. Default: those that Node trusts.",
  SAFEGUARD_DATABASE_CERTIFICATE:
    "File with the certificate (PEM) by which the database knows Safeguard, where it asks for one; with `SAFEGUARD_DATABASE_KEY`.",
  SAFEGUARD_DATABASE_KEY: "File with that certificate's private key (PEM).",
  SAFEGUARD_DATABASE_UNSAFE:
    "`true`: start although the database has `synchronous_commit`, `fsync` or `full_page_writes` off and may lose what it acknowledged. Default `false`.",
  SAFEGUARD_HOST: "Address to listen on. Default `127.0.0.1`.",
  SAFEGUARD_PORT: "Port to listen on. Default `8080`.",
  SAFEGUARD_PUBLIC_URL:
    "How providers and customers reach this server, such as `https://sms.example.com`. In dev: the address it listens on.",
  SAFEGUARD_MASTER_KEY:
    "32 bytes, as base64 or 64 hex digits. Encrypts what is kept. Also as `SAFEGUARD_MASTER_KEY_FILE`. Required by `safeguard up`.",
  SAFEGUARD_NEW_MASTER_KEY:
    "For `safeguard master-key replace`: the master key that takes the other's place. Also as `SAFEGUARD_NEW_MASTER_KEY_FILE`.",
  SAFEGUARD_TRUSTED_PROXIES:
    "CIDR blocks of reverse proxies, separated by commas. Only their `X-Forwarded-For` is believed.",
  SAFEGUARD_TLS_CERT: "File with the TLS certificate chain (PEM).",
  SAFEGUARD_TLS_KEY: "File with the TLS private key (PEM).",
  SAFEGUARD_ALLOW_PRIVATE_CALLBACKS:
    "`true`: customers' callback URLs may point at private addresses. Default `false`; `true` in dev.",
  SAFEGUARD_CALLBACK_HOSTS:
    "Hosts that customers' URLs (callbacks, webhooks, alerts, providers of their own) may point at, separated by commas: `hooks.example.com`, `*.example.com` (whatever is below it), a CIDR block such as `198.51.100.0/24`, an address. All others are refused, when they are saved and when they are used, after the name was resolved. A host in it must be public still. Default: every public address.",
  SAFEGUARD_REQUIRE_TLS:
    "`true`: nothing travels in the clear. URLs of providers and customers must begin with `https://`; the database, the mail server, the identity provider, the list of leaked passwords and `SAFEGUARD_URL` are talked to over TLS alone, also on this machine (not a socket in the file system); it listens only with a certificate, or where `SAFEGUARD_TRUSTED_PROXIES` names the proxy that ends TLS. Default `false`.",
  SAFEGUARD_SANDBOX:
    "`true`: `safeguard up` offers the sandbox provider to test keys. Default `false`; always on in dev.",
  SAFEGUARD_LOG_LEVEL: "`fatal`, `error`, `warn`, `info`, `debug` or `silent`. Default `info`; `warn` in dev.",
  SAFEGUARD_EXCHANGE_RATES:
    "Units of a currency for one US dollar, such as `EUR=0.92,GBP=0.79`: prices for accounts in those currencies.",
  SAFEGUARD_METRICS_TOKEN:
    "Bearer token that `/metrics` wants. Without: in dev it answers this machine alone, with `safeguard up` nobody. Also as `SAFEGUARD_METRICS_TOKEN_FILE`.",
  SAFEGUARD_METRICS_ACCOUNTS: "`true`: metrics name account ids. Default `false`.",
  SAFEGUARD_OIDC_ISSUER:
    "Identity provider (OpenID Connect) by which members may sign in, such as `https://login.example.com`.",
  SAFEGUARD_OIDC_CLIENT_ID: "What this server is called there.",
  SAFEGUARD_OIDC_CLIENT_SECRET: "Its secret there. Also as `SAFEGUARD_OIDC_CLIENT_SECRET_FILE`.",
  SAFEGUARD_OIDC_NAME: "What its button says. Default: the host of the issuer.",
  SAFEGUARD_OIDC_ACR:
    "Authentication contexts (`acr`), separated by commas: the provider is asked for them, and whoever comes by it must have signed in there in one of them. Default: how is not looked at.",
  SAFEGUARD_OIDC_AMR:
    "Ways of signing in (`amr`, RFC 8176), separated by commas, such as `mfa` or `pwd,otp`: whoever comes by the provider must have used all of them there. Default: how is not looked at.",
  SAFEGUARD_SECOND_FACTOR:
    "`required`: whoever signs in by a password sets up a second factor before anything else can be done; with an identity provider `SAFEGUARD_OIDC_ACR` or `SAFEGUARD_OIDC_AMR` must say it of those who come by it. Default `optional`.",
  SAFEGUARD_LEAKED_PASSWORDS_URL:
    "Where new passwords are looked up among leaked ones: `https://api.pwnedpasswords.com/range/`, or a mirror of your own that answers alike. Five hex digits of the password's SHA-1 are appended, and nothing else of it goes out. Default: they are not looked up.",
  SAFEGUARD_MAX_REQUESTS:
    "Requests of the dialects that may be under way at once, those that wait for a provider or are held included; more are refused at the door. A batch counts as one for each 256 bytes. Default `20000`.",
  SAFEGUARD_MAX_WAITING:
    "Messages of one account that may wait to be sent (queued, scheduled, to be tried again); more are refused at once. Default `100000`.",
  SAFEGUARD_BACKTEST_MB:
    "Largest traffic file that may be brought for a backtest, in MB (packed or not; unpacked it may have eight times as many). `0`: backtests run on the command line only. Default `512`.",
  SAFEGUARD_BACKTEST_DIR:
    "Folder for the files of backtests; they have no name there, and are gone when this server ends. Best on another disk than the data. Default: the system's place for temporary files.",
  SAFEGUARD_SMTP_HOST: "Mail server for alerts by e-mail, such as `smtp.example.com`. Without: no mail is sent.",
  SAFEGUARD_SMTP_PORT: "Default `587`; `465` where TLS is `implicit`.",
  SAFEGUARD_SMTP_TLS:
    "`starttls` (default): encrypted before anything is said; `implicit`: from the first byte; `off`: never, and with a login only on this machine.",
  SAFEGUARD_SMTP_USER: "Who logs in at the mail server. Default: nobody.",
  SAFEGUARD_SMTP_PASSWORD: "With which password. Also as `SAFEGUARD_SMTP_PASSWORD_FILE`. It is kept in memory alone.",
  SAFEGUARD_SMTP_FROM: "Address that mail comes from, such as `safeguard@example.com`.",
  SAFEGUARD_SMTP_CA:
    "File with the certificates (PEM) that the mail server's must be signed by. Default: those that Node trusts.",
  SAFEGUARD_FAILPOINT:
    "For tests of crashes: ends the process, as if its power were cut, at a named point of the code. `safeguard up` refuses to start with it.",
  SAFEGUARD_URL: "For the command line: the server to talk to, instead of the one that holds the data folder.",
  SAFEGUARD_KEY: "For the command line: the key to use with SAFEGUARD_URL.",
} as const;

/** Reads and checks the whole configuration; throws ConfigurationInvalid with every problem. */
export function readConfig(mode: RunMode, environment: Environment, flags: ConfigFlags = {}): Config {
  const problems: string[] = [];
  const text = (name: keyof typeof SETTINGS): string | undefined => {
    try {
      return environment.get(name);
    } catch (failure) {
      if (!(failure instanceof ConfigurationInvalid)) throw failure;
      problems.push(...failure.problems);
      return undefined;
    }
  };
  const flag = (name: keyof typeof SETTINGS, otherwise: boolean): boolean => {
    const value = text(name);
    if (value === undefined) return otherwise;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    problems.push(`${name} is ${JSON.stringify(value)}; it must be true or false`);
    return otherwise;
  };

  const trustedProxies = list(text("SAFEGUARD_TRUSTED_PROXIES"));
  for (const block of trustedProxies) {
    const network = parseNetwork(block);
    if (!network.ok) problems.push(`SAFEGUARD_TRUSTED_PROXIES: ${JSON.stringify(block)} ${network.message}`);
  }

  const oidc = readOidcSettings(text, problems);
  const config: Config = {
    mode,
    dataDirectory: resolve(flags.dataDirectory ?? text("SAFEGUARD_DATA_DIR") ?? "data"),
    database: readDatabaseSettings({ environment, text, flag, production: mode === "production", problems }),
    host: flags.host ?? text("SAFEGUARD_HOST") ?? "127.0.0.1",
    port: flags.port ?? portOf(text("SAFEGUARD_PORT"), problems),
    publicUrl: publicUrlOf(flags.publicUrl ?? text("SAFEGUARD_PUBLIC_URL"), mode, problems),
    masterKey: masterKeyOf(text("SAFEGUARD_MASTER_KEY"), problems),
    trustedProxies,
    tls: tlsOf(text("SAFEGUARD_TLS_CERT"), text("SAFEGUARD_TLS_KEY"), problems),
    allowPrivateCallbacks: flag("SAFEGUARD_ALLOW_PRIVATE_CALLBACKS", mode === "dev"),
    callbackHosts: hostsOf(text("SAFEGUARD_CALLBACK_HOSTS"), problems),
    requireTls: flag("SAFEGUARD_REQUIRE_TLS", false),
    sandbox: mode === "dev" || (flags.sandbox ?? flag("SAFEGUARD_SANDBOX", false)),
    logLevel: logLevelOf(text("SAFEGUARD_LOG_LEVEL"), mode, problems),
    exchangeRates: exchangeRatesOf(text("SAFEGUARD_EXCHANGE_RATES"), problems),
    metrics: { token: text("SAFEGUARD_METRICS_TOKEN"), accounts: flag("SAFEGUARD_METRICS_ACCOUNTS", false) },
    mail: readMailSettings({ text, problems }),
    maxRequests: countOf("SAFEGUARD_MAX_REQUESTS", text("SAFEGUARD_MAX_REQUESTS"), 32, DEFAULT_MAX_REQUESTS, problems),
    maxWaiting: countOf("SAFEGUARD_MAX_WAITING", text("SAFEGUARD_MAX_WAITING"), 0, DEFAULT_MAX_WAITING, problems),
    resumeSending: flags.resumeSending,
    backtests: {
      megabytes: countOf("SAFEGUARD_BACKTEST_MB", text("SAFEGUARD_BACKTEST_MB"), 0, DEFAULT_BACKTEST_MB, problems),
      scratchDirectory: folderOf("SAFEGUARD_BACKTEST_DIR", text("SAFEGUARD_BACKTEST_DIR"), problems),
    },
    oidc,
    secondFactor: secondFactorOf(text("SAFEGUARD_SECOND_FACTOR"), oidc, problems),
    leakedPasswordsUrl: leakedPasswordsUrlOf(text("SAFEGUARD_LEAKED_PASSWORDS_URL"), problems),
  };

  if (config.requireTls) problems.push(...clearWires(config));
  if (mode === "production") {
    if (text("SAFEGUARD_FAILPOINT") !== undefined)
      problems.push(
        "SAFEGUARD_FAILPOINT is set; it ends the process for a test, and is heard by `safeguard dev` alone",
      );
    if (config.masterKey === undefined && !problems.some((problem) => problem.startsWith("SAFEGUARD_MASTER_KEY")))
      problems.push(
        "SAFEGUARD_MASTER_KEY is not set; make one with `openssl rand -base64 32` and keep it apart from the data",
      );
    const namesTls = problems.some((problem) => problem.startsWith("SAFEGUARD_TLS"));
    if (config.tls === undefined && trustedProxies.length === 0 && !namesTls)
      problems.push(
        "keys would travel in the clear: set SAFEGUARD_TLS_CERT and SAFEGUARD_TLS_KEY, or SAFEGUARD_TRUSTED_PROXIES when a reverse proxy ends TLS",
      );
  }
  if (problems.length > 0) throw new ConfigurationInvalid(problems);
  return config;
}

function hostsOf(value: string | undefined, problems: string[]): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const hosts = list(value);
  for (const host of hosts) {
    const problem = hostProblem(host);
    if (problem !== undefined) problems.push(`SAFEGUARD_CALLBACK_HOSTS: ${JSON.stringify(host)} ${problem}`);
  }
  if (hosts.length === 0) problems.push("SAFEGUARD_CALLBACK_HOSTS names no host; unset it for every public address");
  return hosts;
}

function list(value: string | undefined): readonly string[] {
  return (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function portOf(value: string | undefined, problems: string[]): number {
  if (value === undefined) return 8080;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  problems.push(`SAFEGUARD_PORT is ${JSON.stringify(value)}; it must be a whole number from 0 to 65535`);
  return 8080;
}

const DEFAULT_MAX_REQUESTS = 20_000;

const DEFAULT_MAX_WAITING = 100_000;

function leakedPasswordsUrlOf(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isHere = url?.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const isBare = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (url !== undefined && isBare && (url.protocol === "https:" || isHere)) return url.href.replace(/\/?$/, "/");
  problems.push(
    `SAFEGUARD_LEAKED_PASSWORDS_URL is ${JSON.stringify(value)}; write an address such as https://api.pwnedpasswords.com/range/ (http only on this machine)`,
  );
  return undefined;
}

function secondFactorOf(
  value: string | undefined,
  oidc: OidcSettings | undefined,
  problems: string[],
): Config["secondFactor"] {
  if (value === undefined || value === "optional") return "optional";
  if (value !== "required") {
    problems.push(`SAFEGUARD_SECOND_FACTOR is ${JSON.stringify(value)}; it must be optional or required`);
  } else if (oidc !== undefined && oidc.acr.length === 0 && oidc.amr.length === 0) {
    // (or whoever comes by the provider would have none, and could set up none here)
    problems.push(
      "SAFEGUARD_SECOND_FACTOR is required: set SAFEGUARD_OIDC_ACR or SAFEGUARD_OIDC_AMR, such as mfa, so that the identity provider asks for it, too",
    );
  }
  return "required";
}

const DEFAULT_BACKTEST_MB = 512;

function folderOf(name: string, value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  if (statSync(value, { throwIfNoEntry: false })?.isDirectory() === true) return resolve(value);
  problems.push(`${name} is ${JSON.stringify(value)}, which is no folder`);
  return undefined;
}

function countOf(
  name: string,
  value: string | undefined,
  least: number,
  otherwise: number,
  problems: string[],
): number {
  if (value === undefined) return otherwise;
  const count = Number(value);
  if (Number.isInteger(count) && count >= least && count <= 1_000_000) return count;
  problems.push(`${name} is ${JSON.stringify(value)}; it must be a whole number from ${least} to 1000000`);
  return otherwise;
}

function publicUrlOf(value: string | undefined, mode: RunMode, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !isWeb || url.search !== "" || url.hash !== "") {
    problems.push(`SAFEGUARD_PUBLIC_URL is ${JSON.stringify(value)}; write an address such as https://sms.example.com`);
    return undefined;
  }
  if (mode === "production" && url.protocol === "http:") {
    problems.push(`SAFEGUARD_PUBLIC_URL is ${JSON.stringify(value)}; it must begin with https://`);
    return undefined;
  }
  return url.href.replace(/\/$/, "");
}

function masterKeyOf(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined || /^[0-9a-fA-F]{64}$/.test(value) || /^[A-Za-z0-9+/]{43}=$/.test(value)) return value;
  problems.push("SAFEGUARD_MASTER_KEY is not 32 bytes in base64 or 64 hex digits");
  return undefined;
}

function tlsOf(certificateFile: string | undefined, keyFile: string | undefined, problems: string[]): Config["tls"] {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined) {
    problems.push("SAFEGUARD_TLS_CERT and SAFEGUARD_TLS_KEY belong together; only one is set");
    return undefined;
  }
  const certificate = readPem("SAFEGUARD_TLS_CERT", certificateFile, problems);
  const key = readPem("SAFEGUARD_TLS_KEY", keyFile, problems);
  if (certificate === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch {
    problems.push(
      "SAFEGUARD_TLS_CERT and SAFEGUARD_TLS_KEY are no certificate chain and private key (PEM) that fit each other",
    );
    return undefined;
  }
}

function readPem(name: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    problems.push(`${name} names ${file}, which cannot be read`);
    return undefined;
  }
}

function logLevelOf(value: string | undefined, mode: RunMode, problems: string[]): LogLevel {
  if (value === undefined) return mode === "dev" ? "warn" : "info";
  const level = LOG_LEVELS.find((known) => known === value);
  if (level !== undefined) return level;
  problems.push(`SAFEGUARD_LOG_LEVEL is ${JSON.stringify(value)}; it must be one of ${LOG_LEVELS.join(", ")}`);
  return "info";
}

function exchangeRatesOf(value: string | undefined, problems: string[]): Readonly<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const part of list(value)) {
    const match = /^([A-Z]{3})=(\d+(?:\.\d+)?)$/.exec(part);
    if (match?.[1] === undefined || Number(match[2]) === 0)
      problems.push(`SAFEGUARD_EXCHANGE_RATES has ${JSON.stringify(part)}; write it as EUR=0.92`);
    else rates[match[1]] = Number(match[2]);
  }
  return rates;
}
