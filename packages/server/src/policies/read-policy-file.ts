import type { DestinationRule, EpochMilliseconds, NumberType, PolicyDocument } from "@safeguard/core";
import {
  CEILING_FIELDS,
  DESTINATION_ACTIONS,
  DETECTION_FIELDS,
  LIMIT_FIELDS,
  PURPOSES,
  validatePolicyDocument,
} from "@safeguard/core";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { destinationsNamed } from "./destination-names.ts";
import { type PolicyFileBody, policyFileBody } from "./policy-file-schema.ts";

/** What a policy file says. */
export interface PolicyFile {
  readonly policy: string;
  readonly account: string | undefined;
  readonly document: PolicyDocument;
}

/** One thing that is wrong with a file, and where. Lines and columns count from 1. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  /** Such as `destinations.block.2`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

export type PolicyFileResult =
  | { readonly ok: true; readonly file: PolicyFile }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

type Path = readonly (string | number)[];

/** Reads a policy file in YAML (or JSON, which is YAML); docs/reference/policy-file.md describes it. */
export function readPolicyFile(text: string): PolicyFileResult {
  const lines = new LineCounter();
  // Without YAML's own types `NO`, `007` and `+23480` stay what was written.
  const yaml = parseDocument(text, { schema: "failsafe", customTags: ["bool", "null"], lineCounter: lines });
  const [broken] = yaml.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const message = broken.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "is not valid YAML";
    return {
      ok: false,
      problems: [{ line, column: col, field: "", message: `the file is not valid YAML: ${message}` }],
    };
  }
  const problems: FileProblem[] = [];
  const report = (path: Path, message: string): void => {
    const { line, col } = lines.linePos(offsetOf(yaml, path));
    problems.push({ line, column: col, field: path.join("."), message });
  };

  let values: unknown;
  try {
    values = withoutEmpty(yaml.toJS({ maxAliasCount: 50 }));
  } catch {
    report([], "an alias (*name) refers to itself, or to too much");
    return { ok: false, problems };
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    report([], "the file is no policy; it begins with a line such as policy: default");
    return { ok: false, problems };
  }
  const body = policyFileBody.safeParse(values);
  if (!body.success) {
    for (const issue of body.error.issues) {
      const path = issue.path.filter((part) => typeof part !== "symbol");
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) report([...path, key], `is no field here; ${knownFields(path)}`);
      } else report(path, issue.message);
    }
    return { ok: false, problems: inOrder(problems) };
  }

  const named = new Map<string, Path>();
  const content = documentOf(body.data, report, named);
  const validation = validatePolicyDocument(content);
  if (problems.length === 0 && validation.ok) {
    const { policy = "default", account } = body.data;
    return { ok: true, file: { policy, account, document: validation.document } };
  }
  if (problems.length === 0 && !validation.ok) {
    for (const { field, message } of validation.problems) report(pathInFile(field, named), message);
  }
  return { ok: false, problems: inOrder(problems) };
}

/** Adds to `named` where the file speaks of each destination. */
function documentOf(
  body: PolicyFileBody,
  report: (path: Path, message: string) => void,
  named: Map<string, Path>,
): PolicyDocument {
  const { listMode, destinations, numberTypes, ranges, exceptions, channels, detection, limits, locked } = body;
  return {
    ...(listMode !== undefined && { listMode }),
    ...(destinations !== undefined && { destinations: destinationRules(destinations, report, named) }),
    ...(numberTypes !== undefined && { numberTypes: numberTypeRules(numberTypes, report) }),
    ...(ranges !== undefined && {
      ranges: ranges.map(({ prefix, action, channels, until, note }) => ({
        prefix,
        action,
        ...(channels !== undefined && { channels }),
        ...endOf(until),
        ...(note !== undefined && { note }),
      })),
    }),
    ...(exceptions !== undefined && {
      exceptions: exceptions.map(({ range, kind, until, evenIfDestinationBlocked, channels, note }) => ({
        range,
        kind,
        ...endOf(until),
        ...(evenIfDestinationBlocked !== undefined && { evenIfDestinationBlocked }),
        ...(channels !== undefined && { channels }),
        ...(note !== undefined && { note }),
      })),
    }),
    ...(channels !== undefined && { channels }),
    ...(detection !== undefined && { detection }),
    ...(limits !== undefined && { limits }),
    ...(locked !== undefined && { locked }),
  };
}

