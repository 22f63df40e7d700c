import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../harness.ts";
import type { RecordingServer } from "../stand-in/recording-server.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";
import { movedClock, peopleVerify, personsNumber } from "./people.ts";

const script = fileURLToPath(new URL("../../bin/safeguard.js", import.meta.url));
const ATTACKED = "+99200123";
const SECOND_MS = 1_000;

const clock = movedClock();
let safeguard: TestSafeguard;
let provider: RecordingServer;
beforeAll(async () => {
  provider = await startTwilioProvider();
  safeguard = await startSafeguard({ wall: clock.now, config: { allowPrivateCallbacks: true } });
  await safeguard.routeTo({
    id: "twilio-stand-in",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: TWILIO_ACCOUNT_SID },
    secrets: { authToken: TWILIO_AUTH_TOKEN },
  });
  // (a held message keeps its client waiting in real time)
  const body = { holdSeconds: 1, reason: "test" };
  const changed = await safeguard.operator("POST", "/v1/policies/default/detection", body);
  if (changed.status >= 300) throw new Error(JSON.stringify(changed.body));
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await provider.close();
});

/** Twilio's own client, pointed at us as the guide says. */
function client() {
  const sdk = twilio(safeguard.liveKey.twilioSid, safeguard.liveKey.authToken);
  sdk.api.baseUrl = safeguard.url;
  return sdk;
}

/** Recipients of what reached the provider, in order. */
function submitted(): readonly string[] {
  return provider.received.map(({ body }) => new URLSearchParams(body).get("To") ?? "");
}

async function cli(...words: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [script, ...words], {
    env: {
      PATH: process.env["PATH"],
      SAFEGUARD_DATA_DIR: safeguard.dataDirectory,
      SAFEGUARD_LOG_LEVEL: "silent",
    },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number]>]);
  return { code, output };
}

describe("an attack on a block of consecutive numbers, through Twilio's own SDK at full speed", () => {
  it("leaks a handful of messages, is contained, and leaves people alone", async () => {
    const people = await peopleVerify(safeguard, clock, range(0, 400));
    expect(people.filter((action) => action !== "allow")).toEqual([]);

    // 8 at a time, as fast as it goes.
    const numbers = range(4000, 4120).map((line) => `${ATTACKED}${line}`);
    const waiting = numbers.values();
    const sdk = client();
    const lanes = Array.from({ length: 8 }, async () => {
      for (const to of waiting) {
        // (some are accepted and reported as blocked later, some refused)
        await sdk.messages.create({ to, from: "+31970000000", body: "Your code is 123456" }).catch(() => undefined);
      }
    });
    await Promise.all(lanes);
    const leaked = submitted().filter((to) => to.startsWith(ATTACKED));
    expect(leaked.length).toBeLessThanOrEqual(10);
    expect(leaked.length).toBeGreaterThan(0);

    // People go on, also in the same country; and the attack goes on unanswered.
    const after = await peopleVerify(safeguard, clock, range(400, 460));
    expect(after.filter((action) => action !== "allow")).toEqual([]);
    clock.pass(60 * SECOND_MS);
    const later = await safeguard.api("POST", "/v1/messages", {
      messages: range(4120, 4160).map((line) => ({
        to: `${ATTACKED}${line}`,
        from: "Shop",
        text: "Your code is 123456",
        purpose: "otp",
      })),
    });
    const { messages } = later.body as {
      readonly messages: readonly { readonly id: string; readonly action: string; readonly sentence: string }[];
    };
    expect(submitted().filter((to) => to.startsWith(ATTACKED)).length).toBeLessThanOrEqual(10);
    const blocked = messages.at(-1);
    expect(blocked?.action).toBe("block");
    expect(submitted()).toContain(personsNumber(459));

    const explained = await cli("explain", blocked?.id ?? "");
    expect(explained.code).toBe(0);
    expect(explained.output).toMatch(/^Blocked: \+992 001 23.* is contained: /);
    expect(explained.output).toMatch(/\d+ of the last \d+ new numbers in Tajikistan fell in \+992 001 23.*\(×.*\)/);
    expect(explained.output).toMatch(/\d+ of \d+ codes unanswered/);
    expect(explained.output).toContain("Decided once more on what was recorded, it comes to the same.");
  }, 120_000);
});

describe("the audit", () => {
  it("releases some of what detection alone would stop, by lot and at most so many a day, and says so", async () => {
    const changed = await safeguard.operator("POST", "/v1/policies/default/detection", {
      audit: { share: 0.1, maximumPerDay: 2 },
      holdSeconds: 0,
      reason: "test",
    });
    expect(changed.status).toBe(201);
    const reasons: string[] = [];
    for (const line of range(6000, 6160)) {
      const { body } = await safeguard.api("POST", "/v1/decisions", { to: `+99255123${line}`, purpose: "otp" });
      reasons.push((body as { readonly reason: string }).reason);
    }
    const released = reasons.filter((reason) => reason === "audit_release");
    expect(released).toHaveLength(2);
    expect(reasons.at(-1)).not.toBe("audit_release");
    const back = { audit: null, holdSeconds: 1, reason: "test" };
    expect((await safeguard.operator("POST", "/v1/policies/default/detection", back)).status).toBe(201);
  });
});

describe("a decision that came to hold", () => {
  it("says when to ask again, and goes on waiting for who asks again for the number", async () => {
    const ask = async (to: string) => {
      const { body } = await safeguard.api("POST", "/v1/decisions", { to, purpose: "otp" });
      return body as { readonly id: string; readonly action: string; readonly retryAfter?: number };
    };
    const held: string[] = [];
    for (const line of range(3000, 3040)) {
      const to = `+99255765${line}`;
      const { action, retryAfter } = await ask(to);
      if (action !== "hold") continue;
      held.push(to);
      expect(retryAfter).toBe(1);
      break;
    }
    const [to = ""] = held;
    expect(held).toHaveLength(1);
    // Its time is over, and nobody proved himself.
    clock.pass(1_500);
    const again = await ask(to);
    expect(again).toMatchObject({ action: "challenge" });
    expect(again).not.toHaveProperty("retryAfter");
    expect(await cli("explain", again.id)).toMatchObject({ code: 0 });
  });
});

function range(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index);
}
