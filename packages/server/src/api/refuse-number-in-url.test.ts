import { describe, expect, it } from "vitest";
import { refuseNumberInUrl } from "./refuse-number-in-url.ts";

describe("a telephone number in a URL of the API", () => {
  it.each([
    ["/v1/messages?to=%2B31612345678", "POST /v1/messages/search"],
    ["/v1/messages?to=+31612345678", "POST /v1/messages/search"],
    ["/v1/messages?to=31612345678&limit=1", "POST /v1/messages/search"],
    ["/v1/messages?prefix=%2B31612345678", "POST /v1/messages/search"],
    ["/v1/messages?to=0031%206%2012345678", "POST /v1/messages/search"],
    ["/v1/messages?prefix=%2B6834002", "POST /v1/messages/search"],
    ["/v1/verified-numbers/%2B31612345678", "POST /v1/verified-numbers/remove"],
    ["/v1/verified-numbers/+31612345678", "POST /v1/verified-numbers/remove"],
    ["/v1/verified-numbers/31612345678", "POST /v1/verified-numbers/remove"],
    ["/v1/detection/preview?to=%2b31612345678&purpose=otp", "POST /v1/detection/preview"],
    ["/v1/usage/range?range=%2B31612345678", "POST /v1/usage/range"],
  ])("is refused, and told where it belongs: %s", (url, route) => {
    expect(() => refuseNumberInUrl(url)).toThrow(
      `A telephone number must not stand in a URL, where it is logged. Send it in the body: ${route}.`,
    );
  });

  it.each([
    "/v1/customers?q=%2B31612345678",
    "/v1/decisions/%2B31612345678",
    "/v1/made-up/+31612345678",
    "/v1/detection/ranges?range=%2B31612345678&reason=ours",
  ])("is refused wherever it stands: %s", (url) => {
    expect(() => refuseNumberInUrl(url)).toThrow("Send it in the body.");
  });

  it.each([
    "/v1/messages",
    "/v1/messages?limit=1000&after=2026-11-22T00:00:00%2B01:00",
    "/v1/messages?prefix=%2B31653&destination=%2B882",
    "/v1/messages?prefix=%2B3162000",
    "/v1/messages/msg_31612345678316123456783161234567",
    "/v1/usage/range?range=%2B316123456xx",
    "/v1/detection/ranges?range=%2B99200123&reason=ours",
    "/v1/traffic/live?after=1795000000",
    "/v1/journal?after=31612345678",
    "/v1/policies/default/diff?from=1&to=2",
    "/v1/audit?cursor=%E0%A4%A",
    "/v1/keys/%E0%A4%A+",
    // Twilio's and CM.com's own shapes.
    "/2010-04-01/Accounts/AC1/Messages.json?To=%2B31612345678",
    "/gateway.ashx?to=%2B31612345678",
  ])("is not seen where there is none, and not looked for in the vendors' dialects: %s", (url) => {
    expect(() => refuseNumberInUrl(url)).not.toThrow();
  });
});
