import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type SmtpAnswers, type SmtpServer, startSmtpServer } from "../../test/stand-in/smtp-server.ts";
import type { MailSettings } from "../config/mail-settings.ts";
import { SELF_SIGNED } from "../gateway/outbound/testing/self-signed.ts";
import { createSmtpMail } from "./smtp-mail.ts";

let server: SmtpServer;
afterEach(() => server?.close());

const MAIL = { to: ["ops@example.com"], subject: "Incident", text: "Look.", html: "<p>Look.</p>", id: "a1" };

async function mailTo(answers: SmtpAnswers, settings: Partial<MailSettings> = {}) {
  server = await startSmtpServer(answers);
  return createSmtpMail({
    host: "localhost",
    port: server.port,
    tls: "off",
    login: undefined,
    from: "safeguard@example.com",
    authority: undefined,
    ...settings,
  });
}

describe("mail by SMTP", () => {
  test("goes out as text and HTML, from us to the recipients, under one id in every try", async () => {
    const mail = await mailTo({});
    expect(await mail.send({ ...MAIL, to: ["ops@example.com", "boss@example.com"] })).toEqual({ type: "taken" });
    await mail.send(MAIL);
    const [first, second] = server.taken;
    expect(first).toMatchObject({ from: "safeguard@example.com", to: ["ops@example.com", "boss@example.com"] });
    expect(first?.content).toContain("Content-Type: text/plain");
    expect(first?.content).toContain("Content-Type: text/html");
    expect(first?.content).toContain("Auto-Submitted: auto-generated");
    for (const one of [first, second]) expect(one?.content).toContain("Message-ID: <a1@example.com>");
  });

  test("starttls: is encrypted and logged in before a word is said, and checks who answers", async () => {
    const login = { user: "safeguard", password: "s3cret" };
    const answers = { offersTls: true, login: "safeguard:s3cret" };
    const trusting = await mailTo(answers, { tls: "starttls", login, authority: SELF_SIGNED.cert });
    expect(await trusting.send(MAIL)).toEqual({ type: "taken" });
    expect(server.taken).toMatchObject([{ encrypted: true, login: "safeguard:s3cret" }]);
    await server.close();
    const wary = await mailTo(answers, { tls: "starttls", login });
    expect(await wary.send(MAIL)).toMatchObject({ type: "failed", code: expect.stringMatching(/^smtp_/) });
    expect(server.taken).toEqual([]);
  });

  test("is not said in the clear to a server that offers no encryption, nor is the password", async () => {
    const login = { user: "safeguard", password: "s3cret" };
    const mail = await mailTo({ login: "safeguard:s3cret" }, { tls: "starttls", login });
    expect(await mail.send(MAIL)).toMatchObject({ type: "failed" });
    expect(server.taken).toEqual([]);
  });

  test("a wrong login can be mended, and is tried again", async () => {
    const mail = await mailTo({ login: "safeguard:other" }, { login: { user: "safeguard", password: "wrong" } });
    expect(await mail.send(MAIL)).toEqual({ type: "failed", code: "smtp_login" });
  });

  test.each([
    ["550 no such user", { type: "refused", code: "smtp_550" }],
    ["451 later", { type: "failed", code: "smtp_451" }],
  ])("a recipient that is answered with %s", async (answer, result) => {
    expect(await (await mailTo({ recipient: () => answer })).send(MAIL)).toEqual(result);
  });

  test.each([
    ["554 spam", { type: "refused", code: "smtp_554" }],
    ["452 full", { type: "failed", code: "smtp_452" }],
  ])("a text that is answered with %s", async (answer, result) => {
    expect(await (await mailTo({ content: () => answer })).send(MAIL)).toEqual(result);
  });

  test("no server there: tried again, and nothing of its address is told", async () => {
    const mail = await mailTo({});
    await server.close();
    expect(await mail.send(MAIL)).toEqual({ type: "failed", code: "smtp_connection" });
  });

  test.each([
    ["subject", { subject: "Incident\r\nBcc: everybody@example.com\r\n\r\nAnother text" }],
    ["recipient", { to: ["ops@example.com\r\nBcc: everybody@example.com"] }],
    ["recipient's command", { to: ["ops@example.com>\r\nRCPT TO:<everybody@example.com"] }],
    ["unicode line ends", { subject: "Incident\u2028Bcc: everybody@example.com\u0085X-Y: z\u000bA: b" }],
  ])("a line break in the %s makes no header and no recipient", async (_, change) => {
    const mail = await mailTo({});
    await mail.send({ ...MAIL, ...change });
    for (const { to, content } of server.taken) {
      expect(to.join()).not.toContain("everybody@example.com");
      const headers = content.slice(0, content.indexOf("\r\n\r\n"));
      expect(headers).not.toMatch(/^(bcc|x-y|a):/im);
      expect(headers).toMatch(/^Message-ID: <a1@example.com>/m);
    }
  });

  test("a line of a single dot in the text does not end it", async () => {
    const mail = await mailTo({});
    await mail.send({ ...MAIL, text: "before\r\n.\r\nMAIL FROM:<x@example.com>\r\nafter" });
    expect(server.taken).toHaveLength(1);
    expect(server.taken[0]?.content).toContain("after");
  });

  test("the queue is bounded, in connections and in what waits", async () => {
    // Takes connections, and says nothing.
    let open = 0;
    const silent = createServer(() => {
      open += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    server = await startSmtpServer();
    const { port } = silent.address() as AddressInfo;
    const mail = createSmtpMail({
      host: "127.0.0.1",
      port,
      tls: "off",
      login: undefined,
      from: "a@b.example",
      authority: undefined,
    });
    const results: string[] = [];
    for (let one = 0; one < 300; one++)
      void mail.send(MAIL).then((result) => results.push("code" in result ? result.code : "taken"));
    await expect.poll(() => results.length).toBe(300 - 204);
    expect(new Set(results)).toEqual(new Set(["mail_busy"]));
    await expect.poll(() => open).toBe(4);
    silent.close();
  });
});