interface Claim {
  readonly rule: DestinationRule;
  /** The group that it comes from; undefined: the file names the destination itself, which beats a group. */
  readonly group: string | undefined;
}

function destinationRules(
  destinations: NonNullable<PolicyFileBody["destinations"]>,
  report: (path: Path, message: string) => void,
  named: Map<string, Path>,
): Record<string, DestinationRule> {
  const claims = new Map<string, Claim>();
  const claim = (name: string, rule: DestinationRule, path: Path): void => {
    const found = destinationsNamed(name);
    if (!found.ok) {
      report(path, found.message);
      return;
    }
    for (const code of found.destinations) {
      const earlier = claims.get(code);
      if (earlier !== undefined && (earlier.group === undefined) !== (found.group === undefined)) {
        if (found.group !== undefined) continue;
      } else if (earlier !== undefined && (found.group === undefined || !sameRule(earlier.rule, rule))) {
        const before = earlier.group === undefined ? "" : ` (through ${earlier.group})`;
        report(path, `${code} has a rule already${before}: ${earlier.rule.action}; name it once`);
        continue;
      }
      claims.set(code, { rule, group: found.group });
      named.set(code, path);
    }
  };
  for (const action of DESTINATION_ACTIONS) {
    destinations[action]?.forEach((name, index) => {
      claim(name, { action }, ["destinations", action, index]);
    });
  }
  for (const [name, value] of Object.entries(destinations)) {
    if (Array.isArray(value) || value === undefined) continue;
    const rule =
      typeof value === "string"
        ? { action: value }
        : { action: value.action, ...(value.channels !== undefined && { channels: value.channels }) };
    claim(name, rule, ["destinations", name]);
  }
  return Object.fromEntries([...claims].map(([code, { rule }]) => [code, rule]));
}

function sameRule(one: DestinationRule, other: DestinationRule): boolean {
  return one.action === other.action && one.channels?.join() === other.channels?.join();
}

function numberTypeRules(
  { block = [], allow = [] }: NonNullable<PolicyFileBody["numberTypes"]>,
  report: (path: Path, message: string) => void,
): Partial<Record<NumberType, "block" | "allow">> {
  const rules: Partial<Record<NumberType, "block" | "allow">> = {};
  for (const type of block) rules[type] = "block";
  allow.forEach((type, index) => {
    if (rules[type] === "block") report(["numberTypes", "allow", index], `${type} is blocked above; name it once`);
    rules[type] = "allow";
  });
  return rules;
}

function endOf(until: string | undefined): { readonly until?: EpochMilliseconds } {
  return until === undefined ? {} : { until: Date.parse(until) as EpochMilliseconds };
}

/** `until:` without a value means the same as no `until`. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([key, part]) => [key, withoutEmpty(part)]),
  );
}

function knownFields([top, field]: Path): string {
  switch (top) {
    case undefined:
      return `known are ${Object.keys(policyFileBody.shape).join(", ")}`;
    case "destinations":
      return "known are action, channels";
    case "numberTypes":
      return "known are block, allow";
    case "ranges":
      return "known are prefix, action, channels, until, note";
    case "exceptions":
      return "known are range, kind, until, evenIfDestinationBlocked, channels, note";
    case "detection":
      if (field === "purposes") return `known are ${PURPOSES.join(", ")}`;
      return `known are ${field === "audit" ? "share, maximumPerDay" : DETECTION_FIELDS.join(", ")}`;
    case "limits":
      return `known are ${(field === "ceilings" ? CEILING_FIELDS : LIMIT_FIELDS).join(", ")}`;
    default:
      return "see the reference of the policy file";
  }
}

/** The core's `ranges[0].prefix` stands there here, too; its `destinations.NG` stands where the file names NG. */
function pathInFile(field: string, named: ReadonlyMap<string, Path>): Path {
  const path = [...field.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
  const [top, code] = path;
  if (top === "destinations") return named.get(String(code)) ?? [top];
  return top === "numberTypes" ? [top] : path;
}

/** Where the deepest part of the path that is there begins. */
function offsetOf(yaml: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    const parent = length === 1 ? yaml.contents : yaml.getIn(at.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(at[length - 1]));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = yaml.getIn(at, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return yaml.contents?.range[0] ?? 0;
}

function inOrder(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
