import { shownNumber } from "@safeguard/core";
import type { Notice } from "../../../store/journal-record.ts";
import type { MessageView } from "../../../store/store.ts";
import type { NoticeRenderer } from "../../feedback/notice-renderer.ts";
import { type CmStatusReport, cmStatusCode, cmTime } from "../../wire/cm-status-report.ts";

/** Writes status reports as CM.com posts them to its customers. CM.com documents no signature, so there is none. */
export function createCmNoticeRenderer(): NoticeRenderer {
  return {
    dialect: "cm",
    render: (notice, message) => ({
      url: notice.url,
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(statusReport(notice.report, message)),
    }),
  };
}

function statusReport(report: Notice["report"], message: MessageView): CmStatusReport {
  const failed = report.status === "failed" || report.status === "undelivered";
  return {
    messages: {
      msg: {
        received: cmTime(report.occurredAt),
        // Only the canonical number is kept; CM.com's documentation writes numbers with 00.
        to: `00${shownNumber(message.to).slice(1)}`,
        reference: message.reference ?? "",
        status: {
          code: cmStatusCode(report.status),
          errorCode: failed ? (report.code ?? "") : "",
          errorDescription: failed ? (report.text ?? "") : "",
        },
        operator: report.operator ?? "",
      },
    },
  };
}
