import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { verifyWebhook } from "@safeguard/client";
import { parseRecipient } from "@safeguard/core";
import { Webhook } from "standardwebhooks";
import { afterAll, describe, expect, it } from "vitest";
import { openTraffic } from "../../src/backtest/traffic-file/open-traffic.ts";
import { TrafficUnreadable } from "../../src/backtest/traffic-file/traffic-unreadable.ts";
import { CommandFailed } from "../../src/cli/command-failed.ts";
import { readVerifiedLines } from "../../src/cli/verified-lines.ts";
import { cmOutcomes } from "../../src/gateway/outbound/cm/cm-outcome.ts";
import { submission } from "../../src/gateway/outbound/testing/submission.ts";
import { twilioOutcome } from "../../src/gateway/outbound/twilio/twilio-outcome.ts";
import { readPolicyFile } from "../../src/policies/read-policy-file.ts";
import { readPriceFile } from "../../src/prices/read-price-file.ts";
import { generator, replayable, SEED, size } from "../long-form.ts";
import { noteFuzz } from "./fuzz-outcome.ts";
import { pick, spoil, spoilJson } from "./mutate.ts";

/** Everything else that is read from outside: files that people bring, webhooks, and what providers answer. */
const COMMAND = "npm run test:fuzz";
const SCALE = size("FUZZ_TEXTS", 1, 200);
const SLOW_MS = 1000;
const random = generator(SEED);
const folder = mkdtempSync(join(tmpdir(), "safeguard-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const EXAMPLE_POLICY = readFileSync(
  new URL("../../../../docs/guide/examples/block-list.yaml", import.meta.url),
  "utf8",
);
const TRAFFIC = `id,time,to,from,purpose,ip,delivered_at,converted_at,price,currency\n${Array.from({ length: 12 }, (_, row) => `m${row},2026-11-22T12:00:${10 + row}Z,+3161234567${row % 10},Shop,otp,192.0.2.${row},2026-11-22T12:01:00Z,,0.07,EUR\n`).join("")}`;
const PRICES = "destination,operator,price,currency\nNL,,0.07,EUR\nTJ,43601,0.31,EUR\n*,,0.10,EUR\n";
const VERIFIED = "to,first,last\n+31612345678,2026-01-01,2026-11-01\n+31612345679,2026-01-01,2026-11-01\n";

/** Runs it for so many inputs; what takes long is tried again, since a slow machine is no slow reader. */
async function tryAll<T>(what: string, inputs: number, make: () => T, use: (input: T) => unknown): Promise<void> {
  await replayable(COMMAND, async () => {
    for (let input = 0; input < inputs; input++) {
      const one = make();
      let fastest = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 3 && fastest > SLOW_MS; tries++) {
        const start = performance.now();
        await use(one);
        fastest = Math.min(fastest, performance.now() - start);
      }
      if (fastest > SLOW_MS) expect([one, fastest]).toEqual([one, "less than a second"]);
    }
    noteFuzz("texts", what, inputs);
  });
}

const timeout = 60_000 + SCALE * 20_000;

