import { createTransport } from "nodemailer";
import type { MailSettings } from "../config/mail-settings.ts";
import type { Mail, MailPort, MailResult } from "./mail-port.ts";

/** Mails on their way to the server at once; each has a connection of its own. */
const AT_ONCE = 4;
/** Mails that wait for one of these. What comes beyond is tried again later, from the queue in the journal. */
const MOST_WAITING = 200;
const CONNECT_MS = 10_000;
const SILENCE_MS = 15_000;

/** Sends mail by SMTP (RFC 5321) through one server. What may be mended (the login too) is `failed`, and tried again. */
export function createSmtpMail(settings: MailSettings): MailPort {
  const { host, port, tls, login, from, authority } = settings;
  const transport = createTransport({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "off",
    ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
    ...(authority !== undefined && { tls: { ca: authority } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // Nothing of a mail may be read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.indexOf("@") + 1);
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function turn(): Promise<boolean> {
    if (underWay < AT_ONCE) {
      underWay += 1;
      return true;
    }
    if (waiting.length >= MOST_WAITING) return false;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  }

  function next(): void {
    const first = waiting.shift();
    if (first === undefined) underWay -= 1;
    else first();
  }

  async function deliver({ to, subject, text, html, id }: Mail): Promise<MailResult> {
    try {
      await transport.sendMail({
        from: { name: "Safeguard", address: from },
        to: to.map((address) => ({ name: "", address: oneLine(address) })),
        subject: oneLine(subject),
        text,
        html,
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated" },
      });
      return { type: "taken" };
    } catch (error) {
      return failureOf(error);
    }
  }

  return {
    async send(mail) {
      if (!(await turn())) return { type: "failed", code: "mail_busy" };
      try {
        return await deliver(mail);
      } finally {
        next();
      }
    },
  };
}

/** A line break in a header would begin another header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

/** 5xx to a recipient or a text is for good; everything else is tried again. Never the server's words: they may name people. */
function failureOf(error: unknown): MailResult {
  const { code, responseCode } = (error ?? {}) as { readonly code?: unknown; readonly responseCode?: unknown };
  if (code === "EAUTH") return { type: "failed", code: "smtp_login" };
  if (typeof responseCode !== "number")
    return { type: "failed", code: code === "ETLS" ? "smtp_tls" : "smtp_connection" };
  const isForGood = responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
  return { type: isForGood ? "refused" : "failed", code: `smtp_${responseCode}` };
}
