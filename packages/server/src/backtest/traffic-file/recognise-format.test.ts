import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openTraffic, type TrafficOptions } from "./open-traffic.ts";
import { recogniseFormat } from "./recognise-format.ts";
import type { TrafficRow } from "./traffic-row.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

async function read(name: string, options: TrafficOptions = {}) {
  await using traffic = await openTraffic(fixture(name), options);
  const rows: TrafficRow[] = [];
  for await (const batch of traffic.batches()) rows.push(...batch);
  return { ...traffic, rows };
}

const noon = (text: string) => Date.parse(`2026-03-01T${text}Z`);

describe("the traffic CSV", () => {
  it("has all columns, defaults for what is empty, and rejected numbers as rows", async () => {
    const { recognition, survey, rows } = await read("traffic.csv");
    expect(recognition).toMatchObject({ format: { name: "traffic_csv" }, lacks: [], assumptions: [] });
    expect(survey).toMatchObject({ rows: 4, dropped: 0, problems: [], order: { kind: "sorted" } });
    expect(rows[0]).toMatchObject({
      position: 0,
      number: 1,
      line: 2,
      id: "a1",
      time: noon("10:00:00"),
      account: "acme",
      to: "+447400123456",
      recipient: { e164: "+447400123456", candidates: ["GB"], type: "mobile" },
      rejected: undefined,
      from: "Verify",
      purpose: "otp",
      ip: "192.0.2.7",
      device: "phone-1",
      deliveredAt: noon("10:00:03"),
      convertedAt: noon("10:00:41"),
      attempts: 2,
      priceMicros: 42_000,
      currency: "USD",
    });
    expect(rows[1]).toMatchObject({
      id: "a2",
      time: noon("10:00:01"),
      to: "+44 7400 123457",
      recipient: { e164: "+447400123457" },
      from: "Acme, Inc.",
      purpose: "otp",
      device: undefined,
      deliveredAt: undefined,
      convertedAt: undefined,
      // (of a code that nobody entered right it says nothing)
      attempts: undefined,
      priceMicros: undefined,
      currency: "",
    });
    expect(rows[2]).toMatchObject({
      id: "3",
      account: "default",
      recipient: undefined,
      rejected: "number_character",
      purpose: "notification",
      ip: undefined,
    });
    expect(rows[3]).toMatchObject({
      recipient: { e164: "+491701234567" },
      purpose: "marketing",
      time: noon("10:00:03"),
    });
  });
});

describe("exports", () => {
  it("knows Twilio's message log: outbound SMS only, prices as positive amounts", async () => {
    const { recognition, survey, rows } = await read("twilio-messages.csv");
    expect(recognition.format.name).toBe("twilio_messages");
    expect(recognition.lacks.map((lack) => lack.of)).toContain("outcomes");
    expect(survey).toMatchObject({ rows: 2, dropped: 0, skipped: { inbound: 1, other_channel: 1 } });
    expect(
      rows.map(({ id, recipient, account, deliveredAt, priceMicros, line }) => [
        id.at(-1),
        recipient?.e164,
        account,
        deliveredAt,
        priceMicros,
        line,
      ]),
    ).toEqual([
      ["1", "+992001234567", "AC00000000000000000000000000000001", undefined, undefined, 5],
      ["3", "+447400123456", "AC00000000000000000000000000000001", noon("10:00:09"), 42_000, 2],
    ]);
  });

  it("knows Twilio's Verify attempts: converted when they were last changed", async () => {
    const { recognition, survey, rows } = await read("twilio-verify-attempts.csv");
    expect(recognition.format.name).toBe("twilio_verify_attempts");
    expect(recognition.lacks.map((lack) => lack.of)).not.toContain("outcomes");
    expect(recognition.assumptions.join(" ")).toContain("date_updated");
    expect(survey).toMatchObject({ rows: 2, skipped: { other_channel: 1 } });
    expect(rows).toMatchObject([
      { convertedAt: noon("10:00:41"), deliveredAt: noon("10:00:00"), priceMicros: 50_000, currency: "USD" },
      { convertedAt: undefined, deliveredAt: undefined, recipient: { candidates: ["TJ"] } },
    ]);
  });

  it("knows Vonage's report: numbers without a plus, delivered when finalized", async () => {
    const { recognition, rows } = await read("vonage-sms-report.csv");
    expect(recognition.format.name).toBe("vonage_messages");
    expect(rows).toMatchObject([
      {
        id: "12000000E506AC66",
        account: "abcd1234",
        from: "Acme Inc.",
        recipient: { e164: "+447400123456" },
        deliveredAt: noon("10:00:02"),
        priceMicros: 33_300,
        currency: "EUR",
      },
      { recipient: { e164: "+992001234567" }, deliveredAt: undefined },
    ]);
  });

  it("knows CM.com's message log by its names, whatever the delimiter", async () => {
    const { recognition, survey, rows } = await read("cm-message-log.csv");
    expect(recognition.format.name).toBe("cm_messages");
    expect(survey).toMatchObject({ rows: 2, skipped: { other_channel: 1 } });
    expect(rows).toMatchObject([
      {
        id: "order-1",
        from: "Acme",
        recipient: { e164: "+447400123456" },
        time: noon("10:00:00"),
        deliveredAt: noon("10:00:04"),
        priceMicros: 42_000,
      },
      { recipient: { e164: "+992001234567" }, deliveredAt: undefined, priceMicros: 410_000 },
    ]);
  });
});

