import type { EpochMilliseconds, ReasonCode } from "@safeguard/core";
import { expect, test } from "vitest";
import { type Account, DEFAULT_ANSWERS } from "../../accounts/account.ts";
import type { Notice } from "../../store/journal-record.ts";
import type { MessageView } from "../../store/store.ts";
import { blockReport } from "../block-report.ts";
import { BLOCK } from "../testing/verdicts.ts";
import { createNativeNoticeRenderer } from "./native-notice-renderer.ts";

const AT = Date.UTC(2026, 10, 22, 12) as EpochMilliseconds;
const account = { id: "acc_1", answers: DEFAULT_ANSWERS, reports: {} } as unknown as Account;
const message = { id: "0".repeat(32), account: "acc_1", to: "+31612345678", originator: "Shop" } as MessageView;

function told(report: Notice["report"]): Readonly<Record<string, unknown>> {
  const notice: Notice = {
    message: message.id,
    account: account.id,
    key: "key_1",
    dialect: "native",
    url: "https://shop.example/hook",
    report,
  };
  const renderer = createNativeNoticeRenderer({ seal: { open: (sealed) => sealed } });
  return JSON.parse(renderer.render(notice, message, account, "attempt-1", AT).body).data;
}

test.each(["native", "twilio", "cm"] as const)(
  "a webhook about a message that we stopped has our reason code, whatever its client speaks: %s",
  (dialect) => {
    const reason: ReasonCode = "destination_blocked";
    expect(told(blockReport(dialect, { ...BLOCK, reason }, AT))).toMatchObject({
      status: "failed",
      errorCode: reason,
      errorText: "Stopped by Safeguard",
    });
  },
);

test("a webhook about what a provider could not deliver has the provider's words", () => {
  const report = { status: "undelivered", occurredAt: AT, code: "30003", text: "unreachable" } as const;
  expect(told(report)).toMatchObject({ errorCode: "30003", errorText: "unreachable" });
});
