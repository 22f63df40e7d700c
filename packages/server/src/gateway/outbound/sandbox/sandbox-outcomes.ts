import type { DeliveryStatus } from "../../feedback/delivery-report.ts";
import type { RefusalKind } from "../connector.ts";

/** What happens to a message in the sandbox. */
export interface SandboxOutcome {
  /** Last digits of the recipient's number. Empty: every other number. */
  readonly suffix: string;
  readonly title: string;
  readonly answer:
    | { readonly type: "accepted" }
    | { readonly type: "refused"; readonly kind: RefusalKind; readonly code: string; readonly text: string }
    | { readonly type: "in_doubt" };
  /** The delivery reports that follow, in this order. */
  readonly reports: readonly DeliveryStatus[];
}

/** Numbers for trying every path; docs/reference/connectors.md shows this table. */
export const SANDBOX_OUTCOMES: readonly SandboxOutcome[] = [
  accepted("0001", "not delivered", ["sent", "undelivered"]),
  refused("0002", "refused by the provider", "recipient", "sandbox_refused", "The sandbox refuses this number."),
  refused("0003", "refused: too many requests", "throttled", "sandbox_throttled", "The sandbox throttles this number."),
  {
    suffix: "0004",
    title: "in doubt: no answer, and later reported as delivered",
    answer: { type: "in_doubt" },
    reports: ["delivered"],
  },
  accepted("0005", "accepted, and never reported", []),
  accepted("0006", "failed", ["failed"]),
  accepted("0007", "delivered, with reports repeated and out of order", ["delivered", "sent", "delivered"]),
  accepted("0008", "delivered and read", ["sent", "delivered", "read"]),
  { suffix: "0009", title: "in doubt, and never reported", answer: { type: "in_doubt" }, reports: [] },
  accepted("", "delivered", ["sent", "delivered"]),
];

function accepted(suffix: string, title: string, reports: readonly DeliveryStatus[]): SandboxOutcome {
  return { suffix, title, answer: { type: "accepted" }, reports };
}

function refused(suffix: string, title: string, kind: RefusalKind, code: string, text: string): SandboxOutcome {
  return { suffix, title, answer: { type: "refused", kind, code, text }, reports: [] };
}

const LAST = SANDBOX_OUTCOMES[SANDBOX_OUTCOMES.length - 1];

export function sandboxOutcome(to: string): SandboxOutcome {
  const found = SANDBOX_OUTCOMES.find(({ suffix }) => to.endsWith(suffix)) ?? LAST;
  if (found === undefined) throw new Error("the sandbox has no outcomes");
  return found;
}
