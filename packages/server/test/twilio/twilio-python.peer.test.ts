import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callbackReceiver } from "./callback-receiver.ts";
import { NUMBERS } from "./numbers.ts";
import { startTwilioWorld, type TwilioWorld } from "./twilio-world.ts";

/** Debian's interpreter, whatever else the PATH has: python3-twilio is installed for it. */
const PYTHON = "/usr/bin/python3";
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

type Step = { readonly step: string; readonly ok?: unknown; readonly status?: number; readonly code?: number };

let world: TwilioWorld;
let steps: ReadonlyMap<string, Step>;
let receiver: Awaited<ReturnType<typeof callbackReceiver>>;

beforeAll(async () => {
  [world, receiver] = await Promise.all([startTwilioWorld(), callbackReceiver()]);
  const { allowed, blocked, throttled } = NUMBERS;
  const callback = `${receiver.url}/hooks?tenant=a%20b`;
  const scenario = [
    here("scenario.py"),
    world.url,
    world.accountSid,
    world.authToken,
    allowed,
    blocked,
    throttled,
    callback,
  ];
  const { stdout } = await promisify(execFile)(PYTHON, scenario);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Step);
  steps = new Map(lines.map((line) => [line.step, line]));
});
afterAll(() => Promise.all([world.close(), receiver.close()]));

function outcome(step: string): Step {
  const found = steps.get(step);
  if (found === undefined) throw new Error(`scenario.py printed no step ${step}`);
  return found;
}

describe("python3-twilio, unmodified", () => {
  it("sends", () => {
    expect(outcome("sent").ok).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: "queued",
      to: NUMBERS.allowed,
      from: "+15557122661",
      body: "Your code is 12345",
      error_code: null,
      num_segments: "1",
      dated: true,
    });
  });

  it("schedules", () => {
    expect(outcome("scheduled").ok).toMatchObject({ status: "scheduled", to: NUMBERS.allowed, error_code: null });
  });

  it.each([
    ["refused", 400, 21408],
    ["wrong_key", 401, 20003],
    ["throttled", 429, 20429],
    ["malformed", 400, 21211],
    ["not_found", 404, 20404],
    ["deleted", 405, 20004],
  ])("gets an exception when %s: HTTP %i, code %i", (step, status, code) => {
    expect(outcome(step)).toMatchObject({ status, code });
  });

  it("reads Twilio's own sentence for a blocked destination", () => {
    expect(outcome("refused")).toMatchObject({
      message: expect.stringContaining(`for the region indicated by the 'To' number: ${NUMBERS.blocked}`),
    });
    expect(world.submitted()).not.toContain(NUMBERS.blocked);
  });

  it("fetches, pages and gives feedback", () => {
    const created = outcome("created").ok as readonly string[];
    const newest = created.toReversed();
    const { sid } = outcome("sent").ok as { readonly sid: string };
    expect(outcome("fetched").ok).toMatchObject({ sid, body: "" });
    expect(outcome("listed").ok).toEqual(newest);
    expect(outcome("limited").ok).toEqual(newest.slice(0, 3));
    expect(outcome("streamed").ok).toEqual(newest);
    expect(outcome("today").ok).toBe(5);
    expect(outcome("feedback").ok).toBe("confirmed");
  });

  it("accepts the signature of a status callback", async () => {
    const { sid } = outcome("sent").ok as { readonly sid: string };
    await world.reportDelivered(sid);
    const { path, signature, parameters } = await receiver.until("delivered");
    const request = { url: receiver.url + path, token: world.authToken, signature, parameters };
    const validate = (input: unknown) =>
      JSON.parse(
        execFileSync(PYTHON, [here("validate_callback.py")], { input: JSON.stringify(input) }).toString(),
      ) as boolean;
    expect(validate(request)).toBe(true);
    expect(validate({ ...request, token: "0".repeat(32) })).toBe(false);
  });
});
