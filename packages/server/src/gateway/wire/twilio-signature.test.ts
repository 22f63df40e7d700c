import fc from "fast-check";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import { signTwilioForm, signTwilioJson, validateTwilioForm, validateTwilioJson } from "./twilio-signature.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const PARAMETERS = [
  ["MessageStatus", "delivered"],
  ["From", "+15557122661"],
  ["Body", "50 % für Ærø & Co"],
] as const;
const URLS = [
  "https://app.example/cb",
  "https://app.example:443/cb?x=1&y=a%20b",
  "http://app.example:8080/cb",
  "http://127.0.0.1:4321/hook?tenant=a&token=b%2Fc",
  "https://[2001:db8::1]:8443/cb?x",
  "https://app.example?only=query",
] as const;

const asRecord = (parameters: readonly (readonly [string, string])[]) => {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of parameters) {
    const known = record[name];
    record[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return record;
};

describe("X-Twilio-Signature of a form", () => {
  it.each(URLS)("is accepted by Twilio's own validator for %s", (url) => {
    const signature = signTwilioForm(TOKEN, url, PARAMETERS);
    expect(twilio.validateRequest(TOKEN, signature, url, asRecord(PARAMETERS))).toBe(true);
    expect(validateTwilioForm(TOKEN, signature, url, PARAMETERS)).toBe(true);
  });

  it("is the same whatever the order of the parameters", () => {
    expect(signTwilioForm(TOKEN, URLS[0], PARAMETERS)).toBe(signTwilioForm(TOKEN, URLS[0], PARAMETERS.toReversed()));
  });

  it("fits with and without the scheme's default port, and with no other", () => {
    for (const [signed, received] of [
      ["https://app.example:443/cb", "https://app.example/cb"],
      ["https://app.example/cb", "https://app.example:443/cb"],
      ["http://app.example:80/cb?x=1", "http://app.example/cb?x=1"],
    ] as const)
      expect(validateTwilioForm(TOKEN, signTwilioForm(TOKEN, signed, PARAMETERS), received, PARAMETERS)).toBe(true);
    const other = signTwilioForm(TOKEN, "https://app.example:8443/cb", PARAMETERS);
    expect(validateTwilioForm(TOKEN, other, "https://app.example/cb", PARAMETERS)).toBe(false);
  });

  it.each([
    ["another token", "f".repeat(32), URLS[0], PARAMETERS],
    ["another path", TOKEN, "https://app.example/cc", PARAMETERS],
    ["another query", TOKEN, "https://app.example/cb?x=2", PARAMETERS],
    ["a parameter more", TOKEN, URLS[0], [...PARAMETERS, ["Extra", "1"] as const]],
    ["a parameter less", TOKEN, URLS[0], PARAMETERS.slice(1)],
  ])("does not fit %s", (_, token, url, parameters) => {
    expect(validateTwilioForm(token, signTwilioForm(TOKEN, URLS[0], PARAMETERS), url, parameters)).toBe(false);
  });

  it("never throws on what a stranger sends as signature or URL", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (signature, url) => {
        expect(validateTwilioForm(TOKEN, signature, url, PARAMETERS)).toBe(false);
        expect(validateTwilioJson(TOKEN, signature, url, "{}")).toBe(false);
      }),
    );
  });

  it("agrees with Twilio's implementation on any parameters, repeated names included", () => {
    const parameters = fc.array(fc.tuple(fc.constantFrom("To", "From", "Body", "MediaUrl", "Ünï"), fc.string()));
    fc.assert(
      fc.property(parameters, (given) => {
        const signature = signTwilioForm(TOKEN, URLS[0], given);
        expect(twilio.validateRequest(TOKEN, signature, URLS[0], asRecord(given))).toBe(true);
      }),
    );
  });
});

describe("X-Twilio-Signature of a JSON body", () => {
  const body = JSON.stringify({ status: "delivered", text: "Ærø" });

  it.each(["https://app.example/cb", "http://127.0.0.1:4321/hook?tenant=a"])(
    "is accepted by Twilio's validator for %s",
    (url) => {
      const signed = signTwilioJson(TOKEN, url, body);
      expect(twilio.validateRequestWithBody(TOKEN, signed.signature, signed.url, body)).toBe(true);
      expect(validateTwilioJson(TOKEN, signed.signature, signed.url, body)).toBe(true);
    },
  );

  it("does not fit another body, nor a URL without the body's hash", () => {
    const signed = signTwilioJson(TOKEN, "https://app.example/cb", body);
    expect(validateTwilioJson(TOKEN, signed.signature, signed.url, `${body} `)).toBe(false);
    const plain = signTwilioForm(TOKEN, "https://app.example/cb", []);
    expect(validateTwilioJson(TOKEN, plain, "https://app.example/cb", body)).toBe(false);
  });
});
