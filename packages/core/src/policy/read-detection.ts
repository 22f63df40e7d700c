import {
  DETECTION_FIELDS,
  DETECTION_MODES,
  DETECTION_PRESETS,
  DETECTION_RANGES,
  type DetectionAudit,
  type DetectionNumber,
  type DetectionSettings,
  WHEN_FAILED,
  WHEN_OUTCOMES_MISSING,
} from "../detection/detection-settings.ts";
import { PURPOSES } from "../message.ts";
import { type DocumentCheck, pathTo, read } from "./document-check.ts";

/** Reads the field `detection` of a document that came from outside. */
export function readDetection(check: DocumentCheck, value: unknown, field: string): DetectionSettings {
  const given = check.record(value, field, DETECTION_FIELDS) ?? {};
  if (Object.hasOwn(given, "preset") && Object.hasOwn(given, "falseBlockBudget")) {
    check.report(
      `${field}.falseBlockBudget`,
      "stands beside preset, and a preset is a budget by name; keep either falseBlockBudget or preset",
    );
  }
  const at = (key: keyof DetectionSettings): string => `${field}.${key}`;
  return {
    ...read("mode", given, (mode, path) => check.oneOf(mode, path, DETECTION_MODES), at("mode")),
    ...read("purposes", given, (purposes, path) => readPurposes(check, purposes, path), at("purposes")),
    ...read("preset", given, (preset, path) => check.oneOf(preset, path, DETECTION_PRESETS), at("preset")),
    ...readNumber(check, "falseBlockBudget", given, field),
    ...readNumber(check, "scoreThreshold", given, field),
    ...readNumber(check, "holdSeconds", given, field),
    ...read("audit", given, (audit, path) => readAudit(check, audit, path), at("audit")),
    ...read("shareEvidence", given, (share, path) => check.flag(share, path), at("shareEvidence")),
    ...read("whenFailed", given, (when, path) => check.oneOf(when, path, WHEN_FAILED), at("whenFailed")),
    ...read(
      "whenOutcomesMissing",
      given,
      (when, path) => check.oneOf(when, path, WHEN_OUTCOMES_MISSING),
      at("whenOutcomesMissing"),
    ),
  };
}

function readPurposes(check: DocumentCheck, value: unknown, field: string): DetectionSettings["purposes"] {
  const given = check.record(value, field, PURPOSES) ?? {};
  const said = PURPOSES.filter((purpose) => Object.hasOwn(given, purpose)).flatMap((purpose) => {
    const mode = check.oneOf(given[purpose], pathTo(field, purpose), DETECTION_MODES);
    return mode === undefined ? [] : [[purpose, mode] as const];
  });
  return Object.fromEntries(said);
}

function readAudit(check: DocumentCheck, value: unknown, field: string): DetectionAudit | undefined {
  const given = check.record(value, field, ["share", "maximumPerDay"]);
  if (given === undefined) return undefined;
  const { share } = readNumber(check, "share", { share: undefined, ...given }, field);
  const { maximumPerDay } = readNumber(check, "maximumPerDay", { maximumPerDay: undefined, ...given }, field);
  return share === undefined || maximumPerDay === undefined ? undefined : { share, maximumPerDay };
}

function readNumber<Key extends DetectionNumber>(
  check: DocumentCheck,
  key: Key,
  given: Readonly<Record<string, unknown>>,
  field: string,
): { readonly [K in Key]?: number } {
  return read(key, given, (number, path) => check.number(number, path, DETECTION_RANGES[key]), `${field}.${key}`);
}
