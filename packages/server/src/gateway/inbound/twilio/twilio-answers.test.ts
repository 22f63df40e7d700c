import { describe, expect, it } from "vitest";
import type { RefusalKind } from "../../outbound/connector.ts";
import { held, verdict } from "./testing/twilio-gateway.ts";
import {
  blockedAnswer,
  failureCode,
  failureMessage,
  refusedAnswer,
  rejectedAnswer,
  stoppedAnswer,
} from "./twilio-answers.ts";
import { errorReply, TWILIO_ERRORS } from "./twilio-error.ts";

const TO = "+9607712345";

describe("what a client hears of a stop at once", () => {
  it.each([
    ["destination", 400, 21408],
    ["detection", 400, 30450],
    ["limit", 429, 20429],
    ["number", 400, 21211],
    ["network", 403, 20403],
  ] as const)("by %s: HTTP %i with code %i", (family, status, code) => {
    const reply = errorReply(blockedAnswer(TO, family));
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toMatchObject({ code, status });
  });

  it("is Twilio's own sentence for a destination", () => {
    expect(blockedAnswer(TO, "destination").message).toBe(
      "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +9607712345",
    );
  });

  it("tells a held message when to come again, in whole seconds and at least one", () => {
    for (const [until, seconds] of [
      [30_000, "30"],
      [1_001, "2"],
      [-5, "1"],
    ] as const) {
      const reply = errorReply(stoppedAnswer(TO, held(until), 0));
      expect(reply.status).toBe(429);
      expect(reply.headers["retry-after"]).toBe(seconds);
    }
  });

  it("answers a challenge as blocked, saying what helps", () => {
    const challenge = verdict("challenge", "destination_blocked");
    if (challenge.action === "allow") throw new TypeError("a challenge stops");
    expect(stoppedAnswer(TO, challenge, 0)).toMatchObject({
      error: "delivery_blocked",
      message: expect.stringContaining("captcha"),
    });
  });

  it("says why a text is no number", () => {
    const { message } = rejectedAnswer("+31", { ok: false, code: "number_too_short", position: undefined });
    expect(message).toBe("The 'To' number +31 is not a valid phone number: it has too few digits.");
  });
});

describe("a provider's refusal in another dialect", () => {
  const kinds: readonly (readonly [RefusalKind, number, number])[] = [
    ["throttled", 429, 20429],
    ["credentials", 500, 20500],
    ["recipient", 400, 21211],
    ["content", 400, 21612],
    ["blocked", 400, 30007],
    ["unavailable", 503, 20503],
    ["untranslatable", 400, 21612],
    ["other", 400, 21612],
  ];
  it.each(kinds)("%s: HTTP %i with code %i", (kind, status, code) => {
    const problem = refusedAnswer(TO, { type: "refused", kind, code: "x", text: "no", answer: undefined });
    const reply = errorReply(problem);
    expect([reply.status, JSON.parse(reply.body).code]).toEqual([status, code]);
  });

  it("says nothing of what our provider told us about our own credentials", () => {
    const { message } = refusedAnswer(TO, {
      type: "refused",
      kind: "credentials",
      code: "101",
      text: "no such key 77",
      answer: undefined,
    });
    expect(message).not.toContain("77");
  });

  it("without a route is 21612, and no invitation to try again", () => {
    const problem = refusedAnswer(TO, {
      type: "refused",
      kind: "unavailable",
      code: "no_route",
      text: "No provider.",
      answer: undefined,
    });
    expect(problem).toMatchObject({ error: "cannot_be_sent" });
    expect(problem).not.toHaveProperty("retryAfterSeconds");
  });
});

describe("error_code of a message that failed later", () => {
  it.each([
    ["destination", 21408],
    ["detection", 30450],
    ["limit", 30450],
  ] as const)("is ours when we stopped it: %s", (family, code) => {
    expect(failureCode(family, "30003")).toBe(code);
    expect(failureMessage(code, "what the provider said")).not.toContain("provider");
  });

  it("is the provider's where it is one of Twilio's, and otherwise Twilio's unknown error", () => {
    expect(failureCode(undefined, "30003")).toBe(30003);
    for (const other of [undefined, "", "28", "0x753", "30003 ", "rejected"])
      expect(failureCode(undefined, other)).toBe(30008);
    expect(failureMessage(30008, undefined)).toBe("Unknown error");
    expect(failureMessage(30008, "absent subscriber")).toBe("absent subscriber");
  });
});

describe("the error table", () => {
  it("has an HTTP error status and a documented kind of code on every line", () => {
    for (const { code, status } of Object.values(TWILIO_ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(code === 400 || (code >= 20_000 && code < 70_000)).toBe(true);
    }
  });
});
