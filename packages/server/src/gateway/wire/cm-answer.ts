import { isCmObject, readFields } from "./cm-fields.ts";

/**
 * Error codes of CM.com's messaging gateway, the same in its documentation and its PHP and .NET SDKs. Up to 203 for a
 * whole request, from 301 for one message.
 */
export const CM_ERROR = {
  none: 0,
  authentication: 101,
  balance: 102,
  productToken: 103,
  someRejected: 201,
  malformed: 202,
  messageList: 203,
  from: 301,
  to: 302,
  msisdn: 303,
  body: 304,
  field: 305,
  spam: 401,
  blacklisted: 402,
  rejected: 403,
  internal: 500,
  unknown: 999,
} as const;

/** One line of the answer to `POST /v1.0/message`: one message to one recipient. Its numbers are integers, always. */
export interface CmMessageAnswer {
  /** As the client wrote it. */
  readonly to: string;
  readonly status: "Accepted" | "Rejected";
  readonly reference: string | null;
  /** 0 when rejected. */
  readonly parts: number;
  readonly messageDetails: string | null;
  readonly messageErrorCode: number;
}

/** The answer to `POST /v1.0/message`. */
export interface CmAnswer {
  readonly details: string;
  readonly errorCode: number;
  /** Always a list: a null here makes CM.com's .NET SDK throw. */
  readonly messages: readonly CmMessageAnswer[];
}

/** Reads one line of a gateway's answer. Undefined: it does not say clearly whether the message was taken. */
export function readCmMessageAnswer(value: unknown): CmMessageAnswer | undefined {
  const fields = isCmObject(value) ? readFields(value) : undefined;
  if (fields === undefined) return undefined;
  const status = fields.get("status");
  const code = fields.get("messageerrorcode");
  if (typeof status !== "string" || typeof code !== "number" || !Number.isSafeInteger(code)) return undefined;
  const accepted = status.toLowerCase() === "accepted";
  if (!accepted && status.toLowerCase() !== "rejected") return undefined;
  if (accepted !== (code === CM_ERROR.none)) return undefined;
  const parts = fields.get("parts");
  return {
    to: text(fields.get("to")) ?? "",
    status: accepted ? "Accepted" : "Rejected",
    reference: text(fields.get("reference")),
    parts: typeof parts === "number" && Number.isSafeInteger(parts) && parts >= 0 ? parts : accepted ? 1 : 0,
    messageDetails: text(fields.get("messagedetails")),
    messageErrorCode: code,
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