describe("recogniseFormat", () => {
  it("compares names without case, spaces and underscores", () => {
    const { columns, format } = recogniseFormat(["Message SID", "TO", "Date Sent", "direction"]);
    expect(format.name).toBe("twilio_messages");
    expect(columns.get("time")).toEqual({ index: 2, name: "Date Sent" });
  });

  it("takes a mapping for the names of another program", () => {
    const { columns, format, numbers } = recogniseFormat(["SMS_DT", "MESSAGE_ID", "SENDER", "DESTINATION"], {
      time: "sms_dt",
      to: "Destination",
      from: "SENDER",
    });
    expect(format.name).toBe("traffic_csv");
    expect(numbers).toBe("cm");
    expect([...columns.entries()].map(([role, { index }]) => [role, index])).toEqual([
      ["time", 0],
      ["to", 3],
      ["from", 2],
    ]);
  });

  it.each([
    [["id", "to"], {}, "column_missing", 'no column "time"'],
    [["a", "b"], {}, "column_missing", 'no column "time" and no column "to"'],
    [["time", "to", "Time"], {}, "column_twice", '"time" twice'],
    [["time", "to"], { from: "sender" }, "column_unknown", "no such column"],
  ] as const)("refuses the header %j", (header, mapping, code, words) => {
    const error = caught(() => recogniseFormat(header, mapping));
    expect(error.code).toBe(code);
    if (code !== "column_unknown") expect(error.message).toContain(words);
    else expect(error.message).toContain('reads from from a column "sender"');
  });

  it("tells a field that does not exist from a column with a comma in its name", () => {
    const error = caught(() =>
      recogniseFormat(["sent", "phone", "verified"], { time: "sent", to: "phone,verified=verified" }),
    );
    expect(error.code).toBe("column_unknown");
    expect(error.message).toMatch(/^the mapping names a field "verified", which does not exist\. converted_at/);
    expect(error.message).toContain("columns of yes and no cannot be read");
    const { columns } = recogniseFormat(["sent", "a, b=c"], { time: "sent", to: "a, b=c" });
    expect(columns.get("to")).toEqual({ index: 1, name: "a, b=c" });
  });

  it("does not mind an unknown column that stands there twice", () => {
    expect(recogniseFormat(["time", "to", "x", "x"]).format.name).toBe("traffic_csv");
  });
});

function caught(run: () => unknown): TrafficUnreadable {
  try {
    run();
  } catch (error) {
    if (error instanceof TrafficUnreadable) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
