import { NUMBER_DIALECTS, parseRecipient, parseRecipientBytes, type Recipient } from "@safeguard/core";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { expect, it } from "vitest";
import { cmMsg } from "../../src/gateway/outbound/cm/cm-msg.ts";
import { submission } from "../../src/gateway/outbound/testing/submission.ts";
import { twilioForm } from "../../src/gateway/outbound/twilio/twilio-form.ts";
import { generator, replayable, SEED, size } from "../long-form.ts";
import { noteFuzz } from "./fuzz-outcome.ts";
import { pick, spoil } from "./mutate.ts";

const COMMAND = "npm run test:fuzz";
const INPUTS = size("FUZZ_NUMBERS", 60_000, 5_000_000);
/** libphonenumber is asked about one in so many of those that are numbers. */
const ASKED_ONE_IN = 20;
const random = generator(SEED);
const SEEDS = [
  "+31612345678",
  "0031612345678",
  "31612345678",
  "+1 (212) 555-0123",
  "+44 7911 123456",
  "+992900123456",
  "+358 40 1234567",
  "+39 06 1234567",
  "+7 701 123 4567",
  "+262639123456",
];

function text(): string {
  const choice = random();
  if (choice < 0.35) return pick(random, SEEDS).replace(/\d(?=\D*(?:\d\D*){0,6}$)/g, () => digits(1));
  if (choice < 0.4) return `+${digits(1 + Math.floor(random() * 18))}`;
  if (choice < 0.5) return digits(1 + Math.floor(random() * 24));
  return spoil(random, choice < 0.75 ? pick(random, SEEDS) : `+${digits(8 + Math.floor(random() * 7))}`);
}

function digits(count: number): string {
  let all = "";
  while (all.length < count) all += Math.floor(random() * 10);
  return all;
}

it(
  `${INPUTS} texts by every way in: one number or none, and never another than is sent`,
  { timeout: 60_000 + INPUTS },
  () =>
    replayable(COMMAND, async () => {
      let numbers = 0;
      let asked = 0;
      for (let input = 0; input < INPUTS; input++) {
        const written = text();
        const found = new Map<string, Recipient>();
        for (const dialect of NUMBER_DIALECTS) {
          const result = parseRecipient(written, dialect);
          if (result.ok) found.set(result.recipient.e164, result.recipient);
        }
        // Ways in may know a spelling or not; those that know it read the same number.
        if (found.size > 1) expect([written, [...found.keys()]]).toEqual([written, "one number"]);
        const [recipient] = found.values();
        if (recipient === undefined) continue;
        numbers++;
        const { e164, candidates } = recipient;
        if (!/^\+[1-9]\d{4,14}$/.test(e164)) expect([written, e164]).toEqual([written, "E.164"]);
        const digitsWritten = written.replace(/\D/g, "").replace(/^00/, "");
        // At most a national prefix within is left out (+44 (0)…); a few plans rewrite old numbers, and both readers know which.
        if (!isWithin(e164.slice(1), digitsWritten))
          expect([written, e164]).toEqual([written, rewritten(digitsWritten)]);
        for (const dialect of NUMBER_DIALECTS) {
          const again = parseRecipient(e164, dialect);
          if (!again.ok || again.recipient.e164 !== e164) expect([dialect, e164]).toEqual([dialect, "read as itself"]);
        }
        const bytes = Buffer.from(e164, "latin1");
        expect(parseRecipientBytes(bytes, 0, bytes.length, "native")).toEqual(parseRecipient(e164, "native"));
        if (numbers % ASKED_ONE_IN !== 0) continue;
        asked++;
        checkSent(recipient);
        // The other reader says which country it is: ours is among the candidates that the rules are asked for.
        const other = parsePhoneNumberFromString(e164);
        if (other?.isValid() === true && other.country !== undefined && String(other.number) === e164) {
          const known: readonly string[] = [...candidates, ...(recipient.twin === undefined ? [] : [recipient.twin])];
          if (!known.includes(other.country)) expect([e164, known]).toEqual([e164, other.country]);
        }
      }
      expect(numbers).toBeGreaterThan(INPUTS / 20);
      noteFuzz("numbers", "texts as numbers", INPUTS, {
        "of them numbers": numbers,
        "compared with libphonenumber": asked,
      });
    }),
);

/** Are these digits what is left of the others when some are taken out? */
function isWithin(some: string, all: string): boolean {
  let at = 0;
  for (const digit of some) {
    at = all.indexOf(digit, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function rewritten(digitsWritten: string): string | undefined {
  return parsePhoneNumberFromString(`+${digitsWritten}`)?.number;
}

/** What connectors write is the number that was decided on, digit by digit. */
function checkSent({ e164 }: Recipient): void {
  const one = { ...submission({}), to: e164 };
  const form = twilioForm(one, TWILIO);
  const msg = cmMsg(one, CM);
  if (!form.ok || !msg.ok) throw new Error("a plain message could not be written");
  expect(new URLSearchParams(form.body).get("To")).toBe(e164);
  const { to } = msg.msg as { to: readonly { number: string }[] };
  expect(to).toEqual([{ number: `00${e164.slice(1)}` }]);
}

const TWILIO = { accountSid: `AC${"0".repeat(32)}`, baseUrl: "http://127.0.0.1", timeoutMs: 1000 } as never;
const CM = { baseUrl: "http://127.0.0.1", timeoutMs: 1000 } as never;
