import type { ReasonFamily } from "@safeguard/core";
import type { DeliveryStatus } from "../feedback/delivery-report.ts";
import { isCmObject, readFields } from "./cm-fields.ts";

/** What CM.com POSTs to a customer's status report URL. All values are texts. Here `msg` is one object, not a list. */
export interface CmStatusReport {
  readonly messages: {
    readonly msg: {
      readonly received: string;
      readonly to: string;
      readonly reference: string;
      readonly status: { readonly code: string; readonly errorCode: string; readonly errorDescription: string };
      readonly operator: string;
    };
  };
}

/** `status.code`: 0 accepted by the operator, 1 rejected, 2 delivered, 3 not delivered, 4 read. */
const STATUS_BY_CODE: readonly DeliveryStatus[] = ["sent", "failed", "delivered", "undelivered", "read"];

export function cmStatusCode(status: DeliveryStatus): string {
  return String(STATUS_BY_CODE.indexOf(status));
}

export function statusOfCmCode(code: string): DeliveryStatus | undefined {
  return code.length === 1 ? STATUS_BY_CODE[Number(code)] : undefined;
}

/** A standard error: why a message was not delivered, as CM.com numbers it. */
interface CmStandardError {
  readonly code: string;
  readonly text: string;
}

const BLOCKED_DESTINATION: CmStandardError = {
  code: "28",
  text: "Message blocked by Safeguard Destination management",
};
const BLOCKED: CmStandardError = { code: "47", text: "Message blocked by Safeguard" };
const BLOCKED_BY_DETECTION: CmStandardError = {
  code: "47",
  text: "Message blocked by Safeguard: its traffic looks like SMS pumping",
};

/**
 * The standard error of what we stopped. CM.com documents 28 and 47 (for limits) with these texts; it shows no number
 * for detection, so 47 with a text of our own is our choice.
 */
export function cmStandardError(family: ReasonFamily): CmStandardError {
  if (family === "detection") return BLOCKED_BY_DETECTION;
  return family === "limit" || family === "allowed" ? BLOCKED : BLOCKED_DESTINATION;
}

/** CM.com writes this time in the sortable form without a zone. We write UTC and read UTC. */
export function cmTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString().slice(0, 19);
}

const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Epoch milliseconds of `2024-01-07T14:40:00`, with or without a zone (without: UTC). Undefined: no such time. */
export function readCmTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  // `+0100` is no ISO 8601 extended form, and Date reads a time without a zone as local.
  const zone = match[1];
  const local = (zone === undefined ? text : text.slice(0, -zone.length)).replace(" ", "T");
  const offset = zone === undefined || zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const time = Date.parse(local + offset);
  return Number.isNaN(time) ? undefined : time;
}

/** One status report as it was received; texts are empty where the sender left them out. */
interface ReceivedStatusReport {
  readonly received: string;
  readonly to: string;
  readonly reference: string;
  readonly code: string;
  readonly errorCode: string;
  readonly errorDescription: string;
  readonly operator: string;
}

/** Reads a status report body (parsed JSON); keys in any casing, one `msg` or a list of them. Undefined: not of this shape. */
export function readCmStatusReports(value: unknown): readonly ReceivedStatusReport[] | undefined {
  const messages = field(value, "messages");
  const msg = field(messages, "msg");
  const reports: ReceivedStatusReport[] = [];
  for (const entry of (Array.isArray(msg) ? msg : [msg]) as readonly unknown[]) {
    const fields = isCmObject(entry) ? readFields(entry) : undefined;
    const status = fields?.get("status");
    const statusFields = isCmObject(status) ? readFields(status) : undefined;
    if (fields === undefined || statusFields === undefined) return undefined;
    reports.push({
      received: text(fields.get("received")),
      to: text(fields.get("to")),
      reference: text(fields.get("reference")),
      code: text(statusFields.get("code")),
      errorCode: text(statusFields.get("errorcode")),
      errorDescription: text(statusFields.get("errordescription")),
      operator: text(fields.get("operator")),
    });
  }
  return reports;
}

function field(value: unknown, name: string): unknown {
  return isCmObject(value) ? readFields(value)?.get(name) : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
