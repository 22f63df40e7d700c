import { isIP } from "node:net";
import { CHANNELS, type Channel, KEY_NAME, PURPOSES, type Purpose } from "@safeguard/core";
import {
  DEVICE,
  type DecisionRequest,
  KEY_VALUE,
  MAX_POLICY_NAME_LENGTH,
  MOST_KEYS,
  ORIGINATOR,
} from "./decision-body.ts";

/**
 * `decisionRequestBody` by hand, because this runs for every decision: the value itself when it passes, undefined when it
 * does not (zod then says why). The test holds the two to the same answers.
 */
export function readDecisionRequest(value: unknown): DecisionRequest | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  let complete = false;
  for (const name in fields) {
    const field = fields[name];
    switch (name) {
      case "to":
        if (typeof field !== "string") return undefined;
        complete = true;
        break;
      case "from":
        if (!isOriginator(field)) return undefined;
        break;
      case "channel":
        if (!isChannel(field)) return undefined;
        break;
      case "purpose":
        if (!isPurpose(field)) return undefined;
        break;
      case "policy":
        if (!isPolicyName(field)) return undefined;
        break;
      case "endUser":
        if (!isEndUser(field)) return undefined;
        break;
      case "keys":
        if (!isKeys(field)) return undefined;
        break;
      default:
        return undefined;
    }
  }
  return complete ? (value as DecisionRequest) : undefined;
}

export function isOriginator(field: unknown): boolean {
  return typeof field === "string" && ORIGINATOR.test(field);
}

export function isChannel(field: unknown): boolean {
  return CHANNELS.includes(field as Channel);
}

export function isPurpose(field: unknown): boolean {
  return PURPOSES.includes(field as Purpose);
}

export function isPolicyName(field: unknown): boolean {
  return typeof field === "string" && field.length > 0 && field.length <= MAX_POLICY_NAME_LENGTH;
}

function isKeys(field: unknown): boolean {
  if (typeof field !== "object" || field === null || Array.isArray(field)) return false;
  const keys = Object.entries(field);
  return (
    keys.length <= MOST_KEYS &&
    keys.every(([name, value]) => KEY_NAME.test(name) && typeof value === "string" && KEY_VALUE.test(value))
  );
}

export function isEndUser(field: unknown): boolean {
  if (typeof field !== "object" || field === null || Array.isArray(field)) return false;
  let known = false;
  for (const name in field) {
    const value: unknown = (field as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== "string") return false;
    if (name === "address" ? isIP(value) === 0 : name !== "device" || !DEVICE.test(value)) return false;
    known = true;
  }
  return known;
}