describe("spoilt texts", () => {
  it("policy files are read or refused in words", { timeout }, () => {
    const known = readPolicyFile(EXAMPLE_POLICY);
    expect(known.ok).toBe(true);
    return tryAll(
      "policy files",
      1000 * SCALE,
      () => spoil(random, EXAMPLE_POLICY),
      (text) => {
        const read = readPolicyFile(text);
        if (!read.ok) expect(read.problems.length).toBeGreaterThan(0);
      },
    );
  });

  it("traffic files give rows and problems, or say why not", { timeout }, () =>
    tryAll(
      "traffic files",
      100 * SCALE,
      () => spoil(random, TRAFFIC),
      async (text) => {
        const path = join(folder, "traffic.csv");
        writeFileSync(path, text);
        try {
          await using traffic = await openTraffic(path, { scratchDirectory: folder });
          for await (const batch of traffic.batches())
            for (const { recipient } of batch)
              if (recipient !== undefined) expect(parseRecipient(recipient.e164, "csv").ok).toBe(true);
        } catch (failure) {
          expect(failure).toBeInstanceOf(TrafficUnreadable);
        }
      },
    ),
  );

  it("price files give prices and problems", { timeout }, () =>
    tryAll(
      "price files",
      1000 * SCALE,
      () => spoil(random, PRICES),
      (text) => {
        for (const { price } of readPriceFile(text, "EUR").prices) expect(price).toBeGreaterThanOrEqual(0);
      },
    ),
  );

  it("lists of verified numbers give lines", { timeout }, () =>
    tryAll(
      "lists of verified numbers",
      300 * SCALE,
      () => spoil(random, VERIFIED),
      async (text) => {
        try {
          for await (const line of readVerifiedLines(Readable.from([Buffer.from(text)])))
            expect(line).toBeTypeOf("object");
        } catch (failure) {
          expect(failure).toBeInstanceOf(CommandFailed);
        }
      },
    ),
  );

  it("a webhook that was changed anywhere is refused", { timeout }, () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const body = '{"type":"message.delivered","data":{"id":"msg_1"}}';
    const at = new Date();
    const signature = new Webhook(secret).sign("evt_1", at, body);
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signature,
    };
    return tryAll(
      "webhooks",
      1000 * SCALE,
      () => {
        const which = pick(random, ["body", ...Object.keys(headers)]);
        const changed = which === "body" ? spoil(random, body) : body;
        return {
          body: changed,
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, name === which ? spoil(random, value) : value]),
          ),
        };
      },
      async (webhook) => {
        const verified = await verifyWebhook(webhook, { secret, now: at.getTime() });
        // What is between spaces in the signature header is one of several; one that holds is enough.
        const same =
          webhook.body === body &&
          webhook.headers["webhook-id"] === "evt_1" &&
          webhook.headers["webhook-timestamp"] === headers["webhook-timestamp"] &&
          says(webhook.headers["webhook-signature"] ?? "", signature);
        if (verified.ok) expect(same).toBe(true);
      },
    );
  });

  it("a provider's answer is a yes only where it says so in full", { timeout }, () => {
    const twilio = { sid: "SM0123456789abcdef0123456789abcdef", status: "queued", error_code: null };
    const cm = {
      details: "Created 1 message(s)",
      errorCode: 0,
      messages: [
        {
          to: "0031612345678",
          status: "Accepted",
          reference: submission({}).id,
          parts: 1,
          messageDetails: null,
          messageErrorCode: 0,
        },
      ],
    };
    return tryAll(
      "provider answers",
      5000 * SCALE,
      () => ({
        status: pick(random, [200, 201, 202, 204, 301, 400, 401, 404, 429, 500, 503]),
        twilio: spoilJson(random, twilio),
        cm: spoilJson(random, cm),
      }),
      ({ status, twilio: byTwilio, cm: byCm }) => {
        const answer = { type: "answered", status, headers: {} } as const;
        const one = twilioOutcome({ ...answer, body: byTwilio }, submission({}), []);
        if (one.type === "accepted") expect([status < 300, isJson(byTwilio)]).toEqual([true, true]);
        const [other] = cmOutcomes({ ...answer, body: byCm }, [submission({})], []);
        if (other?.type === "accepted") expect(isJson(byCm)).toBe(true);
        expect(["accepted", "refused", "in_doubt"]).toContain(other?.type);
      },
    );
  });
});

/** Does one of the signatures say the same bytes? (Base64 can write them in more than one way.) */
function says(header: string, signature: string): boolean {
  const bytes = (text: string): string => Buffer.from(text.replace(/^v1,/, ""), "base64").toString("hex");
  return header.split(" ").some((one) => one.startsWith("v1,") && bytes(one) === bytes(signature));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
