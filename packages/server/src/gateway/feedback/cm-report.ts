import { XMLParser } from "fast-xml-parser";
import { parseJson, providerCode } from "../outbound/provider-words.ts";
import { readCmStatusReports, readCmTime, statusOfCmCode } from "../wire/cm-status-report.ts";
import type { ProviderReports } from "./provider-report.ts";

const XML = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  transformTagName: (name) => name.toLowerCase(),
  transformAttributeName: (name) => name.toLowerCase(),
});

/** Mobile country code and network code. What is longer, or holds other letters, names no operator. */
const OPERATOR = /^[\w -]{1,32}$/;

/** Reads CM.com's status report: JSON, with one `msg` or a list of them, or XML (CM.com, "Incoming status report"). */
export function readCmReports(body: string): ProviderReports {
  const entries = readCmStatusReports(body.trimStart().startsWith("<") ? parseXml(body) : parseJson(body));
  return entries?.flatMap((entry) => {
    const status = statusOfCmCode(entry.code);
    if (status === undefined) return [];
    const failed = status === "failed" || status === "undelivered";
    return [
      {
        // CM.com upstream knows our id as the reference.
        message: { id: entry.reference },
        status,
        occurredAt: readCmTime(entry.received),
        code: failed && entry.errorCode !== "" ? providerCode(entry.errorCode) : undefined,
        text: failed && entry.errorDescription !== "" ? entry.errorDescription : undefined,
        ...(OPERATOR.test(entry.operator) ? { operator: entry.operator } : {}),
      },
    ];
  });
}

function parseXml(body: string): unknown {
  // No report needs entities of its own, and expanding them is how small documents become large.
  if (/<!(doctype|entity)/i.test(body)) return undefined;
  try {
    return XML.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
