import { readFileSync } from "node:fs";

/** A mail server that takes our mail. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls`: the connection is encrypted before anything is said; `implicit`: from its first byte; `off`: never. */
  readonly tls: "starttls" | "implicit" | "off";
  /** Who logs in. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
  /** Address in `From:`. */
  readonly from: string;
  /** Certificates (PEM) that the server's must be signed by. Absent: those that Node trusts. */
  readonly authority: string | undefined;
}

const SATELLITES = [
  "SAFEGUARD_SMTP_PORT",
  "SAFEGUARD_SMTP_TLS",
  "SAFEGUARD_SMTP_USER",
  "SAFEGUARD_SMTP_PASSWORD",
  "SAFEGUARD_SMTP_FROM",
  "SAFEGUARD_SMTP_CA",
] as const;

interface Reading {
  text(name: (typeof SATELLITES)[number] | "SAFEGUARD_SMTP_HOST"): string | undefined;
  readonly problems: string[];
}

/** Reads `SAFEGUARD_SMTP_…`; undefined: this server sends no mail. Anything half given is a problem. */
export function readMailSettings({ text, problems }: Reading): MailSettings | undefined {
  const before = problems.length;
  const host = text("SAFEGUARD_SMTP_HOST");
  const given = Object.fromEntries(SATELLITES.map((name) => [name, text(name)]));
  if (host === undefined) {
    const orphans = SATELLITES.filter((name) => given[name] !== undefined);
    if (orphans.length > 0)
      problems.push(
        `${orphans.join(" and ")} set, but SAFEGUARD_SMTP_HOST is not; name the mail server, or unset them`,
      );
    return undefined;
  }
  if (!/^[A-Za-z0-9.:-]+$/.test(host))
    problems.push(
      `SAFEGUARD_SMTP_HOST is ${JSON.stringify(host)}; write a host's name or address, such as smtp.example.com`,
    );
  const tls = tlsOf(given["SAFEGUARD_SMTP_TLS"], problems);
  const port = portOf(given["SAFEGUARD_SMTP_PORT"], tls, problems);
  const login = loginOf(given["SAFEGUARD_SMTP_USER"], given["SAFEGUARD_SMTP_PASSWORD"], problems);
  const from = given["SAFEGUARD_SMTP_FROM"];
  if (from === undefined || !/^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/.test(from))
    problems.push(
      `SAFEGUARD_SMTP_FROM is ${from === undefined ? "not set" : JSON.stringify(from)}; write the address that mail comes from, such as safeguard@example.com`,
    );
  const authority = authorityOf(given["SAFEGUARD_SMTP_CA"], problems);
  if (tls === "off" && login !== undefined && !isHere(host))
    problems.push("SAFEGUARD_SMTP_TLS is off, and the password would travel in the clear; use starttls or implicit");
  if (from === undefined || problems.length > before) return undefined;
  return { host, port, tls, login, from, authority };
}

function tlsOf(value: string | undefined, problems: string[]): MailSettings["tls"] {
  if (value === undefined) return "starttls";
  if (value === "starttls" || value === "implicit" || value === "off") return value;
  problems.push(`SAFEGUARD_SMTP_TLS is ${JSON.stringify(value)}; it must be starttls, implicit or off`);
  return "starttls";
}

function portOf(value: string | undefined, tls: MailSettings["tls"], problems: string[]): number {
  if (value === undefined) return tls === "implicit" ? 465 : 587;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  problems.push(`SAFEGUARD_SMTP_PORT is ${JSON.stringify(value)}; it must be a whole number from 1 to 65535`);
  return 587;
}

function loginOf(user: string | undefined, password: string | undefined, problems: string[]): MailSettings["login"] {
  if (user === undefined && password === undefined) return undefined;
  if (user !== undefined && password !== undefined) return { user, password };
  problems.push("SAFEGUARD_SMTP_USER and SAFEGUARD_SMTP_PASSWORD belong together; only one is set");
  return undefined;
}

function authorityOf(file: string | undefined, problems: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    const text = readFileSync(file, "utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    problems.push(`SAFEGUARD_SMTP_CA names ${file}, which holds no certificate (PEM)`);
  } catch {
    problems.push(`SAFEGUARD_SMTP_CA names ${file}, which cannot be read`);
  }
  return undefined;
}

function isHere(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
