import { describe, expect, it } from "vitest";
import { DELIVERY_STATUSES } from "../feedback/delivery-report.ts";
import {
  cmStandardError,
  cmStatusCode,
  cmTime,
  readCmStatusReports,
  readCmTime,
  statusOfCmCode,
} from "./cm-status-report.ts";

describe("status codes", () => {
  it("stand for one status each", () => {
    for (const status of DELIVERY_STATUSES) expect(statusOfCmCode(cmStatusCode(status))).toBe(status);
  });

  it.each([
    ["0", "sent"],
    ["1", "failed"],
    ["2", "delivered"],
    ["3", "undelivered"],
    ["4", "read"],
    ["5", undefined],
    ["", undefined],
    ["02", undefined],
  ])("reads %j as %s", (code, status) => {
    expect(statusOfCmCode(code)).toBe(status);
  });
});

describe("standard errors", () => {
  it("are CM.com's own for destinations and limits, and tell detection apart by its text", () => {
    expect(cmStandardError("destination")).toEqual({
      code: "28",
      text: "Message blocked by Safeguard Destination management",
    });
    expect(cmStandardError("limit")).toEqual({ code: "47", text: "Message blocked by Safeguard" });
    expect(cmStandardError("detection")).toEqual({ code: "47", text: expect.stringContaining("pumping") });
  });
});

describe("times", () => {
  it("are written in the sortable form, in UTC", () => {
    expect(cmTime(Date.UTC(2026, 10, 22, 13, 5, 9, 999))).toBe("2026-11-22T13:05:09");
  });

  it.each([
    ["2024-01-07T14:40:00", "2024-01-07T14:40:00Z"],
    ["2024-01-07 14:40", "2024-01-07T14:40:00Z"],
    ["2024-01-07T14:40:00.1234567Z", "2024-01-07T14:40:00.123Z"],
    ["2024-01-07T14:40:00+0100", "2024-01-07T13:40:00Z"],
    ["2024-01-07T14:40:00-05:30", "2024-01-07T20:10:00Z"],
  ])("reads %s as %s", (text, iso) => {
    expect(readCmTime(text)).toBe(Date.parse(iso));
  });

  it.each(["", "yesterday", "2024-13-01T00:00:00", "1704638400", "2024-01-07"])(
    "does not take %j for a time",
    (text) => {
      expect(readCmTime(text)).toBeUndefined();
    },
  );
});

describe("readCmStatusReports", () => {
  const msg = {
    received: "2026-11-22T13:05:09",
    to: "0031612345678",
    reference: "r",
    status: { code: "2", errorCode: "", errorDescription: "" },
    operator: "KPN",
  };
  const read = {
    received: msg.received,
    to: msg.to,
    reference: "r",
    code: "2",
    errorCode: "",
    errorDescription: "",
    operator: "KPN",
  };

  it("reads one report", () => {
    expect(readCmStatusReports({ messages: { msg } })).toEqual([read]);
  });

  it("reads a list, numbers for texts, and any casing", () => {
    const shouted = { ...msg, STATUS: { CODE: 2 }, status: undefined };
    const { status: _, ...rest } = shouted;
    expect(readCmStatusReports({ Messages: { MSG: [rest, msg] } })).toEqual([read, read]);
  });

  it.each([undefined, {}, { messages: {} }, { messages: { msg: [], Msg: {} } }, { messages: { msg: { to: "1" } } }])(
    "does not take %j for a report",
    (value) => {
      expect(readCmStatusReports(value)).toBeUndefined();
    },
  );
});
