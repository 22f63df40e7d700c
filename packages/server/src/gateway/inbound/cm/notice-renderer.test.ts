import type { EpochMilliseconds } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import type { Notice } from "../../../store/journal-record.ts";
import type { MessageView } from "../../../store/store.ts";
import { createCmNoticeRenderer } from "./notice-renderer.ts";
import { AT, openCm, viewOf } from "./testing/ports.ts";

describe("a CM.com status report", () => {
  it("is one msg object with texts, the customer's own reference, and the number with 00", () => {
    const rendered = render({ status: "failed", code: "28", text: "blocked" });
    expect(rendered).toMatchObject({
      url: "https://shop.example/reports",
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
    });
    expect(JSON.parse(rendered.body)).toEqual({
      messages: {
        msg: {
          received: "2026-11-22T12:00:00",
          to: "0031612345678",
          reference: "ref-1",
          status: { code: "1", errorCode: "28", errorDescription: "blocked" },
          operator: "",
        },
      },
    });
  });

  it.each([
    ["sent", "0"],
    ["failed", "1"],
    ["delivered", "2"],
    ["undelivered", "3"],
    ["read", "4"],
  ] as const)("says %s with code %s", (status, code) => {
    expect(JSON.parse(render({ status }).body).messages.msg.status.code).toBe(code);
  });

  it("names the operator that the provider named", () => {
    expect(JSON.parse(render({ operator: "20404" }).body).messages.msg.operator).toBe("20404");
  });

  it("names no error where none happened, and leaves empty what is not known", () => {
    const { body } = render({ status: "delivered", code: "0", text: "ok" }, { reference: undefined });
    expect(JSON.parse(body).messages.msg).toMatchObject({
      reference: "",
      status: { code: "2", errorCode: "", errorDescription: "" },
    });
  });
});

function render(report: Partial<Notice["report"]>, view: Partial<MessageView> = {}) {
  const message = viewOf(view);
  const notice: Notice = {
    message: message.id,
    account: message.account,
    dialect: "cm",
    url: "https://shop.example/reports",
    key: message.key,
    report: { status: "failed", occurredAt: AT as EpochMilliseconds, code: undefined, text: undefined, ...report },
  };
  return createCmNoticeRenderer().render(notice, message, openCm().principal.account, "attempt-1", AT);
}
