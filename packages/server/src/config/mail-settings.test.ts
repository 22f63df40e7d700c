import { describe, expect, test } from "vitest";
import { environmentOf } from "./environment.ts";
import { readMailSettings } from "./mail-settings.ts";

function read(variables: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const environment = environmentOf(
    Object.fromEntries(Object.entries(variables).map(([name, value]) => [`SAFEGUARD_SMTP_${name}`, value])),
  );
  const settings = readMailSettings({ text: (name) => environment.get(name), problems });
  return { settings, problems: problems.join("\n") };
}

const GOOD = { HOST: "smtp.example.com", FROM: "safeguard@example.com" };

describe("the mail server", () => {
  test("is none where nothing is said", () => {
    expect(read({})).toEqual({ settings: undefined, problems: "" });
  });

  test("is reached encrypted unless it is said otherwise", () => {
    expect(read(GOOD).settings).toMatchObject({ port: 587, tls: "starttls", login: undefined });
    expect(read({ ...GOOD, TLS: "implicit", USER: "a", PASSWORD: "b" }).settings).toMatchObject({
      port: 465,
      login: { user: "a", password: "b" },
    });
  });

  test.each([
    [{ FROM: "safeguard@example.com" }, "SAFEGUARD_SMTP_HOST is not"],
    [{ HOST: "smtp.example.com" }, "SAFEGUARD_SMTP_FROM is not set"],
    [{ ...GOOD, FROM: "a@b.example\r\nBcc: c@d.example" }, "SAFEGUARD_SMTP_FROM"],
    [{ ...GOOD, HOST: "smtp example" }, "SAFEGUARD_SMTP_HOST"],
    [{ ...GOOD, PORT: "many" }, "SAFEGUARD_SMTP_PORT"],
    [{ ...GOOD, TLS: "maybe" }, "SAFEGUARD_SMTP_TLS"],
    [{ ...GOOD, USER: "a" }, "belong together"],
    [{ ...GOOD, PASSWORD: "b" }, "belong together"],
    [{ ...GOOD, TLS: "off", USER: "a", PASSWORD: "b" }, "in the clear"],
    [{ ...GOOD, CA: "/nowhere.pem" }, "cannot be read"],
  ])("%j is refused, with what is right", (variables, words) => {
    const { settings, problems } = read(variables);
    expect(settings).toBeUndefined();
    expect(problems).toContain(words);
    expect(problems).not.toContain('"b"');
  });
});
